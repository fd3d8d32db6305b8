namespace Runproof.Sandboxes;

/// <summary>Bounds of one sandbox, together for all that runs in it.</summary>
/// <param name="MemoryBytes">Memory, files in the writable layer included where that layer lives in memory.</param>
/// <param name="WrittenBytes">Bytes in the writable layer.</param>
/// <param name="FileBytes">Size of any one file.</param>
/// <param name="OutputBytes">Bytes of stdout and of stderr kept, half from the head and half from the tail.</param>
public sealed record SandboxLimits(
    long MemoryBytes = 4L << 30,
    int Processes = 512,
    long WrittenBytes = 1L << 30,
    long FileBytes = 512L << 20,
    int OutputBytes = 256 << 10)
{
    public static SandboxLimits Default { get; } = new();
}

/// <summary>A host directory that the sandbox may read.</summary>
/// <param name="Target">Absolute path inside.</param>
public sealed record ReadOnlyMount(string Source, string Target);

/// <summary>What a sandbox is made of.</summary>
/// <param name="Layers">
/// Directories below the workspace, the topmost first. Each holds any of the writable places of a sandbox
/// (<see cref="SandboxPaths"/>) as a folder: <c>testbed</c>, <c>env</c>, <c>home</c>, <c>tmp</c>.
/// </param>
/// <param name="Network">The host's network. Only the install step of an environment has it.</param>
/// <param name="RootFileSystem">An unpacked root file system to use in place of the host's <c>/usr</c>.</param>
/// <param name="Hidden">Files of the host's <c>/usr</c>, absolute, that are empty inside; those that are not there are passed over.</param>
public sealed record SandboxSpec(
    IReadOnlyList<string> Layers,
    SandboxLimits Limits,
    bool Network = false,
    IReadOnlyList<ReadOnlyMount>? ReadOnlyMounts = null,
    string? RootFileSystem = null,
    IReadOnlyList<string>? Hidden = null);

/// <summary>Where things lie inside every sandbox.</summary>
public static class SandboxPaths
{
    /// <summary>The repository.</summary>
    public const string Testbed = "/testbed";

    /// <summary>Installed dependencies and caches.</summary>
    public const string Env = "/opt/env";

    public const string Home = "/home/runner";

    /// <summary>Scripts of Runproof, read-only: a folder for each language.</summary>
    public const string Support = "/runproof/support";

    /// <summary>Inputs of a run (test selections) and its reports.</summary>
    public const string Exchange = "/runproof/exchange";

    /// <summary>Folder of a layer → path inside the sandbox.</summary>
    internal static IReadOnlyList<(string Folder, string Target)> Writable { get; } =
    [
        ("testbed", Testbed), ("env", Env), ("home", Home), ("tmp", "/tmp"), ("vartmp", "/var/tmp"), ("shm", "/dev/shm"), ("exchange", Exchange),
    ];
}

/// <summary>How a limit is kept on this machine.</summary>
/// <param name="Mechanism">For example <c>cgroup v1</c>, <c>rlimit</c>, <c>tmpfs</c>; null when nothing enforces it.</param>
/// <param name="Note">What the user should know, or how to get it enforced.</param>
public sealed record LimitSupport(string Name, string? Mechanism, string? Note = null)
{
    public bool Enforced => Mechanism is not null;
}

/// <summary>What a back end can do here.</summary>
public sealed record SandboxCapabilities(string Backend, string Version, bool AsRoot, IReadOnlyList<LimitSupport> Limits);
