using System.Diagnostics;
using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

public sealed class WorkspaceFoldersTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_a_dead_process_left_goes_also_while_a_program_of_its_still_writes_there()
    {
        const int noProcess = 4_194_305;
        var stale = Path.Combine(_bench.Root, "tmp", $"{noProcess}-1", "etc");
        var own = WorkspaceFolders.CreateTemporary(_bench.Root);
        var until = DateTime.UtcNow.AddMilliseconds(400);
        var writes = Task.Run(() =>
        {
            for (var i = 0; DateTime.UtcNow < until; i++)
            {
                try
                {
                    File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(stale, $"{i % 50}")).FullName, "file"), "text");
                }
                catch (IOException)
                {
                    // The folder went between the two.
                }
            }
        }, TestContext.Current.CancellationToken);
        while (!Directory.Exists(stale)) await Task.Yield();
        do
        {
            WorkspaceFolders.RemoveStale(_bench.Root);
        }
        while (!writes.IsCompleted);
        WorkspaceFolders.RemoveStale(_bench.Root);
        Directory.Exists(Path.GetDirectoryName(stale)).ShouldBeFalse();
        Directory.Exists(own).ShouldBeTrue();
    }

    [Fact]
    public async Task A_killed_process_that_nobody_asked_after_is_gone()
    {
        // `sh` becomes a `sleep` that never asks after the child it inherits.
        using var parent = Process.Start(new ProcessStartInfo("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true })!;
        try
        {
            var zombie = (await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
            while (!(await File.ReadAllTextAsync($"/proc/{zombie}/stat", TestContext.Current.CancellationToken)).Contains(") Z ", StringComparison.Ordinal)) await Task.Delay(10, TestContext.Current.CancellationToken);
            var stale = Directory.CreateDirectory(Path.Combine(_bench.Root, "tmp", $"{zombie}-1")).FullName;
            var own = Directory.CreateDirectory(Path.Combine(_bench.Root, "tmp", $"{parent.Id}-1")).FullName;
            WorkspaceFolders.RemoveStale(_bench.Root);
            (Directory.Exists(stale), Directory.Exists(own)).ShouldBe((false, true));
        }
        finally
        {
            parent.Kill();
        }
    }
}
