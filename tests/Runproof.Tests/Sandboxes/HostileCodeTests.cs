using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

/// <summary>Code that wants out of its sandbox: to other processes, to privileges, to devices and the kernel's settings, to the network.</summary>
public sealed class HostileCodeTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Processes_of_the_host_and_of_the_neighbour_cannot_be_seen_signalled_or_traced()
    {
        using var ours = await Launcher.StartAsync(new ProcessStartInfo("sleep", ["300"]));
        await using var neighbour = await _bench.SandboxAsync();
        await using var busy = await neighbour.StartAsync(new(["sleep", "300"], TimeSpan.Zero));
        await using var sandbox = await _bench.SandboxAsync();
        await sandbox.IsRefusedAsync(
            $"""
            target = {ours.Id}
            attack("kill", lambda: os.kill(target, 9))
            attack("environment", lambda: read("/proc/%d/environ" % target))
            attack("memory", lambda: open("/proc/%d/mem" % target, "r+b"))
            attack("files", lambda: os.listdir("/proc/%d/root" % target))
            attack("trace", lambda: call((101, 117), 16, target, 0, 0))
            attack("seize", lambda: call((101, 117), 0x4206, target, 0, 0))
            vector = (ctypes.c_size_t * 2)(ctypes.addressof(ctypes.create_string_buffer(8)), 8)
            attack("read memory", lambda: call((310, 270), target, vector, 1, vector, 1, 0))
            attack("handle", lambda: call((434, 434), target, 0))
            """,
            "ESRCH", "ENOENT");
        var seen = await sandbox.ExecuteAsync(HostileCode.Request("print(sorted(open('/proc/%s/comm' % p).read().strip() for p in os.listdir('/proc') if p.isdigit()))"));
        seen.Output.Text.ShouldBe("['python3', 'sh']\n");
        ours.HasExited.ShouldBeFalse();
        ours.Kill();
    }

    [Fact]
    public async Task No_privilege_is_held_and_none_can_be_had()
    {
        await using var sandbox = await _bench.SandboxAsync();
        await sandbox.IsRefusedAsync(
            """
            attack("user", lambda: os.setuid(0))
            attack("group", lambda: os.setgroups([0]))
            attack("root folder", lambda: os.chroot("/tmp"))
            attack("host name", lambda: socket.sethostname("hostile"))
            attack("clock", lambda: time.clock_settime(time.CLOCK_REALTIME, 0))
            attack("priority", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
            attack("owner", lambda: os.chown("/testbed", 0, 0))
            """,
            "EPERM", "EINVAL");
        var status = (await sandbox.ExecuteAsync(ExecRequest.Shell(
            "cp /usr/bin/id own; chmod 6755 own; ./own -u; grep -E 'NoNewPrivs|CapInh|CapPrm|CapEff|CapAmb' /proc/self/status; grep -v ' / / ' /proc/self/mountinfo | grep -vc nosuid", TimeSpan.FromSeconds(20)))).Output.Text;
        status.Replace("\t", "", StringComparison.Ordinal).ShouldBe(
            "1000\nCapInh:0000000000000000\nCapPrm:0000000000000000\nCapEff:0000000000000000\nCapAmb:0000000000000000\nNoNewPrivs:1\n0\n");
    }

    [Theory]
    [InlineData("/usr/bin/su", "-c", "id")]
    [InlineData("/usr/bin/sudo", "-n", "id")]
    [InlineData("/usr/bin/mount", "-o", "remount,rw", "/usr")]
    public async Task Programs_that_lend_their_owners_rights_lend_none(params string[] command)
    {
        if (!File.Exists(command[0])) Assert.Skip($"no {command[0]} here");
        await using var sandbox = await _bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(new(command, TimeSpan.FromSeconds(60)));
        (result.ExitCode, result.Output.Text).ShouldNotBe((0, result.Output.Text));
    }

    [Fact]
    public async Task Nothing_is_mounted_and_no_namespace_is_made_or_entered()
    {
        await using var sandbox = await _bench.SandboxAsync();
        await sandbox.IsRefusedAsync(
            """
            def mount(kind, target, flags=0):
                return checked(libc.mount(b"x", target.encode(), kind.encode(), flags, None))

            for kind in ("tmpfs", "proc", "sysfs", "overlay", "cgroup", "cgroup2", "devpts", "ramfs"):
                attack("mount " + kind, lambda: mount(kind, "/tmp"))
            attack("/usr for writing", lambda: mount("", "/usr", 0x1020))
            attack("bind", lambda: mount("", "/tmp", 0x1000))
            attack("uncover", lambda: checked(libc.umount2(b"/etc", 2)))
            for flag in (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x38020000):
                attack("unshare %x" % flag, lambda: checked(libc.unshare(flag)))
                if flag != 0x80:  # there is no such flag of clone
                    attack("clone %x" % flag, lambda: call((56, 220), ctypes.c_ulong(flag | 17), 0, 0, 0, 0))
            attack("clone3", lambda: call((435, 435), ctypes.create_string_buffer(88), 88))
            attack("enter", lambda: checked(libc.setns(os.open("/proc/1/ns/user", os.O_RDONLY), 0)))
            attack("pivot", lambda: call((155, 41), b"/tmp", b"/tmp"))
            attack("open tree", lambda: call((428, 428), -100, b"/", 1))
            attack("open file system", lambda: call((430, 430), b"tmpfs", 0))
            attack("mount attributes", lambda: call((442, 442), -100, b"/usr", 0, ctypes.create_string_buffer(32), 32))
            attack("by handle", lambda: call((304, 265), 3, ctypes.create_string_buffer(64), 0))
            """,
            "EPERM", "ENOSYS", "EINVAL");
    }

    [Fact]
    public async Task A_session_may_make_its_one_set_of_namespaces_and_gains_nothing_in_them()
    {
        await using var sandbox = await _bench.SandboxAsync();
        await using var session = await sandbox.StartAsync(HostileCode.Request(
            """
            nonce, length = sys.stdin.buffer.readline().split()
            checked(libc.unshare(0x38020000))
            write("/proc/self/setgroups", "deny")
            write("/proc/self/uid_map", "0 1000 1")
            write("/proc/self/gid_map", "0 1000 1")
            os.mkdir("/tmp/m")
            checked(libc.mount(b"x", b"/tmp/m", b"tmpfs", 0, None))
            for kind, options in (("cgroup", b"memory"), ("cgroup", b"freezer"), ("cgroup2", None), ("proc", None), ("sysfs", None)):
                attack("%s %s" % (kind, options), lambda: checked(libc.mount(b"x", b"/tmp/m", kind.encode(), 0, options)))
            for flag in (0x2000000, 0x40000000, 0x10000000, 0x4000000):
                attack("%x" % flag, lambda: checked(libc.unshare(flag)))
            attack("/usr for writing", lambda: checked(libc.mount(b"", b"/usr", b"", 0x1020, None)))
            attack("uncover", lambda: checked(libc.umount2(b"/proc/sys", 2)))
            attack("set the kernel up", lambda: write("/proc/sys/kernel/core_pattern", "core"))
            attack("host name", lambda: socket.sethostname("hostile"))
            attack("device", lambda: os.mknod("/tmp/m/disk", 0o60600, os.makedev(8, 0)))
            sys.stdout.write(nonce.decode())
            sys.stdout.flush()
            """) with { MayNest = true });
        var outcomes = (await session.AskAsync(Array.Empty<byte>(), TimeSpan.FromSeconds(60))).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        outcomes.Length.ShouldBe(14);
        outcomes.Where(line => !line.EndsWith("EPERM", StringComparison.Ordinal) && !line.EndsWith("EROFS", StringComparison.Ordinal) && line is not ("uncover: EINVAL" or "set the kernel up: EACCES")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Settings_of_the_kernel_cannot_be_opened_for_writing()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var opened = await sandbox.ExecuteAsync(HostileCode.Request(
            """
            tried = 0
            for folder, folders, files in os.walk("/proc"):
                if folder == "/proc":
                    folders[:] = [name for name in folders if not name.isdigit() and not os.path.islink("/proc/" + name)]
                for path in (os.path.join(folder, name) for name in files):
                    tried += 1
                    try:
                        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
                        print(path)
                    except OSError:
                        pass
            print("tried many" if tried > 300 else tried)
            """));
        opened.Output.Text.ShouldBe("tried many\n");
        await sandbox.IsRefusedAsync(
            """
            attack("crash handler", lambda: write("/proc/sys/kernel/core_pattern", "|/bin/false"))
            attack("host name", lambda: write("/proc/sys/kernel/hostname", "hostile"))
            attack("magic key", lambda: write("/proc/sysrq-trigger", "h"))
            attack("cgroup", lambda: os.listdir("/sys/fs/cgroup"))
            attack("kernel's memory", lambda: read("/proc/kcore"))
            attack("kernel's log", lambda: read("/proc/kmsg"))
            """,
            "EROFS", "EACCES", "EPERM", "ENOENT");
    }

    [Fact]
    public async Task Devices_of_the_host_are_neither_opened_made_nor_changed()
    {
        await using var sandbox = await _bench.SandboxAsync();
        await sandbox.IsRefusedAsync(
            """
            for name in ("sda", "vda", "nvme0n1", "mem", "kmsg", "port", "kvm", "fuse", "net/tun", "console", "tty0", "tty"):
                attack("open " + name, lambda: os.open("/dev/" + name, os.O_RDWR))
            attack("block device", lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(8, 0)))
            attack("character device", lambda: os.mknod("/tmp/mem", 0o20600, os.makedev(1, 1)))
            for name in ("null", "zero", "full", "random", "urandom", "tty"):
                attack("mode of " + name, lambda: os.chmod("/dev/" + name, 0o666))
                attack("owner of " + name, lambda: os.chown("/dev/" + name, 1000, 1000))
                attack("time of " + name, lambda: os.utime("/dev/" + name, (1, 1)))
            """,
            "ENOENT", "ENXIO", "EPERM", "EROFS", "EACCES");
    }

    [Fact]
    public async Task Nothing_is_typed_into_a_terminal()
    {
        await using var sandbox = await _bench.SandboxAsync();
        await sandbox.IsRefusedAsync(
            """
            master, slave = os.openpty()
            os.setsid()
            fcntl.ioctl(slave, 0x540E, 0)
            attack("type", lambda: fcntl.ioctl(slave, 0x5412, b"x"))
            attack("type, with bits above", lambda: call((16, 29), slave, ctypes.c_ulong(0x100005412), b"x"))
            attack("paste", lambda: fcntl.ioctl(slave, 0x541C, b"\x03"))
            """,
            "EPERM");
    }

    [Fact]
    public async Task Calls_that_reach_over_the_walls_are_not_there()
    {
        await using var sandbox = await _bench.SandboxAsync();
        await sandbox.IsRefusedAsync(
            """
            scratch = ctypes.create_string_buffer(256)
            attack("key", lambda: call((248, 217), b"user", b"hostile", b"leak", 4, -3))
            attack("keyring", lambda: call((250, 219), 0, -3, 1))
            attack("ask for a key", lambda: call((249, 218), b"user", b"hostile", None, 0))
            attack("bpf", lambda: call((321, 280), 0, scratch, 64))
            attack("perf", lambda: call((298, 241), scratch, 0, -1, -1, 0))
            attack("page faults", lambda: call((323, 282), 1))
            attack("kernel's log", lambda: call((103, 116), 10, 0, 0))
            attack("ring", lambda: call((425, 425), 4, scratch))
            """,
            "ENOSYS");
        var compatible = await sandbox.ExecuteAsync(HostileCode.Request(
            """
            import mmap
            if numbers == 0:
                memory = mmap.mmap(-1, 4096, prot=7)
                memory.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # getpid by way of the table for 32 bits
                answer = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
                print("answered" if answer > 0 else answer)
            """));
        compatible.Output.Text.ShouldNotContain("answered");
    }

    [Fact]
    public async Task No_socket_reaches_anybody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var name = $"runproof-{Guid.NewGuid():N}";
        unix.Bind(new UnixDomainSocketEndPoint("\0" + name));
        unix.Listen();
        await using var sandbox = await _bench.SandboxAsync();
        await sandbox.IsRefusedAsync(
            $$"""
            import struct
            def connect(family, address, kind=socket.SOCK_STREAM):
                with socket.socket(family, kind) as it:
                    it.connect(address)

            for family in range(46):
                if family not in (1, 2, 10, 16):
                    for kind in (1, 2, 3, 5):
                        attack("family %d, type %d" % (family, kind), lambda: socket.socket(family, kind))
            attack("listener of the host", lambda: connect(2, ("127.0.0.1", {{((IPEndPoint)listener.LocalEndpoint).Port}})))
            attack("abstract name", lambda: connect(1, "\0{{name}}"))
            attack("internet", lambda: connect(2, ("192.0.2.1", 80)))
            attack("datagram", lambda: connect(2, ("192.0.2.1", 53), socket.SOCK_DGRAM))
            attack("internet, version 6", lambda: connect(10, ("2001:db8::1", 80)))
            attack("raw", lambda: socket.socket(2, socket.SOCK_RAW, socket.IPPROTO_ICMP))
            attack("ping", lambda: socket.socket(2, socket.SOCK_DGRAM, socket.IPPROTO_ICMP))

            def take_down():
                with socket.socket(16, socket.SOCK_RAW, 0) as it:
                    it.send(struct.pack("=IHHIIBxHiII", 32, 19, 5, 1, 0, 0, 0, 1, 0, 1))
                    number = -struct.unpack_from("=i", it.recv(4096), 16)[0]
                    if number:
                        raise OSError(number, os.strerror(number))

            attack("interface down", take_down)
            """,
            "EAFNOSUPPORT", "ECONNREFUSED", "ENETUNREACH", "EADDRNOTAVAIL", "EPERM", "EACCES");
        (listener.Pending(), unix.Poll(0, SelectMode.SelectRead)).ShouldBe((false, false));
    }

    [Fact]
    public async Task What_is_handed_in_leaves_no_way_to_the_hosts_disk()
    {
        await using var sandbox = await _bench.SandboxAsync();
        var input = Encoding.UTF8.GetBytes("handed in");
        await sandbox.ExecuteAsync(HostileCode.Request(
            """
            for number in range(10):
                for step in (lambda: os.fchmod(number, 0o4777), lambda: os.write(os.open("/proc/self/fd/%d" % number, os.O_WRONLY | os.O_NONBLOCK), b"hostile"), lambda: os.truncate(number, 1 << 20)):
                    try:
                        step()
                    except OSError:
                        pass
            """) with { StandardInput = input });
        string[] files = [.. Directory.EnumerateFiles(_bench.Root, "*", SearchOption.AllDirectories).Where(file => (File.GetAttributes(file) & FileAttributes.ReparsePoint) == 0)];
        files.Where(file => Path.GetFileName(file) is not ("out" or "err") && (File.GetUnixFileMode(file) & (UnixFileMode.SetUser | UnixFileMode.OtherWrite)) != 0).ShouldBeEmpty();
        File.ReadAllBytes(files.Single(file => Path.GetFileName(file) == "in")).ShouldBe(input);
    }

    [Fact]
    public async Task A_layer_lends_nobodys_rights_and_a_crash_starts_no_program_of_the_host()
    {
        var layer = Path.Combine(_bench.Root, "hostile");
        await using var sandbox = await _bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(HostileCode.Request(
            "import resource, shutil\nshutil.copy('/bin/sh', 'sh')\nos.chmod('sh', 0o6755)\nprint(os.stat('sh').st_mode & 0o6000 == 0o6000, resource.getrlimit(resource.RLIMIT_CORE))"));
        result.Output.Text.ShouldBe("True (1, 1)\n");
        await sandbox.SnapshotAsync(layer);
        (File.GetUnixFileMode(Path.Combine(layer, "testbed/sh")) & (UnixFileMode.SetUser | UnixFileMode.SetGroup)).ShouldBe(default);
    }
}
