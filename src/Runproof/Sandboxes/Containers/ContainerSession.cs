using System.Security.Cryptography;
using System.Text;

namespace Runproof.Sandboxes.Containers;

/// <summary>A command of a <see cref="ContainerSandbox"/> that stays and answers requests over the container's streams.</summary>
internal sealed class ContainerSession(int outputBytes) : ISandboxSession
{
    private const int MostRequestBytes = 1 << 20;
    private readonly Lock _lock = new();
    private readonly HeadTailBuffer _error = new(outputBytes);
    private MarkedOutput? _output;
    private TaskCompletionSource _answered = new();
    private Container? _container;
    private Task<string> _ended = Task.FromResult("it was not started");

    public void Follow(Container container)
    {
        _container = container;
        _ended = LastWordsAsync(container);
    }

    /// <summary>Takes what the command writes.</summary>
    public void Take(bool isError, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (isError) _error.Append(bytes);
            else if (_output?.Append(bytes) == true) _answered.TrySetResult();
        }
    }

    public async Task<CapturedOutput> AskAsync(ReadOnlyMemory<byte> request, TimeSpan wallTime, CancellationToken cancel = default)
    {
        var nonce = "\u001e" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        byte[] message = [.. Encoding.ASCII.GetBytes($"{nonce} {request.Length}\n"), .. request.Span];
        if (message.Length > MostRequestBytes) throw new SandboxException($"a request of {message.Length} bytes is too large: {MostRequestBytes} fit");
        if (_ended.IsCompleted) throw Ended(await _ended);
        MarkedOutput output;
        Task answered;
        lock (_lock)
        {
            output = _output = new(nonce, 0, outputBytes);
            _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            answered = _answered.Task;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(wallTime);
        try
        {
            await _container!.WriteAsync(message, limit.Token);
            if (await Task.WhenAny(answered, _ended).WaitAsync(limit.Token) == _ended && !answered.IsCompleted) throw Ended(await _ended);
        }
        catch (OperationCanceledException)
        {
            await _container!.KillAsync();
            await _ended;
            cancel.ThrowIfCancellationRequested();
            throw new SandboxException($"the session did not answer within {wallTime.TotalSeconds:0} s");
        }
        catch (IOException)
        {
            throw Ended(await _ended);
        }

        lock (_lock)
        {
            _output = null;
            return output.ToOutput();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is null) return;
        await _container.DisposeAsync();
        await _ended;
    }

    private async Task<string> LastWordsAsync(Container container)
    {
        try
        {
            var end = await container.EndAsync(CancellationToken.None);
            lock (_lock) return _error.ToOutput().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? $"exit code {end.ExitCode}";
        }
        catch (SandboxException error)
        {
            return error.Message;
        }
    }

    private static SandboxException Ended(string last) => new($"the session's command ended: {last}");
}
