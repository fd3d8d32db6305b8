using System.Runtime.InteropServices;
using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

public sealed partial class BubblewrapSandboxTests() : SandboxContractTests(SandboxBackends.Bubblewrap)
{
    [Fact]
    public async Task Bytes_written_are_limited()
    {
        await using var sandbox = await Bench.SandboxAsync(new SandboxLimits(WrittenBytes: 8 << 20, FileBytes: 4 << 20));
        var result = await sandbox.ExecuteAsync(Sh(
            "head -c 6000000 /dev/zero > big; wc -c < big; for i in 1 2 3; do head -c 3000000 /dev/zero > part$i; done; du -sk . /dev/shm | head -1 | cut -f1"));
        var lines = result.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        long.Parse(lines[0]).ShouldBeLessThanOrEqualTo(4 << 20);
        long.Parse(lines[1]).ShouldBeLessThanOrEqualTo(8 << 10);
        (await sandbox.ExecuteAsync(Sh("head -c 9000000 /dev/zero > /dev/shm/x; head -c 9000000 /dev/zero > /dev/x; cat /dev/shm/x | wc -c"))).Output.Text.Trim().ShouldNotBe("9000000");
    }

    [Fact]
    public async Task Signals_that_this_program_ignores_are_not_ignored_inside()
    {
        _ = Signal(SecondOfUsers, Ignored);
        await using var sandbox = await Bench.SandboxAsync();
        (await sandbox.ExecuteAsync(Sh("awk '/^SigIgn/ { print $2 }' /proc/self/status"))).Output.Text.ShouldBe("0000000000000000\n");
    }

    private const int SecondOfUsers = 12;
    private const nint Ignored = 1;

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);

    [Fact]
    public async Task A_sandbox_whose_workspace_is_deleted_beneath_it_is_given_up()
    {
        await using var sandbox = await Bench.SandboxAsync();
        var run = sandbox.ExecuteAsync(new(["sleep", "2"], TimeSpan.FromSeconds(3)));
        await Task.Delay(1000);
        foreach (var pipe in Directory.EnumerateFiles(Bench.Root, "out", SearchOption.AllDirectories).ToList()) File.Delete(pipe);
        (await Should.ThrowAsync<SandboxException>(() => run)).Message.ShouldContain("was the workspace deleted?");
    }

    [Fact]
    public async Task Killing_the_holder_is_an_infrastructure_failure_not_a_result()
    {
        await using var sandbox = await Bench.SandboxAsync();
        var running = sandbox.ExecuteAsync(Sh("sleep 30", seconds: 60));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        foreach (var holder in ProcessTree.ChildrenOf(Environment.ProcessId).Where(child => FolderOf(child) == Bench.Root)) _ = Libc.Kill(holder, Libc.SignalKill);
        await Should.ThrowAsync<SandboxException>(running);
    }

    private static string? FolderOf(int process)
    {
        try
        {
            return Directory.ResolveLinkTarget($"/proc/{process}/cwd", false)?.FullName;
        }
        catch (IOException)
        {
            return null; // one of another test, gone in the meantime
        }
    }
}
