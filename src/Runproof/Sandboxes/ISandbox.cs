namespace Runproof.Sandboxes;

/// <summary>
/// One live isolated copy of an environment. Commands run one at a time; what they write stays until <see cref="ResetAsync"/> or disposal.
/// Nothing that runs inside outlives the command that started it.
/// </summary>
public interface ISandbox : IAsyncDisposable
{
    /// <exception cref="SandboxException">The sandbox itself failed: an infrastructure failure, never a statement about the code.</exception>
    Task<ExecResult> ExecuteAsync(ExecRequest request, CancellationToken cancel = default);

    /// <summary>
    /// Starts a command that answers requests until it is disposed of; no other command runs meanwhile. It reads a request as a line <c>NONCE LENGTH</c> and LENGTH bytes
    /// on stdin, and ends each answer on stdout with the nonce.
    /// </summary>
    /// <param name="request">Its wall time and standard input are not used.</param>
    Task<ISandboxSession> StartAsync(ExecRequest request, CancellationToken cancel = default);

    /// <summary>Throws away everything written since the sandbox was made.</summary>
    Task ResetAsync(CancellationToken cancel = default);

    /// <summary>Copies what was written since the sandbox was made into a new layer that other sandboxes can be made from.</summary>
    /// <param name="layer">A directory that does not exist yet, below the workspace.</param>
    Task SnapshotAsync(string layer, CancellationToken cancel = default);
}

/// <summary>A running command that answers one request at a time.</summary>
public interface ISandboxSession : IAsyncDisposable
{
    /// <summary>What the command answered.</summary>
    /// <param name="wallTime">After this the command is killed, and with it the session.</param>
    /// <exception cref="SandboxException">The command has ended, did not answer in time, or the request is larger than a megabyte.</exception>
    Task<CapturedOutput> AskAsync(ReadOnlyMemory<byte> request, TimeSpan wallTime, CancellationToken cancel = default);
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
