using System.Text;
using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

public sealed class BubblewrapSandboxTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static ExecRequest Sh(string script, int seconds = 20) => ExecRequest.Shell(script, TimeSpan.FromSeconds(seconds));

    [Fact]
    public async Task A_command_gets_its_arguments_input_environment_and_working_directory()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(new(
            ["sh", "-c", "cat; echo \"$1|$GREETING|$PWD|$(id -u)\"; echo oops >&2; exit 7", "sh", "a 'b' \"c\" $d\n*"],
            TimeSpan.FromSeconds(20), "/tmp", new Dictionary<string, string> { ["GREETING"] = "it's" }, Encoding.UTF8.GetBytes("in\n")));
        result.ExitCode.ShouldBe(7);
        result.Output.Text.ShouldBe("in\na 'b' \"c\" $d\n*|it's|/tmp|1000\n");
        result.Error.Text.ShouldBe("oops\n");
    }

    [Fact]
    public async Task Layers_are_read_writes_stay_until_reset_and_the_layers_never_change()
    {
        var layer = _bench.Layer("base", ("testbed/a.txt", "old\n"), ("testbed/sub/b.txt", "b\n"));
        var top = _bench.Layer("top", ("testbed/a.txt", "new\n"));
        await using var sandbox = await _bench.SandboxAsync(null, top, layer);
        (await sandbox.ExecuteAsync(Sh("cat a.txt sub/b.txt; rm -r sub; echo changed > a.txt; touch c"))).Output.Text.ShouldBe("new\nb\n");
        (await sandbox.ExecuteAsync(Sh("cat a.txt; ls"))).Output.Text.ShouldBe("changed\na.txt\nc\n");
        await sandbox.ResetAsync();
        (await sandbox.ExecuteAsync(Sh("cat a.txt; ls"))).Output.Text.ShouldBe("new\na.txt\nsub\n");
        File.ReadAllText(Path.Combine(top, "testbed/a.txt")).ShouldBe("new\n");
    }

    [Fact]
    public async Task A_snapshot_is_a_layer_that_holds_changes_and_removals()
    {
        var layer = _bench.Layer("base", ("testbed/gone", "x"), ("testbed/folder/old", "x"), ("testbed/kept", "k\n"));
        var snapshot = Path.Combine(_bench.Root, "layers", "snapshot");
        await using (var sandbox = await _bench.SandboxAsync(null, layer))
        {
            await sandbox.ExecuteAsync(Sh("rm gone; rm -r folder; mkdir folder; echo n > folder/new"));
            await sandbox.SnapshotAsync(snapshot);
        }

        await using var again = await _bench.SandboxAsync(null, snapshot, layer);
        (await again.ExecuteAsync(Sh("find . -type f | sort"))).Output.Text.ShouldBe("./folder/new\n./kept\n");
    }

    [Fact]
    public async Task The_host_is_not_visible()
    {
        var secret = Path.Combine(_bench.Root, "secret.txt");
        File.WriteAllText(secret, "s");
        Environment.SetEnvironmentVariable("RUNPROOF_TEST_SECRET", "hidden");
        await using var sandbox = await _bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(Sh(
            $"cat '{secret.Replace("'", "'\\''", StringComparison.Ordinal)}' /etc/shadow /root/.bashrc; env | grep SECRET; ls /home /work /root; hostname; touch /usr/x /etc/x /x /dev/x; ls -A /home/runner"));
        result.Output.Text.ShouldBe("/home:\nrunner\nrunproof\n");
        result.Error.Text.ShouldContain("/etc/shadow");
    }

    [Fact]
    public async Task There_is_no_network()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(Sh("cat /proc/net/dev | grep -c :; cat /proc/net/route | wc -l"));
        result.Output.Text.ShouldBe("1\n1\n", "only the loopback device and an empty routing table");
    }

    [Fact]
    public async Task A_command_that_does_not_end_is_cut_with_all_its_processes()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(Sh("(setsid sh -c 'while :; do date +%N > /testbed/beat; done' &) ; echo started; sleep 600", seconds: 2));
        result.TimedOut.ShouldBeTrue();
        result.Output.Text.ShouldBe("started\n");
        result.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        var first = await sandbox.ExecuteAsync(Sh("cat beat; sleep 0.3"));
        (await sandbox.ExecuteAsync(Sh("cat beat"))).Output.Text.ShouldBe(first.Output.Text);
    }

    [Fact]
    public async Task A_sandbox_whose_workspace_is_deleted_beneath_it_is_given_up()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var run = sandbox.ExecuteAsync(new(["sleep", "2"], TimeSpan.FromSeconds(3)));
        await Task.Delay(1000);
        foreach (var pipe in Directory.EnumerateFiles(_bench.Root, "out", SearchOption.AllDirectories).ToList()) File.Delete(pipe);
        (await Should.ThrowAsync<SandboxException>(() => run)).Message.ShouldContain("was the workspace deleted?");
    }

    [Fact]
    public async Task What_a_command_leaves_running_is_gone_when_it_ends()
    {
        await using var sandbox = await _bench.SandboxAsync();
        for (var round = 0; round < 5; round++)
        {
            await sandbox.ExecuteAsync(Sh("(setsid sh -c 'while :; do date +%N > /testbed/beat; done' >/dev/null 2>&1 &); sleep 0.1"));
            var before = await sandbox.ExecuteAsync(Sh("cat beat; ps -e 2>/dev/null | wc -l"));
            await Task.Delay(50, TestContext.Current.CancellationToken);
            (await sandbox.ExecuteAsync(Sh("cat beat; ps -e 2>/dev/null | wc -l"))).Output.Text.ShouldBe(before.Output.Text);
        }
    }

    [Fact]
    public async Task Memory_is_limited()
    {
        await Needs("memory");
        await using var sandbox = await _bench.SandboxAsync(new SandboxLimits(MemoryBytes: 100 << 20));
        var result = await sandbox.ExecuteAsync(Sh("tail -c 400M /dev/zero | tail -c 399M | wc -c; head -c 10 /dev/zero | wc -c"));
        result.Output.Text.ShouldNotContain("399");
        (result.OutOfMemory || !result.Error.Text.Contains("Killed", StringComparison.Ordinal)).ShouldBeTrue();
        (await sandbox.ExecuteAsync(Sh("echo alive"))).Output.Text.ShouldBe("alive\n");
    }

    [Fact]
    public async Task The_number_of_processes_is_limited()
    {
        await Needs("processes");
        await using var sandbox = await _bench.SandboxAsync(new SandboxLimits(Processes: 30));
        var result = await sandbox.ExecuteAsync(Sh("i=0; while [ $i -lt 100 ]; do sleep 5 & i=$((i+1)); done; echo all"));
        result.Output.Text.ShouldNotContain("all");
        (await sandbox.ExecuteAsync(Sh("echo alive"))).Output.Text.ShouldBe("alive\n");
    }

    [Fact]
    public async Task File_size_and_bytes_written_are_limited()
    {
        await using var sandbox = await _bench.SandboxAsync(new SandboxLimits(WrittenBytes: 8 << 20, FileBytes: 4 << 20));
        var result = await sandbox.ExecuteAsync(Sh(
            "head -c 6000000 /dev/zero > big; wc -c < big; for i in 1 2 3; do head -c 3000000 /dev/zero > part$i; done; du -sk . /dev/shm | head -1 | cut -f1"));
        var lines = result.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        long.Parse(lines[0]).ShouldBeLessThanOrEqualTo(4 << 20);
        long.Parse(lines[1]).ShouldBeLessThanOrEqualTo(8 << 10);
        (await sandbox.ExecuteAsync(Sh("head -c 9000000 /dev/zero > /dev/shm/x; head -c 9000000 /dev/zero > /dev/x; cat /dev/shm/x | wc -c"))).Output.Text.Trim().ShouldNotBe("9000000");
    }

    [Fact]
    public async Task Output_is_kept_at_head_and_tail_and_counted()
    {
        await using var sandbox = await _bench.SandboxAsync(new SandboxLimits(OutputBytes: 100));
        var result = await sandbox.ExecuteAsync(Sh("echo first; seq 200000; echo last"));
        result.Output.TotalBytes.ShouldBe(6 + 5 + Enumerable.Range(1, 200000).Sum(i => i.ToString().Length + 1));
        result.Output.Text.ShouldStartWith("first\n1\n2\n");
        result.Output.Text.ShouldEndWith("200000\nlast\n");
        result.Output.Text.ShouldContain("bytes left out");
    }

    [Fact]
    public async Task Binary_output_passes_unchanged()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var bytes = Enumerable.Range(0, 70_000).Select(i => (byte)(i * 7)).ToArray();
        var result = await sandbox.ExecuteAsync(new(["cat"], TimeSpan.FromSeconds(20), StandardInput: bytes));
        result.Output.Bytes.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public async Task Killing_the_holder_is_an_infrastructure_failure_not_a_result()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var running = sandbox.ExecuteAsync(Sh("sleep 30", seconds: 60));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        foreach (var holder in ProcessTree.ChildrenOf(Environment.ProcessId).Where(child => FolderOf(child) == _bench.Root)) _ = Libc.Kill(holder, Libc.SignalKill);
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

    [Fact]
    public async Task Nothing_stays_behind()
    {
        await using (var sandbox = await _bench.SandboxAsync()) await sandbox.ExecuteAsync(Sh("mkdir -p d; chmod 000 d; echo x > f"));
        _bench.Sandboxes.Dispose();
        Directory.EnumerateFileSystemEntries(Path.Combine(_bench.Root, "tmp")).ShouldBeEmpty();
        File.ReadAllText("/proc/mounts").ShouldNotContain(Path.GetFileName(Path.GetDirectoryName(_bench.Root)!));
    }

    private async Task Needs(string limit)
    {
        var support = (await _bench.Sandboxes.ProbeAsync()).Limits.Single(one => one.Name == limit);
        if (!support.Enforced) Assert.Skip($"this machine cannot limit {limit}: {support.Note}");
    }
}
