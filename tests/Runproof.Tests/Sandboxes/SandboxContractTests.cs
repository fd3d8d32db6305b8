using System.Text;
using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

/// <summary>What every back end promises.</summary>
public abstract class SandboxContractTests(string backend) : IAsyncLifetime
{
    private readonly Workbench _bench = new(backend: backend);

    internal Workbench Bench => _bench;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static ExecRequest Sh(string script, int seconds = 20) => ExecRequest.Shell(script, TimeSpan.FromSeconds(seconds));

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
    public async Task Hidden_files_of_the_machine_are_empty()
    {
        var shown = new[] { "/usr/lib/os-release", "/usr/bin/env" };
        await using var sandbox = await _bench.Sandboxes.CreateAsync(new([], SandboxLimits.Default, Hidden: [shown[0], "/usr/lib/no/such/file"]));
        var result = await sandbox.ExecuteAsync(Sh($"wc -c <{shown[0]}; test -s {shown[1]} && echo seen; test -e /usr/lib/no || echo none; (echo x >{shown[0]}) 2>/dev/null || echo protected"));
        result.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).ShouldBe(["0", "seen", "none", "protected"]);
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
    public async Task What_a_command_leaves_running_is_gone_when_it_ends()
    {
        await using var sandbox = await _bench.SandboxAsync();
        for (var round = 0; round < 3; round++)
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
    public async Task File_size_is_limited()
    {
        await using var sandbox = await _bench.SandboxAsync(new SandboxLimits(FileBytes: 4 << 20));
        var result = await sandbox.ExecuteAsync(Sh("head -c 6000000 /dev/zero > big; wc -c < big; ulimit -f 9000000; head -c 6000000 /dev/zero > big; wc -c < big"));
        foreach (var line in result.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)) long.Parse(line).ShouldBeLessThanOrEqualTo(4 << 20);
    }

    [Fact]
    public async Task A_command_has_no_power_and_cannot_get_any()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(Sh("grep -E '^(CapEff|CapPrm|NoNewPrivs)' /proc/self/status | tr -d '\\t '; mount -t tmpfs none /tmp 2>/dev/null && echo mounted; su -c id root 2>/dev/null"));
        result.Output.Text.ShouldBe("CapPrm:0000000000000000\nCapEff:0000000000000000\nNoNewPrivs:1\n");
    }

    [Fact]
    public async Task A_folder_may_be_mounted_and_a_place_outside_of_the_repository_belongs_to_a_layer()
    {
        var shared = Directory.CreateDirectory(Path.Combine(_bench.Root, "shared, \"folder\"")).FullName;
        File.WriteAllText(Path.Combine(shared, "tool"), "tool\n");
        var layer = _bench.Layer("base", ("env/a", "a\n"), ("home/b", "b\n"), ("exchange/c", "c\n"));
        await using var sandbox = await _bench.Sandboxes.CreateAsync(new([layer], SandboxLimits.Default, ReadOnlyMounts: [new(shared, "/runproof/support/x")]));
        var result = await sandbox.ExecuteAsync(Sh("cat /runproof/support/x/tool /opt/env/a ~/b /runproof/exchange/c; for f in /runproof/support/x /opt/env ~ /runproof/exchange /tmp /var/tmp /dev/shm; do touch $f/n 2>/dev/null || echo $f; done"));
        result.Output.Text.ShouldBe("tool\na\nb\nc\n/runproof/support/x\n");
    }

    [Fact]
    public async Task A_command_that_is_cancelled_ends_and_the_sandbox_goes_on()
    {
        await using var sandbox = await _bench.SandboxAsync();
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await Should.ThrowAsync<OperationCanceledException>(() => sandbox.ExecuteAsync(Sh("while :; do date +%N > beat; done", seconds: 60), cancel.Token));
        (await sandbox.ExecuteAsync(Sh("cat beat > first; sleep 0.3; cmp beat first && echo quiet"))).Output.Text.ShouldBe("quiet\n");
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
    public virtual async Task Nothing_stays_behind()
    {
        await using (var sandbox = await _bench.SandboxAsync()) await sandbox.ExecuteAsync(Sh("mkdir -p d; chmod 000 d; echo x > f"));
        (_bench.Sandboxes as IDisposable)?.Dispose();
        Directory.EnumerateFileSystemEntries(Path.Combine(_bench.Root, "tmp")).ShouldBeEmpty();
        File.ReadAllText("/proc/mounts").ShouldNotContain(Path.GetFileName(Path.GetDirectoryName(_bench.Root)!));
    }

    private async Task Needs(string limit)
    {
        var support = (await _bench.Sandboxes.ProbeAsync()).Limits.Single(one => one.Name == limit);
        if (!support.Enforced) Assert.Skip($"this machine cannot limit {limit}: {support.Note}");
    }
}
