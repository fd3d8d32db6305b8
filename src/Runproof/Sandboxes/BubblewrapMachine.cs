using System.Diagnostics;
using System.Text;

namespace Runproof.Sandboxes;

/// <summary>What was found out about this machine, and the holder's commands that follow from it.</summary>
internal sealed record BubblewrapMachine(bool AsRoot, Cgroups Cgroups, string Version, string? Busybox)
{
    public ProcessStartInfo HolderStart(string workspace)
    {
        // A busybox shell mounts and removes without starting a program for each: a third of the time of a reset.
        string[] shell = Busybox is null ? ["sh"] : [Busybox, "sh"];
        string[] user = AsRoot ? [] : ["--user", "--map-root-user"];
        var start = new ProcessStartInfo("unshare", [.. user, "--mount", "--propagation", "private", "setpriv", "--pdeathsig", "KILL", .. shell])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            WorkingDirectory = workspace,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:" + path;
        return start;
    }

    /// <summary>Joins the control groups, sets what has no group, and makes the writable memory file system with the skeleton layer in it.</summary>
    public string SetUpScript(SandboxLimits limits, string name, Cgroups.Group group)
    {
        var script = new StringBuilder();
        foreach (var file in group.MemberFiles) script.Append($"echo $$ > '{file}' && ");
        script.Append($"ulimit -c 0 && ulimit -f {limits.FileBytes / 512} && ");
        if (Cgroups.MemoryMechanism is null) script.Append($"ulimit -v {limits.MemoryBytes / 1024} && ");
        if (Cgroups.ProcessMechanism is null && !AsRoot) script.Append($"ulimit -u {limits.Processes} && ");
        var m = $"{name}/m";
        script.Append($"mount -t tmpfs -o size={limits.WrittenBytes},nr_inodes=1000000,mode=0755 runproof {m} && ");
        script.Append("mkdir -p");
        foreach (var (folder, _) in SandboxPaths.Writable) script.Append($" {m}/skeleton/{folder}");
        script.Append($" && chmod 1777 {m}/skeleton/tmp {m}/skeleton/vartmp {m}/skeleton/shm");
        return script.ToString();
    }
}
