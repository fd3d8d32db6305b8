using System.Diagnostics;
using System.Globalization;
using Runproof.Agents;
using Runproof.Agents.Scaffolds;
using Runproof.Agents.Terminals;
using Runproof.Sandboxes;
using Runproof.ToolCalls;

namespace Runproof.Bench;

/// <summary>What an agent's action costs beyond the command itself, what a reset costs, and how many attempts can be open at once; beside <c>podman exec</c> where it runs.</summary>
internal static class AgentBench
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var runs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 300;
        var idle = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 200;
        var workspace = Directory.CreateTempSubdirectory("runproof-bench-").FullName;
        try
        {
            using var provider = new BubblewrapProvider(workspace);
            await ActionsAsync(provider, runs, workspace);
            await IdleAsync(provider, idle);
            return 0;
        }
        finally
        {
            WorkspaceFolders.Delete(workspace);
        }
    }

    private static async Task ActionsAsync(BubblewrapProvider provider, int runs, string workspace)
    {
        var assignment = new Assignment("", "/testbed", [], null);
        await using var first = await provider.CreateAsync(new([], SandboxLimits.Default));
        await using var second = await provider.CreateAsync(new([], SandboxLimits.Default));
        await using var third = await provider.CreateAsync(new([], SandboxLimits.Default));
        var (mini, swe) = (new Mini(), new SweAgent());
        await using var fresh = mini.Open(first, assignment, mini.Limits);
        await using var stays = swe.Open(second, assignment, swe.Limits);
        static async Task Act(Scaffold scaffold, Toolbox tools)
        {
            var seen = await tools.ActAsync(new("", "", [scaffold.Command("true")], ParseOutcome.Clean, []), default);
            if (seen[0].Outcome != ActionOutcome.Done) throw new InvalidOperationException(seen[0].Content);
        }

        List<(string Name, Func<Task> Work, List<double> Times)> ways =
        [
            ("bash -c true on the host", () => Host("bash", "-c", "true"), []),
            ("Runproof: action in a shell that stays", () => Act(swe, stays), []),
            ("Runproof: action in a fresh shell", () => Act(mini, fresh), []),
            ("Runproof: reset", () => third.ResetAsync(), []),
        ];
        var podman = await PodmanExecAsync(Path.Combine(workspace, "podman"));
        if (podman is { } exec) ways.Add(("podman exec", exec.Work, []));
        else Console.WriteLine("podman exec: does not run here without help, left out");
        for (var run = -5; run < runs; run++)
        {
            foreach (var (_, work, times) in ways)
            {
                var started = Stopwatch.GetTimestamp();
                await work();
                if (run >= 0) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        if (podman is not null) await podman.Value.End();
        var host = SandboxBench.Percentile(ways[0].Times, 50);
        Console.WriteLine($"{"",-40} {"p50 ms",8} {"p99 ms",8} {"p50 / bash on the host",24}");
        foreach (var (name, _, times) in ways) Console.WriteLine($"{name,-40} {SandboxBench.Percentile(times, 50),8:0.00} {SandboxBench.Percentile(times, 99),8:0.00} {SandboxBench.Percentile(times, 50) / host,24:0.00}");
    }

    /// <summary>Attempts that wait for their model: a sandbox, a terminal with its shell, nothing running.</summary>
    private static async Task IdleAsync(BubblewrapProvider provider, int count)
    {
        List<(ISandbox Sandbox, Terminal Terminal)> open = [];
        List<(int Count, double MiB)> measured = [];
        try
        {
            var before = Used();
            for (var i = 1; i <= count; i++)
            {
                var sandbox = await provider.CreateAsync(new([], SandboxLimits.Default));
                open.Add((sandbox, new(sandbox)));
                var answer = await open[^1].Terminal.RunAsync("echo here", Limit, Limit, default);
                if (answer.Output.Trim() != "here") throw new InvalidOperationException(answer.Output);
                if (i == count / 4 || i == count / 2 || i == count) measured.Add((i, (Used() - before) / i));
            }

            foreach (var (_, terminal) in open)
            {
                var answer = await terminal.RunAsync("echo still", Limit, Limit, default);
                if (answer.Output.Trim() != "still") throw new InvalidOperationException(answer.Output);
            }

            Console.WriteLine($"{count} attempts open at once, each answered again; memory for each: {string.Join(", ", measured.Select(one => $"{one.MiB:0.0} MiB of {one.Count}"))}");
        }
        finally
        {
            foreach (var (sandbox, terminal) in open)
            {
                await terminal.DisposeAsync();
                await sandbox.DisposeAsync();
            }
        }
    }

    /// <summary>MiB that the processes of all sandboxes have to themselves; what they share counts in parts (proportional set size).</summary>
    private static double Used()
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).ToList();
        var children = all.Where(process => process != Environment.ProcessId).ToLookup(ParentOf);
        var (kilobytes, queue) = (0L, new Queue<int>(children[Environment.ProcessId]));
        while (queue.TryDequeue(out var process))
        {
            kilobytes += Kilobytes(process);
            foreach (var child in children[process]) queue.Enqueue(child);
        }

        return kilobytes / 1024.0;
    }

    private static long Kilobytes(int process)
    {
        var line = Lines($"/proc/{process}/smaps_rollup").FirstOrDefault(one => one.StartsWith("Pss:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static int ParentOf(int process) =>
        Lines($"/proc/{process}/status").FirstOrDefault(one => one.StartsWith("PPid:", StringComparison.Ordinal)) is { } line ? int.Parse(line["PPid:".Length..], CultureInfo.InvariantCulture) : 0;

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Podman as it stands, or, where crun refuses the machine's mixed control groups, in a mount namespace that lacks the second version (a shell more for each call).</summary>
    private static async Task<(Func<Task> Work, Func<Task> End)?> PodmanExecAsync(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        File.Copy("/bin/busybox", Path.Combine(root, "busybox"));
        const string Name = "runproof-bench-exec";
        const string Unmounted = "umount /sys/fs/cgroup/unified 2>/dev/null; exec podman \"$@\"";
        foreach (var command in new[] { ["podman"], new[] { "unshare", "-m", "--propagation", "private", "sh", "-c", Unmounted, "podman" } })
        {
            HostCommand Podman(params string[] arguments) => new(command[0], [.. command[1..], .. arguments], WallTime: TimeSpan.FromSeconds(60));
            async Task Run(params string[] arguments)
            {
                var result = await HostProcess.RunAsync(Podman(arguments));
                if (!result.Succeeded) throw new InvalidOperationException($"podman: {result.LastErrorLine}");
            }

            var begun = await HostProcess.RunAsync(Podman("run", "-d", "--rm", "--name", Name, "--network=none", "--cgroups=disabled", "--log-driver=none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "--rootfs", root, "/busybox", "sleep", "3600"));
            if (!begun.Succeeded) continue;
            Task End() => Run("rm", "-f", "-t", "0", Name);
            if ((await HostProcess.RunAsync(Podman("exec", Name, "/busybox", "true"))).Succeeded) return (() => Run("exec", Name, "/busybox", "true"), End);
            await End();
        }

        return null;
    }

    private static async Task Host(string program, params string[] arguments)
    {
        var result = await HostProcess.RunAsync(new(program, arguments));
        if (!result.Succeeded) throw new InvalidOperationException($"{program}: {result.LastErrorLine}");
    }
}
