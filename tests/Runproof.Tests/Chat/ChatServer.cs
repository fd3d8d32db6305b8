using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Runproof.Chat;

namespace Runproof.Tests.Chat;

/// <summary>What the server is asked: path, header and body as they came over the wire.</summary>
internal sealed record ChatRequest(string Path, string? Authorization, JsonElement Body)
{
    public string Model => Body.GetProperty("model").GetString()!;

    /// <summary>All messages of the request.</summary>
    public string Text => string.Join('\n', Body.GetProperty("messages").EnumerateArray().Select(message => TextOf(message.GetProperty("content"))));

    private static string TextOf(JsonElement content) =>
        content.ValueKind == JsonValueKind.String ? content.GetString()! : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
}

internal sealed record ChatReply(int Status, string Body, string? RetryAfter = null, TimeSpan Delay = default)
{
    public static ChatReply Says(string text, string finish = "stop", bool usage = true) => new(200, JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1", @object = "chat.completion", created = 1_700_000_000, model = "small",
        choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = finish } },
        usage = usage ? new { prompt_tokens = 100, completion_tokens = 50, total_tokens = 150 } : null,
    }));

    /// <summary>A reply with tool calls: id, name, arguments as they are written.</summary>
    public static ChatReply Calls(string text, params (string Id, string Name, string Arguments)[] calls) => new(200, JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1", @object = "chat.completion", created = 1_700_000_000, model = "small",
        choices = new[]
        {
            new
            {
                index = 0, finish_reason = "tool_calls",
                message = new { role = "assistant", content = text, tool_calls = calls.Select(call => new { id = call.Id, type = "function", function = new { name = call.Name, arguments = call.Arguments } }) },
            },
        },
        usage = new { prompt_tokens = 100, completion_tokens = 50, total_tokens = 150 },
    }));

    public static ChatReply Fails(int status, string message, string? retryAfter = null) =>
        new(status, JsonSerializer.Serialize(new { error = new { message, type = "error", param = (string?)null, code = (string?)null } }), retryAfter);
}

/// <summary>A server on this machine that speaks the protocol of chat completions and answers what a test tells it to.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly LocalServer _server;
    private readonly Func<ChatRequest, int, ChatReply> _answer;
    private readonly List<ChatRequest> _requests = [];

    /// <param name="answer">The request and how many came before it → the reply.</param>
    public ChatServer(Func<ChatRequest, int, ChatReply> answer)
    {
        _answer = answer;
        _server = new(AnswerAsync);
        Url = new(_server.Url, "v1");
    }

    /// <summary>Answers with these replies, then with the last one for ever.</summary>
    public ChatServer(params ChatReply[] replies) : this((_, before) => replies[Math.Min(before, replies.Length - 1)]) { }

    public Uri Url { get; }

    public IReadOnlyList<ChatRequest> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    /// <summary>An address of this machine where nobody listens.</summary>
    public static Uri Nobody { get; } = new($"http://127.0.0.1:{FreePort()}/v1");

    public ModelOptions Options(string? record = null, string? key = null, ModelLimits? limits = null) => OptionsFor(Url, record, key, limits);

    public static ModelOptions OptionsFor(Uri url, string? record = null, string? key = null, ModelLimits? limits = null) => new("small", url, key, limits ?? Quick, record);

    public static ModelLimits Quick { get; } = ModelLimits.Default with { PerCall = TimeSpan.FromSeconds(20), Retries = 2, FirstDelay = TimeSpan.FromMilliseconds(5) };

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task AnswerAsync(HttpContext call)
    {
        using var document = await JsonDocument.ParseAsync(call.Request.Body);
        var request = new ChatRequest(call.Request.Path, call.Request.Headers.Authorization, document.RootElement.Clone());
        int before;
        lock (_requests)
        {
            before = _requests.Count;
            _requests.Add(request);
        }

        var reply = _answer(request, before);
        if (reply.Delay > TimeSpan.Zero) await Task.Delay(reply.Delay, call.RequestAborted);
        call.Response.StatusCode = reply.Status;
        call.Response.ContentType = "application/json";
        if (reply.RetryAfter is not null) call.Response.Headers.RetryAfter = reply.RetryAfter;
        await call.Response.WriteAsync(reply.Body);
    }
}

/// <summary>Keeps what is said.</summary>
internal sealed class KeptLog : IProgressLog
{
    private readonly List<string> _said = [];

    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_said) return [.. _said];
        }
    }

    public void Say(string text)
    {
        lock (_said) _said.Add(text);
    }

    public IProgressItem Begin(string title, int? items) => SilentLog.Instance;
}
