using System.Text;
using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

/// <summary>Code that takes all it can get: its own sandbox goes on after it, and the one beside it hardly notices. Bounds are ratios, far from what is usual on a machine under load.</summary>
public sealed class HostileLoadTests : IAsyncLifetime
{
    private const double Bearable = 12;
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task NeedsAsync(params string[] limits)
    {
        foreach (var limit in (await _bench.Sandboxes.ProbeAsync()).Limits.Where(limit => limits.Contains(limit.Name) && (!limit.Enforced || limit.Note is not null))) Assert.Skip($"this machine cannot limit {limit.Name}: {limit.Note}");
    }

    private static async Task ShouldBeAliveAsync(ISandbox sandbox) => (await sandbox.ExecuteAsync(ExecRequest.Shell("echo alive", TimeSpan.FromSeconds(60)))).Output.Text.ShouldBe("alive\n");

    [Fact]
    public async Task A_fork_bomb_whose_processes_all_run_leaves_the_neighbour_its_share()
    {
        await NeedsAsync("processes", "processor time");
        var ratio = await _bench.SlowdownAsync(new(Processes: 400),
            """
            while True:
                try:
                    if os.fork() == 0:
                        os.setsid()
                except OSError:
                    pass
            """);
        ratio.ShouldBeLessThan(Bearable);
    }

    [Fact]
    public async Task A_memory_bomb_of_many_processes_leaves_the_neighbour_alone()
    {
        await NeedsAsync("memory", "processes", "processor time");
        var ratio = await _bench.SlowdownAsync(new(MemoryBytes: 256 << 20, Processes: 60),
            """
            while True:
                try:
                    child = os.fork()
                except OSError:
                    time.sleep(0.1)
                    continue
                if child == 0:
                    kept = []
                    while True:
                        kept.append(b"x" * (8 << 20))
            """);
        ratio.ShouldBeLessThan(Bearable);
    }

    [Fact]
    public async Task A_flood_of_output_leaves_the_neighbour_alone()
    {
        var ratio = await _bench.SlowdownAsync(new(), "while True:\n    os.write(1, b'x' * 65536)\n    os.write(2, b'y' * 65536)");
        ratio.ShouldBeLessThan(Bearable);
    }

    [Fact]
    public async Task Gigabytes_of_output_are_counted_and_not_kept()
    {
        await using var sandbox = await _bench.SandboxAsync(new(OutputBytes: 1000));
        var result = await sandbox.ExecuteAsync(ExecRequest.Shell("head -c 2G /dev/zero", TimeSpan.FromMinutes(3)));
        (result.Output.TotalBytes, result.Output.Bytes.Length, result.ExitCode).ShouldBe((2L << 30, 1000, 0));
    }

    [Theory]
    [InlineData("kept = libc.shmget(0, 16 << 20, 0o1600); ctypes.memset(libc.shmat(kept, None, 0), 1, 16 << 20)")]
    [InlineData("kept = os.memfd_create('x'); os.write(kept, bytes(16 << 20)); held.append(kept)")]
    [InlineData("open('/dev/shm/%d' % len(held), 'wb').write(bytes(16 << 20)); held.append(0)")]
    public async Task Memory_that_no_process_holds_ends_its_commands_and_nothing_else(string takes)
    {
        await NeedsAsync("memory");
        await using var sandbox = await _bench.SandboxAsync(new(MemoryBytes: 128 << 20));
        var result = await sandbox.ExecuteAsync(HostileCode.Request(
            $$"""
            libc.shmat.restype = ctypes.c_void_p
            libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
            held = []
            for number in range(32):
                {{takes}}
            print("had it all")
            """));
        result.Output.Text.ShouldBe("");
        result.OutOfMemory.ShouldBeTrue();
        await sandbox.ResetAsync();
        await ShouldBeAliveAsync(sandbox);
    }

    [Fact]
    public async Task A_disk_full_of_empty_files_or_of_large_names_is_as_new_after_a_reset()
    {
        await using var sandbox = await _bench.SandboxAsync(new(WrittenBytes: 8 << 20));
        (await sandbox.AttackAsync(
            """
            def fill(folder):
                os.mkdir(folder)
                for number in range(1000000):
                    open("%s/%d" % (folder, number), "w").close()

            attack("empty files", lambda: fill("/testbed/many"))
            attack("after", lambda: write("/tmp/more", "x"))
            """)).Values.ShouldAllBe(outcome => outcome == "ENOSPC");
        await sandbox.ResetAsync();
        (await sandbox.ExecuteAsync(ExecRequest.Shell("ls -A; echo x > /tmp/more && echo written", TimeSpan.FromSeconds(20)))).Output.Text.ShouldBe("written\n");
    }

    [Fact]
    public async Task Folders_deeper_than_any_path_can_say_are_gone_after_a_reset()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(HostileCode.Request(
            """
            for number in range(20000):
                os.mkdir("d" * 50)
                os.chdir("d" * 50)
            os.chmod(".", 0)
            print("deep")
            """));
        result.Output.Text.ShouldBe("deep\n");
        await sandbox.ResetAsync();
        (await sandbox.ExecuteAsync(ExecRequest.Shell("ls -A; echo fresh", TimeSpan.FromSeconds(20)))).Output.Text.ShouldBe("fresh\n");
    }

    [Fact]
    public async Task Huge_files_with_nothing_in_them_are_no_way_around_the_limits()
    {
        await using var sandbox = await _bench.SandboxAsync(new(WrittenBytes: 64 << 20, FileBytes: 32 << 20));
        await sandbox.IsRefusedAsync(
            """
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            file = os.open("sparse", os.O_CREAT | os.O_RDWR)
            attack("grow", lambda: os.truncate("sparse", 1 << 40))
            attack("write far off", lambda: os.pwrite(file, b"x", 1 << 40))
            attack("reserve", lambda: os.posix_fallocate(file, 0, 1 << 30))
            """,
            "EFBIG", "ENOSPC");
    }

    [Fact]
    public async Task Who_ignores_every_signal_and_hides_from_its_parent_is_gone_at_the_limit()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var request = HostileCode.Request(
            """
            for number in set(range(1, 65)) - {9, 19, 32, 33}:
                signal.signal(number, signal.SIG_IGN)
            if os.fork() == 0:
                os.setsid()
                if os.fork() != 0:
                    os._exit(0)
            while True:
                write("/testbed/beat", str(time.time()))
            """, seconds: 3);
        var result = await sandbox.ExecuteAsync(request);
        result.TimedOut.ShouldBeTrue();
        (result.Elapsed - request.WallTime).ShouldBeLessThan(TimeSpan.FromSeconds(20));
        var beat = await sandbox.ExecuteAsync(ExecRequest.Shell("cat beat; sleep 0.5", TimeSpan.FromSeconds(20)));
        (await sandbox.ExecuteAsync(ExecRequest.Shell("cat beat", TimeSpan.FromSeconds(20)))).Output.Text.ShouldBe(beat.Output.Text);
    }

    [Fact]
    public async Task Who_holds_the_first_process_of_its_sandbox_is_gone_at_the_limit()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(HostileCode.Request(
            """
            if os.fork() == 0:
                os.setsid()
                call((101, 117), 0x4206, 1, 0, 0)
                call((101, 117), 0x4207, 1, 0, 0)
                time.sleep(300)
            time.sleep(1)
            """, seconds: 4));
        result.TimedOut.ShouldBeTrue("process 1 does not go on to end");
        await ShouldBeAliveAsync(sandbox);
    }
}
