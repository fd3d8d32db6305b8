using System.Diagnostics;
using System.Text;

namespace Runproof.Sandboxes;

/// <summary>What was found out about this machine, and the holder's commands that follow from it.</summary>
/// <param name="ResetsSignals">Its <c>env</c> can give a program the usual signals: one that was started in the background of a shell ignores Ctrl-C, and so would the code under test.</param>
internal sealed record BubblewrapMachine(bool AsRoot, Cgroups Cgroups, string Version, string? Busybox, bool ResetsSignals)
{
    public ProcessStartInfo HolderStart(string workspace)
    {
        // A busybox shell mounts and removes without starting a program for each: a third of the time of a reset.
        string[] shell = Busybox is null ? ["sh"] : [Busybox, "sh"];
        string[] user = AsRoot ? [] : ["--user", "--map-root-user"];
        string[] signals = ResetsSignals ? ["env", "--default-signal"] : [];
        string[] command = [.. signals, "unshare", .. user, "--mount", "--propagation", "private", "setpriv", "--pdeathsig", "KILL", .. shell];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            WorkingDirectory = workspace,
        };
        var folders = (start.Environment["PATH"] ?? "").Split(':').Where(Path.IsPathRooted);
        start.Environment.Clear();
        start.Environment["PATH"] = string.Join(':', ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin", .. folders]);
        return start;
    }

    /// <summary>Joins the control groups, sets what has no group, and makes the writable memory file system.</summary>
    public string SetUpScript(SandboxLimits limits, string name, Cgroups.Group group)
    {
        var script = new StringBuilder();
        foreach (var file in group.MemberFiles) script.Append($"echo $$ > '{file}' && ");
        script.Append($"ulimit -f {limits.FileBytes / 512} && ");
        if (Cgroups.MemoryMechanism is null) script.Append($"ulimit -v {limits.MemoryBytes / 1024} && ");
        if (Cgroups.ProcessMechanism is null && !AsRoot) script.Append($"ulimit -u {limits.Processes} && ");

        // bubblewrap binds devices of the host, which belong to root: as root a sandbox could change their modes for everybody. Only this name space sees the mount.
        if (AsRoot) script.Append("{ mount -o remount,bind,ro /dev || { mount --rbind /dev /dev && mount -o remount,bind,ro /dev; }; } && ");
        return script.Append(MemoryScript(limits, name)).ToString();
    }

    /// <summary>Makes the writable memory file system with the skeleton layer in it. A file costs memory also when it is empty: one for each kilobyte of the limit.</summary>
    public static string MemoryScript(SandboxLimits limits, string name)
    {
        var m = $"{name}/m";
        var script = new StringBuilder($"mount -t tmpfs -o size={limits.WrittenBytes},nr_inodes={limits.WrittenBytes >> 10},mode=0755 runproof {m} && ");
        script.Append("mkdir -p");
        foreach (var (folder, _) in SandboxPaths.Writable) script.Append($" {m}/skeleton/{folder}");
        script.Append($" && chmod 1777 {m}/skeleton/tmp {m}/skeleton/vartmp {m}/skeleton/shm");
        return script.ToString();
    }
}
