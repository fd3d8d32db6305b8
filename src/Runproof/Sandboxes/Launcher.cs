using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Runproof.Sandboxes;

/// <summary>
/// Starts host processes from one thread that lives as long as the program. A child that asks to die with its parent
/// (PR_SET_PDEATHSIG) dies with the <em>thread</em> that made it: from a pool thread it would be killed when the pool shrinks.
/// Each gets a session of its own: Ctrl-C in a terminal is for the program, which ends in order; a child that it ended as well would look as if it had failed.
/// Programs are looked for in PATH alone: the framework would look in the current folder first, where a repository may hold a <c>git</c> of its own.
/// </summary>
internal static class Launcher
{
    private const int NoSuchFile = 2;
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
                start.ArgumentList.Insert(0, Found(start.FileName));
                start.FileName = Found("setsid");
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

    /// <param name="program">A name, or a path.</param>
    private static string Found(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal)) return program;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':').Where(Path.IsPathRooted);
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(IsProgram) ?? throw new Win32Exception(NoSuchFile);
    }

    private static bool IsProgram(string path) => File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
