namespace Runproof.Sandboxes;

/// <summary>
/// One live isolated copy of an environment. Commands run one at a time; what they write stays until <see cref="ResetAsync"/> or disposal.
/// Nothing that runs inside outlives the command that started it.
/// </summary>
public interface ISandbox : IAsyncDisposable
{
    /// <exception cref="SandboxException">The sandbox itself failed: an infrastructure failure, never a statement about the code.</exception>
    Task<ExecResult> ExecuteAsync(ExecRequest request, CancellationToken cancel = default);

    /// <summary>Throws away everything written since the sandbox was made.</summary>
    Task ResetAsync(CancellationToken cancel = default);

    /// <summary>Copies what was written since the sandbox was made into a new layer that other sandboxes can be made from.</summary>
    /// <param name="layer">A directory that does not exist yet, below the workspace.</param>
    Task SnapshotAsync(string layer, CancellationToken cancel = default);
}

/// <summary>Makes sandboxes. A further back end is one more implementation of this and of <see cref="ISandbox"/>.</summary>
public interface ISandboxProvider
{
    string Name { get; }

    /// <summary>What this machine can enforce, found by trying.</summary>
    /// <exception cref="SandboxException">The back end does not work here; the message says what is missing.</exception>
    Task<SandboxCapabilities> ProbeAsync(CancellationToken cancel = default);

    Task<ISandbox> CreateAsync(SandboxSpec spec, CancellationToken cancel = default);
}

/// <summary>The sandbox, not the code in it, failed.</summary>
public sealed class SandboxException : Exception
{
    public SandboxException(string message) : base(message) { }

    public SandboxException(string message, Exception inner) : base(message, inner) { }

    public SandboxException() { }
}
