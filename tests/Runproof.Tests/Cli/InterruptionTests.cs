using System.Diagnostics;
using Runproof.Cli;
using Runproof.Sandboxes;

namespace Runproof.Tests.Cli;

/// <summary>Killed anywhere and started again: the same tasks, none lost, none twice, and nothing left behind.</summary>
public sealed class InterruptionTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static string[] Tasks(Program.Ending ending) => [.. ending.Json.GetProperty("tasks").EnumerateArray().Select(task => task.GetString()!)];

    [Fact]
    public async Task Killed_again_and_again_the_tasks_are_those_of_a_run_in_one_piece()
    {
        var sample = await Sample.PrepareAsync("textkit", _bench.Root, TestContext.Current.CancellationToken);
        string[] arguments = ["inject", sample, "--count", "8", "--json", "--seed", "3"];
        var whole = await new Program(Path.Combine(_bench.Root, "whole")).RunAsync(arguments);
        whole.ExitCode.ShouldBe(0, whole.Error);

        var workspace = Path.Combine(_bench.Root, "killed");
        var program = new Program(workspace);
        var random = new Random(11);
        for (var kill = 0; kill < 5; kill++)
        {
            using var process = program.Start(arguments);
            _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(500, 6000), TestContext.Current.CancellationToken);
            if (!process.HasExited) _ = Libc.Kill(process.Id, Libc.SignalKill);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await Task.Delay(300, TestContext.Current.CancellationToken);
            Sandboxed(workspace).ShouldBeEmpty("a killed run leaves no process");
        }

        var resumed = await program.RunAsync(arguments);
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        Tasks(resumed).ShouldBe(Tasks(whole));
        resumed.Json.GetProperty("rejected").ToString().ShouldBe(whole.Json.GetProperty("rejected").ToString());
        Directory.EnumerateFileSystemEntries(Path.Combine(workspace, "tmp")).ShouldBeEmpty();
        File.ReadAllText("/proc/mounts").ShouldNotContain(workspace);
    }

    [Fact]
    public async Task An_interrupt_ends_with_130_and_a_second_run_at_once_is_refused()
    {
        var sample = await Sample.PrepareAsync("textkit", _bench.Root, TestContext.Current.CancellationToken);
        var program = new Program(Path.Combine(_bench.Root, "ws"));
        using var process = program.Start("inject", sample, "--json");
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!File.Exists(Path.Combine(_bench.Root, "ws", "lock.owner"))) await Task.Delay(50, TestContext.Current.CancellationToken);

        var second = await program.RunAsync("inject", sample);
        second.ExitCode.ShouldBe(2);
        second.Line.ShouldContain($"is in use by another run (process {process.Id})");

        // Twice, as timeout and npm send it.
        using (var interrupt = Process.Start("sh", ["-c", $"kill -INT {process.Id}; sleep 0.01; kill -INT {process.Id} 2>/dev/null"])) await interrupt.WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(130);
        (await error).ShouldMatch("runproof: interrupted: (what was finished is kept|[0-9]+ of [0-9]+ bugs are judged, [0-9]+ kept); the same command goes on from there\n");
        Sandboxed(Path.Combine(_bench.Root, "ws")).ShouldBeEmpty();
    }

    /// <summary>Processes whose working folder is the workspace: holders of sandboxes.</summary>
    private static List<string> Sandboxed(string workspace) =>
        [.. Directory.EnumerateDirectories("/proc").Where(folder => char.IsDigit(Path.GetFileName(folder)[0])).Where(folder => CurrentFolder(folder) == workspace)];

    private static string? CurrentFolder(string process)
    {
        try
        {
            return Directory.ResolveLinkTarget(Path.Combine(process, "cwd"), false)?.FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
