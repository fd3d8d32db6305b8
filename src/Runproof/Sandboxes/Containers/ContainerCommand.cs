using System.Globalization;
using System.Text;

namespace Runproof.Sandboxes.Containers;

/// <summary>What the engine is asked for: one container for each command, of the least power.</summary>
/// <param name="Image">From <see cref="EmptyRoot"/>.</param>
/// <param name="Fixed">Mounts of the host's toolchain and configuration, and of the spec.</param>
internal sealed record ContainerCommand(SandboxSpec Spec, string Image, ContainerUser User, EngineLimits Limits, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<object> Fixed)
{
    /// <summary>Where a command's standard input lies.</summary>
    private const string Input = "/runproof/input";

    private const int SpareProcessorSeconds = 60;

    /// <param name="root">Host path of the root file system.</param>
    public static IReadOnlyList<object> FixedMounts(SandboxSpec spec, string root, string etc, Func<string, string> nameOf)
    {
        static object ReadOnly(string source, string target) => new { Type = "bind", Source = source, Target = target, ReadOnly = true };
        return
        [
            ReadOnly(nameOf(Path.Combine(root, "usr")), "/usr"),
            .. SystemFiles.RootFolders(root).Where(one => !one.IsLink).Select(one => ReadOnly(nameOf(Path.Combine(root, one.Name)), "/" + one.Name)),
            ReadOnly(nameOf(etc), "/etc"),
            .. SystemFiles.HiddenOf(spec).Select(path => ReadOnly(Path.Combine(nameOf(etc), SystemFiles.Empty("")), path)),
            .. (spec.ReadOnlyMounts ?? []).Select(mount => ReadOnly(nameOf(mount.Source), mount.Target)),
        ];
    }

    /// <param name="input">Host name of a file; null for none.</param>
    /// <param name="session">Standard input comes over the attached stream.</param>
    public object Body(ExecRequest request, IReadOnlyList<object> writable, string? input, bool session)
    {
        object[] inputs = input is null ? [] : [new { Type = "bind", Source = input, Target = Input, ReadOnly = true }];
        return new
        {
            Image,
            Entrypoint = new[] { "/bin/sh", "-c", Script(request, input, session), "sh", request.WorkingDirectory, "/usr/bin/env", "-i" },
            Cmd = PinnedEnvironment.With(request.Environment).Select(pair => $"{pair.Key}={pair.Value}").Concat(request.Arguments).ToArray(),
            User = User.ToString(),
            Hostname = "runproof",
            WorkingDir = "/",
            Labels,
            AttachStdin = session,
            OpenStdin = session,

            // The command sees its input end when we are gone.
            StdinOnce = session,
            AttachStdout = true,
            AttachStderr = true,
            NetworkDisabled = !Spec.Network,
            HostConfig = new
            {
                NetworkMode = Spec.Network ? "host" : "none",
                ReadonlyRootfs = true,
                CapDrop = new[] { "ALL" },

                // Without a label of SELinux's, host folders could not be read where it is on; other profiles of the engine stay.
                SecurityOpt = new[] { "no-new-privileges", "label=disable" },
                Memory = Limits.Memory ? Spec.Limits.MemoryBytes : 0,
                MemorySwap = Limits.Memory ? Spec.Limits.MemoryBytes : 0,
                PidsLimit = Limits.Processes ? Spec.Limits.Processes : (int?)null,
                LogConfig = new { Type = "none" },
                Mounts = Fixed.Concat(writable).Concat(inputs).ToArray(),
            },
        };
    }

    /// <summary>
    /// Process 1 is a shell that waits for the command, as with bubblewrap: what sends a signal to all processes does not reach it, and when it ends the kernel ends all that the command left behind.
    /// </summary>
    private string Script(ExecRequest request, string? input, bool session)
    {
        var limits = Spec.Limits;
        List<string> steps = ["ulimit -c 0", Number("ulimit -f {0}", limits.FileBytes / 512)];
        if (!Limits.Memory) steps.Add(Number("ulimit -v {0}", limits.MemoryBytes / 1024));
        if (!Limits.Processes) steps.Add(Number("$( (ulimit -u) >/dev/null 2>&1 && echo ulimit -u || echo ulimit -p) {0}", limits.Processes));

        // Should Runproof be killed, nobody ends the container until the next start: an endless loop ends by itself.
        if (!session) steps.Add(Number("ulimit -t {0}", (long)Math.Ceiling(request.WallTime.TotalSeconds * Environment.ProcessorCount) + SpareProcessorSeconds));
        steps.Add("cd -- \"$1\"");
        steps.Add("shift");
        var end = Limits.Memory ? Number(OutOfMemory, limits.MemoryBytes) + "exit $c" : "exit $c";
        return $"{string.Join(" && ", steps)} && \"$@\"{(session ? "" : $" <{(input is null ? "/dev/null" : Input)}")}; c=$?; {end}";
    }

    /// <summary>Whether a command's end says that something was killed for memory. Code that says so itself only makes itself fail.</summary>
    public static bool SaysOutOfMemory(int exitCode, CapturedOutput error) => exitCode == 128 + Libc.SignalKill && error.Bytes.Span.EndsWith(Encoding.ASCII.GetBytes(KilledForMemory + "\n"));

    private const string KilledForMemory = "runproof: killed for memory";

    /// <summary>
    /// podman does not tell of all that was killed for memory, and the group is gone with the container; so the shell looks at the count that the kernel keeps, without starting anything. Only the group
    /// with the limit is the container's own.
    /// </summary>
    private const string OutOfMemory =
        "while IFS=: read -r n s p; do for d in /sys/fs/cgroup /sys/fs/cgroup/memory \"/sys/fs/cgroup/memory$p\"; do for l in max limit_in_bytes; do m=; [ ! -r $d/memory.$l ] || read -r m <$d/memory.$l; " +
        "[ \"$m\" != {0} ] || for f in $d/memory.events $d/memory.oom_control; do [ ! -r $f ] || while read -r k v; do case \"$k $v\" in 'oom_kill 0') ;; 'oom_kill '*) echo '" + KilledForMemory + "' >&2; exit 137;; esac; done <$f; done; " +
        "done; done; done </proc/self/cgroup; ";

    private static string Number(string format, long value) => string.Format(CultureInfo.InvariantCulture, format, value);
}

/// <summary>Which limits the engine keeps by control groups.</summary>
internal sealed record EngineLimits(bool Memory, bool Processes);
