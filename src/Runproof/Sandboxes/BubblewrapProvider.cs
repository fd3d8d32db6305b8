namespace Runproof.Sandboxes;

/// <summary>The default back end: bubblewrap and overlayfs, without a daemon, as root or as an ordinary user.</summary>
/// <param name="workspace">Absolute path; layers and scratch folders lie below it.</param>
public sealed class BubblewrapProvider(string workspace) : ISandboxProvider, IDisposable
{
    private readonly SystemFiles _system = new(workspace);
    private readonly Lock _detecting = new();
    private Task<BubblewrapMachine>? _machine;

    public string Name => "bubblewrap";

    public async Task<SandboxCapabilities> ProbeAsync(CancellationToken cancel = default)
    {
        var machine = await MachineAsync(cancel);
        var memory = machine.Cgroups.MemoryMechanism;
        var processes = machine.Cgroups.ProcessMechanism;
        return new("bubblewrap", machine.Version, machine.AsRoot,
        [
            new("time", "wall clock, process namespace"),
            new("network", "network namespace"),
            new("memory", memory ?? "rlimit", memory is null ? "per process only: no memory control group can be made here" : null),
            new("processes", processes ?? (machine.AsRoot ? null : "rlimit"),
                processes is not null ? null : machine.AsRoot ? "root is exempt from the rlimit: run as an ordinary user, or where control groups can be made" : "counts per user namespace"),
            new("file size", "rlimit"),
            new("bytes written", "tmpfs size"),
            new("output", "head and tail kept"),
            new("processor time", machine.Cgroups.ProcessorMechanism is { } shares ? $"an equal share each, {shares}" : null,
                machine.Cgroups.ProcessorMechanism is null ? "a sandbox with many processes takes a larger share" : null),
            new("system calls", SystemCallFilter.IsSupported ? "seccomp" : null, SystemCallFilter.IsSupported ? null : "no filter for this processor or kernel"),
        ]);
    }

    public async Task<ISandbox> CreateAsync(SandboxSpec spec, CancellationToken cancel = default)
    {
        var machine = await MachineAsync(cancel);
        return await CreateAsync(spec, machine, cancel);
    }

    /// <summary>Removes what all sandboxes of this provider share; those still open lose it.</summary>
    public void Dispose() => _system.Dispose();

    private async Task<ISandbox> CreateAsync(SandboxSpec spec, BubblewrapMachine machine, CancellationToken cancel)
    {
        var etc = await _system.EtcAsync(spec);
        return await BubblewrapSandbox.CreateAsync(spec, workspace, WorkspaceFolders.CreateTemporary(workspace), etc, machine, cancel);
    }

    private Task<BubblewrapMachine> MachineAsync(CancellationToken cancel)
    {
        lock (_detecting) return (_machine ??= DetectAsync(CancellationToken.None)).WaitAsync(cancel);
    }

    private async Task<BubblewrapMachine> DetectAsync(CancellationToken cancel)
    {
        var version = await HostProcess.RunAsync(new("bwrap", ["--version"]), cancel);
        if (!version.Succeeded) throw new SandboxException("bubblewrap is not installed: apt-get install bubblewrap");
        foreach (var tool in new[] { "unshare", "setpriv" })
        {
            if (!(await HostProcess.RunAsync(new(tool, ["--version"]), cancel)).Succeeded) throw new SandboxException($"{tool} is not installed: apt-get install util-linux");
        }

        var busybox = (await HostProcess.RunAsync(new("busybox", ["true"]), cancel)).Succeeded ? "busybox" : null;
        var resetsSignals = (await HostProcess.RunAsync(new("env", ["--default-signal", "true"]), cancel)).Succeeded;
        var machine = new BubblewrapMachine(Libc.IsRoot, await Cgroups.DetectAsync(cancel), version.Output.Trim().Replace("bubblewrap ", "", StringComparison.Ordinal), busybox, resetsSignals);
        await using var trial = await CreateAsync(new([], new(WrittenBytes: 1 << 20)), machine, cancel);
        var result = await trial.ExecuteAsync(new(["true"], TimeSpan.FromSeconds(20)), cancel);
        if (!result.Succeeded) throw new SandboxException($"bubblewrap does not work here: {result.Error.Text.Trim()}");
        return machine;
    }
}
