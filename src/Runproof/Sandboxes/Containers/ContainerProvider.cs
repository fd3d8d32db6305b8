using System.Text.Json;

namespace Runproof.Sandboxes.Containers;

/// <summary>
/// The second back end: a container engine that speaks the Docker API. The engine holds the powers that mounting needs; code under test runs as an ordinary user of the host without any, behind the engine's own filter of
/// system calls.
/// </summary>
/// <param name="workspace">Absolute path; layers and scratch folders lie below it.</param>
internal sealed class ContainerProvider(string workspace) : ISandboxProvider, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ContainerUser _user = ContainerUser.OfProcess;
    private readonly SystemFiles _system = new(workspace);
    private readonly OwnedLayers _owned = new(workspace, ContainerUser.OfProcess);
    private readonly Lock _detecting = new();
    private Task<ContainerMachine>? _machine;

    public string Name => SandboxBackends.Container;

    private Dictionary<string, string> Labels => StaleContainers.Labels(workspace);

    public async Task<SandboxCapabilities> ProbeAsync(CancellationToken cancel = default)
    {
        var machine = await MachineAsync(cancel);
        const string NoGroup = "this engine makes no control groups";
        return new(Name, machine.Version, Libc.IsRoot,
        [
            new("time", "wall clock, process namespace"),
            new("network", "network namespace"),
            new("memory", machine.Limits.Memory ? "engine's control group" : "rlimit", machine.Limits.Memory ? null : $"per process only: {NoGroup}"),
            new("processes", machine.Limits.Processes ? "engine's control group" : "rlimit", machine.Limits.Processes ? null : $"counts all sandboxes of the user together: {NoGroup}"),
            new("file size", "rlimit"),
            new("bytes written", "counted twice a second", "what is written within half a second may exceed it"),
            new("output", "head and tail kept"),
        ]);
    }

    public async Task<ISandbox> CreateAsync(SandboxSpec spec, CancellationToken cancel = default) => await CreateAsync(spec, await MachineAsync(cancel), cancel);

    /// <summary>Removes what all sandboxes of this provider share; those still open lose it.</summary>
    public void Dispose()
    {
        if (_machine is { IsCompletedSuccessfully: true }) _machine.Result.Engine.Dispose();
        _owned.Dispose();
        _system.Dispose();
    }

    private async Task<ISandbox> CreateAsync(SandboxSpec spec, ContainerMachine machine, CancellationToken cancel)
    {
        var root = spec.RootFileSystem ?? "/";
        var image = spec.RootFileSystem is null ? machine.Image : await EmptyRoot.ImportAsync(machine.Engine, root, _user, cancel);
        var etc = await _system.EtcAsync(spec);
        return await ContainerSandbox.CreateAsync(machine.Engine, new(spec, image, _user, machine.Limits, Labels, []), root, etc, WorkspaceFolders.CreateTemporary(workspace), _owned, cancel);
    }

    private Task<ContainerMachine> MachineAsync(CancellationToken cancel)
    {
        lock (_detecting) return (_machine ??= DetectAsync(CancellationToken.None)).WaitAsync(cancel);
    }

    private async Task<ContainerMachine> DetectAsync(CancellationToken cancel)
    {
        var socket = EngineAddress.Find();
        var engine = await EngineClient.ConnectAsync(socket, cancel);
        try
        {
            var info = (await engine.GetAsync("info", cancel)).OrThrow("tell about itself").Json;
            if (info.TryGetProperty("SecurityOptions", out var options) && options.ValueKind == JsonValueKind.Array && options.EnumerateArray().Any(option => option.GetString() == "name=rootless"))
                throw new SandboxException($"the container engine at '{socket}' runs without root, and cannot mount layers so: name the system's with {EngineAddress.Variable}=unix:///PATH, or take --sandbox {SandboxBackends.Bubblewrap}");
            await StaleContainers.RemoveAsync(engine, workspace, cancel);
            WritableFolders.RemoveStaleNames();
            var machine = new ContainerMachine(engine, await VersionAsync(engine, cancel), await EmptyRoot.ImportAsync(engine, "/", _user, cancel), new(Has(info, "MemoryLimit"), Has(info, "PidsLimit")));
            return machine with { Limits = await TryAsync(machine, cancel) };
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>What an engine says that it limits and what it does limit are two things.</summary>
    private async Task<EngineLimits> TryAsync(ContainerMachine machine, CancellationToken cancel)
    {
        const string Groups = """
            echo works; m=$(sed -n 's/^[0-9]*:\([a-z,]*,\)*memory\(,[a-z]*\)*://p' /proc/self/cgroup); p=$(sed -n 's/^[0-9]*:\([a-z,]*,\)*pids\(,[a-z]*\)*://p' /proc/self/cgroup)
            cat /sys/fs/cgroup/memory.max "/sys/fs/cgroup/memory$m/memory.limit_in_bytes" /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | sed 's/^/memory /'
            cat /sys/fs/cgroup/pids.max "/sys/fs/cgroup/pids$p/pids.max" /sys/fs/cgroup/pids/pids.max 2>/dev/null | sed 's/^/processes /'
            """;
        var limits = new SandboxLimits(MemoryBytes: 1L << 28, Processes: 123, WrittenBytes: 1 << 24);
        await using var trial = await CreateAsync(new([], limits), machine, cancel);
        var result = await trial.ExecuteAsync(ExecRequest.Shell(Groups, Patience), cancel);
        var lines = result.Output.Text.Split('\n');
        if (!lines.Contains("works")) throw new SandboxException($"the container engine starts no sandbox here: {result.Error.Text.Trim()}");
        return new(lines.Contains($"memory {limits.MemoryBytes}"), lines.Contains($"processes {limits.Processes}"));
    }

    private static bool Has(JsonElement info, string limit) => info.TryGetProperty(limit, out var value) && value.ValueKind == JsonValueKind.True;

    private static async Task<string> VersionAsync(EngineClient engine, CancellationToken cancel)
    {
        var told = (await engine.GetAsync("version", cancel)).OrThrow("tell its version").Json;
        var version = told.GetProperty("Version").GetString();
        var isPodman = told.TryGetProperty("Components", out var parts) && parts.ValueKind == JsonValueKind.Array
            && parts.EnumerateArray().Any(part => part.ToString().Contains("Podman Engine", StringComparison.OrdinalIgnoreCase));
        return $"{(isPodman ? "podman" : "Docker")} {version}";
    }

    private sealed record ContainerMachine(EngineClient Engine, string Version, string Image, EngineLimits Limits);
}
