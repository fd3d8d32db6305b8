using System.Security.Cryptography;
using System.Text;

namespace Runproof.Sandboxes;

/// <summary>
/// A command of a <see cref="BubblewrapSandbox"/> that stays and answers requests over two named pipes. Each request is a line <c>NONCE LENGTH</c> and its bytes; the
/// answer ends with the nonce.
/// </summary>
internal sealed class BubblewrapSession : ISandboxSession
{
    private const int MostRequestBytes = 1 << 20;
    private readonly FileStream _requests;
    private readonly OutputPump _replies;
    private readonly int _outputBytes;
    private readonly Action _kill;
    private readonly int _requestBytes;
    private Task<string> _ended = Task.FromResult("it was not started");
    private string? _nonce;
    private volatile bool _isOver;

    /// <param name="kill">Kills the command.</param>
    public BubblewrapSession(string folder, int outputBytes, Action kill)
    {
        (RequestPipe, ReplyPipe, _outputBytes, _kill) = (Path.Combine(folder, "requests"), Path.Combine(folder, "replies"), outputBytes, kill);
        _replies = new OutputPump(ReplyPipe);
        Libc.MakeFifo(RequestPipe);
        _requests = new FileStream(RequestPipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _requestBytes = Libc.GrowPipe(_requests.SafeFileHandle, MostRequestBytes);
    }

    public string RequestPipe { get; }

    public string ReplyPipe { get; }

    /// <param name="ended">Completes when the command has ended, with what it said last.</param>
    public void Follow(Task<string> ended) => _ended = ReleasingAsync(ended);

    public async Task<CapturedOutput> AskAsync(ReadOnlyMemory<byte> request, TimeSpan wallTime, CancellationToken cancel = default)
    {
        var nonce = "\u001e" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        byte[] message = [.. Encoding.ASCII.GetBytes($"{nonce} {request.Length}\n"), .. request.Span];

        // What fits into the empty pipe is written at once, whether anybody reads or not.
        if (message.Length > _requestBytes) throw new SandboxException($"a request of {message.Length} bytes is too large: {_requestBytes} fit");
        Interlocked.Exchange(ref _nonce, nonce);
        if (_isOver) throw Ended(await _ended);
        var reading = _replies.ReadToMarkerAsync(nonce, 0, _outputBytes);
        _requests.Write(message);
        try
        {
            await reading.WaitAsync(wallTime, cancel);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            await EndAsync();
            await reading;
            cancel.ThrowIfCancellationRequested();
            throw new SandboxException($"the session did not answer within {wallTime.TotalSeconds:0} s");
        }

        if (Interlocked.Exchange(ref _nonce, null) is null) throw Ended(await _ended);
        return (await reading).Output;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _requests.Dispose();
        _replies.Dispose();
        File.Delete(RequestPipe);
        File.Delete(ReplyPipe);
    }

    private async Task EndAsync()
    {
        // The holder may be about to start the command: again until it is gone.
        for (_kill(); await Task.WhenAny(_ended, Task.Delay(20)) != _ended; _kill()) { }
    }

    /// <summary>Ends the reading when nobody will answer any more.</summary>
    private async Task<string> ReleasingAsync(Task<string> ended)
    {
        var last = await ended;
        _isOver = true;
        if (Interlocked.Exchange(ref _nonce, null) is { } nonce) _replies.WriteMarker(nonce, "");
        return last;
    }

    private static SandboxException Ended(string last) => new($"the session's command ended: {last}");
}
