namespace Runproof.Sandboxes;

/// <summary>The bubblewrap command line of a sandbox: what of the host is seen, and nothing else.</summary>
internal static class BubblewrapArguments
{
    /// <summary>The number under which the holder's shell hands in the filter; dash knows no number of two digits.</summary>
    public const int FilterFile = 9;

    /// <param name="merged">The mounted overlay on the host.</param>
    /// <param name="etc">From <see cref="SystemFiles"/>.</param>
    public static List<string> Fixed(SandboxSpec spec, string merged, string etc)
    {
        var root = spec.RootFileSystem ?? "/";
        List<string> arguments =
        [
            "bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try",
            "--hostname", "runproof", "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv", "--cap-drop", "ALL",
            "--ro-bind", Path.Combine(root, "usr"), "/usr",
        ];
        if (!spec.Network) arguments.Add("--unshare-net");
        foreach (var (name, isLink) in SystemFiles.RootFolders(root)) arguments.AddRange(isLink ? ["--symlink", "usr/" + name, "/" + name] : ["--ro-bind", Path.Combine(root, name), "/" + name]);

        arguments.AddRange(["--ro-bind", etc, "/etc"]);
        foreach (var path in SystemFiles.HiddenOf(spec)) arguments.AddRange(["--ro-bind", SystemFiles.Empty(etc), path]);
        arguments.AddRange(["--proc", "/proc", "--dev", "/dev"]);
        arguments.AddRange(KernelFiles.Writable.SelectMany(path => new[] { "--ro-bind-try", path, path }));
        foreach (var (folder, target) in SandboxPaths.Writable) arguments.AddRange(["--bind", $"{merged}/{folder}", target]);
        foreach (var mount in spec.ReadOnlyMounts ?? []) arguments.AddRange(["--ro-bind", mount.Source, mount.Target]);

        // The mount points themselves live in memory that no limit of ours counts.
        arguments.AddRange(["--remount-ro", "/dev", "--remount-ro", "/"]);
        if (SystemCallFilter.IsSupported) arguments.AddRange(["--seccomp", $"{FilterFile}"]);
        return arguments;
    }

    public static IEnumerable<string> PerCommand(ExecRequest request)
    {
        foreach (var (name, value) in PinnedEnvironment.With(request.Environment))
        {
            yield return "--setenv";
            yield return name;
            yield return value;
        }

        yield return "--chdir";
        yield return request.WorkingDirectory;
        yield return "--";

        // Process 1 is a shell that waits for the command: when it ends the kernel kills whatever the command left behind,
        // before bubblewrap returns. The command itself is not process 1, whose signals behave differently.
        yield return "/bin/sh";
        yield return "-c";
        yield return "\"$@\"; exit $?";
        yield return "sh";
        foreach (var argument in request.Arguments) yield return argument;
    }
}
