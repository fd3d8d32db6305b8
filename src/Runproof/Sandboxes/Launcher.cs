using System.Collections.Concurrent;
using System.Diagnostics;

namespace Runproof.Sandboxes;

/// <summary>
/// Starts host processes from one thread that lives as long as the program. A child that asks to die with its parent
/// (PR_SET_PDEATHSIG) dies with the <em>thread</em> that made it: from a pool thread it would be killed when the pool shrinks.
/// </summary>
internal static class Launcher
{
    private static readonly BlockingCollection<Action> Requests = [];

    static Launcher()
    {
        var thread = new Thread(() =>
        {
            foreach (var request in Requests.GetConsumingEnumerable()) request();
        })
        { IsBackground = true, Name = "process launcher" };
        thread.Start();
    }

    /// <exception cref="System.ComponentModel.Win32Exception">The program does not exist or cannot be started.</exception>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() =>
        {
            try
            {
#pragma warning disable RS0030 // the one place
                started.SetResult(Process.Start(start)!);
#pragma warning restore RS0030
            }
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }
}
