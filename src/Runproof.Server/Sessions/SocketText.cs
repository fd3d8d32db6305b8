using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Runproof.Catalogue;

namespace Runproof.Server.Sessions;

/// <summary>
/// Text messages over a WebSocket. It reads all the time, also while an answer is worked on: only so is it known at once that the other end is gone, closed, cut off, or silent to pings.
/// </summary>
internal sealed class SocketText : IAsyncDisposable
{
    /// <summary>As OpenEnv's client has it.</summary>
    private const int LongestMessage = 100 << 20;

    private const int MostWaiting = 16;
    private static readonly TimeSpan ToClose = TimeSpan.FromSeconds(2);
    private readonly WebSocket _socket;
    private readonly Channel<string> _messages = Channel.CreateBounded<string>(MostWaiting);
    private readonly CancellationTokenSource _gone;
    private readonly Task _reading;

    /// <param name="stop">Ends the conversation from this side.</param>
    public SocketText(WebSocket socket, CancellationToken stop)
    {
        _socket = socket;
        _gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _reading = ReadAllAsync();
    }

    /// <summary>The other end is gone, or this side ends it.</summary>
    public CancellationToken Gone => _gone.Token;

    public IAsyncEnumerable<string> Messages(CancellationToken cancel) => _messages.Reader.ReadAllAsync(cancel);

    public Task SendAsync(JsonNode message, CancellationToken cancel) => _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString(Json.Compact)), WebSocketMessageType.Text, endOfMessage: true, cancel);

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(ToClose);
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);

            // A read that is cancelled cuts the connection: the other end may not have read the last message yet.
            _messages.Writer.TryComplete();
            await _reading.WaitAsync(limit.Token);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // It is gone already.
        }

        await _gone.CancelAsync();
        await _reading;
        _socket.Dispose();
        _gone.Dispose();
    }

    private async Task ReadAllAsync()
    {
        await Task.Yield();
        try
        {
            while (await ReadAsync() is { } message) await _messages.Writer.WriteAsync(message, _gone.Token);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
        {
            // Cut off, or silent to a ping.
        }
        finally
        {
            _messages.Writer.TryComplete();
            await _gone.CancelAsync();
        }
    }

    private async Task<string?> ReadAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), _gone.Token);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            if (message.Length + part.Count > LongestMessage)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, $"a message has at most {LongestMessage} bytes", _gone.Token);
                return null;
            }

            message.Write(buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage) return Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
        }
    }
}
