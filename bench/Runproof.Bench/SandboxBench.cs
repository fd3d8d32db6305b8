using System.Diagnostics;
using Runproof.Sandboxes;

namespace Runproof.Bench;

/// <summary>Reset and execute of <c>true</c>, beside plain bubblewrap and, where it runs, podman: in turn, so that a drifting machine hits all alike.</summary>
internal static class SandboxBench
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var runs = arguments.Length > 0 ? int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture) : 200;
        var workspace = Directory.CreateTempSubdirectory("runproof-bench-").FullName;
        try
        {
            using var provider = new BubblewrapProvider(workspace);
            await using var sandbox = await provider.CreateAsync(new([], SandboxLimits.Default));
            var request = new ExecRequest(["true"], TimeSpan.FromSeconds(10));
            List<(string Name, Func<Task> Work, List<double> Times)> ways =
            [
                ("start of /bin/true", () => Host("true"), []),
                ("plain bubblewrap, host root read-only", () => Host("bwrap", "--ro-bind", "/", "/", "--unshare-all", "true"), []),
                ("Runproof: reset + execute", async () => { await sandbox.ResetAsync(); Check(await sandbox.ExecuteAsync(request)); }, []),
                ("Runproof: execute", async () => Check(await sandbox.ExecuteAsync(request)), []),
                ("Runproof: create + execute + dispose", async () => { await using var fresh = await provider.CreateAsync(new([], SandboxLimits.Default)); Check(await fresh.ExecuteAsync(request)); }, []),
            ];
            if (await PodmanAsync(Path.Combine(workspace, "podman")) is { } podman) ways.Add(("podman run --rm", podman, []));
            else Console.WriteLine("podman: does not run here without help, left out");

            var container = SandboxBackends.Create(SandboxBackends.Container, workspace);
            using var engine = (IDisposable)container;
            await using var inside = await InContainersAsync(container);
            if (inside is not null)
            {
                ways.Add(("containers: execute", async () => Check(await inside.ExecuteAsync(request)), []));
                ways.Add(("containers: reset + execute", async () => { await inside.ResetAsync(); Check(await inside.ExecuteAsync(request)); }, []));
                ways.Add(("containers: create + execute + dispose", async () => { await using var fresh = await container.CreateAsync(new([], SandboxLimits.Default)); Check(await fresh.ExecuteAsync(request)); }, []));
            }

            for (var run = -5; run < runs; run++)
            {
                foreach (var (_, work, times) in ways)
                {
                    var started = Stopwatch.GetTimestamp();
                    await work();
                    if (run >= 0) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }

            var plain = Percentile(ways[1].Times, 50);
            Console.WriteLine($"{"",-40} {"p50 ms",8} {"p99 ms",8} {"p50 / plain bubblewrap",24}");
            foreach (var (name, _, times) in ways) Console.WriteLine($"{name,-40} {Percentile(times, 50),8:0.0} {Percentile(times, 99),8:0.0} {Percentile(times, 50) / plain,24:0.00}");
            return 0;
        }
        finally
        {
            WorkspaceFolders.Delete(workspace);
        }
    }

    /// <summary>A sandbox of the other back end; null where no engine listens.</summary>
    private static async Task<ISandbox?> InContainersAsync(ISandboxProvider provider)
    {
        try
        {
            return await provider.CreateAsync(new([], SandboxLimits.Default));
        }
        catch (SandboxException error)
        {
            Console.WriteLine($"containers: {error.Message}");
            return null;
        }
    }

    /// <summary>A container whose root holds busybox alone; null where podman does not run.</summary>
    private static async Task<Func<Task>?> PodmanAsync(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        File.Copy("/bin/busybox", Path.Combine(root, "busybox"));
        string[] command = ["run", "--rm", "--network=none", "--cgroups=disabled", "--log-driver=none", "--rootfs", root, "/busybox", "true"];
        var tried = await HostProcess.RunAsync(new("podman", command, WallTime: TimeSpan.FromSeconds(60)));
        return tried.Succeeded ? () => Host("podman", command) : null;
    }

    private static async Task Host(string program, params string[] arguments)
    {
        var result = await HostProcess.RunAsync(new(program, arguments));
        if (!result.Succeeded) throw new InvalidOperationException($"{program}: {result.LastErrorLine}");
    }

    private static void Check(ExecResult result)
    {
        if (!result.Succeeded) throw new InvalidOperationException(result.Error.Text);
    }

    public static double Percentile(List<double> values, int percent)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(percent / 100.0 * sorted.Count) - 1)];
    }
}
