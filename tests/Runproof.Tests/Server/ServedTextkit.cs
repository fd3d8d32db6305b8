using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Runproof.Environments;
using Runproof.Rollouts;
using Runproof.Rollouts.Sessions;
using Runproof.Server;
using Runproof.Server.Gateway;
using Runproof.Tasks;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Server;

/// <summary>A server on a free port of this machine with one task of the sample textkit, and clients made from the protocols alone.</summary>
public sealed class ServedTextkit() : SampleRepository("textkit")
{
    /// <summary>Repairs the bug of <see cref="WrapTask"/>, and hands in.</summary>
    public const string Repair = "sed -i 's/< width/<= width/' src/textkit/wrap.py && echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT";

    internal static ServerOptions Options { get; } = ServerOptions.Default with { Port = 0, MaxSessions = 2 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal async Task<EnvironmentServer> StartAsync(ServerOptions? options = null, IBackend? backend = null, EpisodeDefaults? defaults = null)
    {
        new TaskTable(Workspace).Add(await new WrapTask(this).TaskAsync(), "");
        var gateway = backend is null ? null : GatewayOptions.Of(backend) with { KeepAlive = TimeSpan.FromMilliseconds(100) };
        return await EnvironmentServer.StartAsync(options ?? Options, new(TaskFilter.None, null, defaults ?? new(), new(), 1, 2), gateway, Workspace, TimeProvider.System, Cancel);
    }

    /// <summary>Nothing of a session is left: no slot, no process, no folder but the warm initial states.</summary>
    internal static async Task ShouldBeFreeAsync(EnvironmentServer server)
    {
        while (server.Sessions.Active > 0) await Task.Delay(20, Cancel);
    }
}

/// <summary>What a test says to a server over HTTP.</summary>
internal sealed class HttpTalk(EnvironmentServer server, string? token = null) : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { UseCookies = true, CookieContainer = new() }) { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(2) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task<(HttpStatusCode Status, string Text, HttpResponseMessage Response)> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await _http.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel), response);
    }

    public async Task<JsonObject> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        var (status, text, _) = await SendAsync(HttpMethod.Post, path, body, headers);
        ((int)status).ShouldBeInRange(200, 299, text);
        return (JsonObject)JsonNode.Parse(text)!;
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        var (status, text, _) = await SendAsync(HttpMethod.Get, path);
        status.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What a test says to a server over a WebSocket.</summary>
internal sealed class SocketTalk : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SocketTalk> OpenAsync(EnvironmentServer server, string path = "/ws")
    {
        var talk = new SocketTalk();
        await talk._socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = path }.Uri, Cancel);
        return talk;
    }

    public async Task<JsonObject?> AskAsync(string message)
    {
        await SendAsync(message);
        return await ReceiveAsync();
    }

    public Task SendAsync(string message) => _socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, Cancel);

    /// <returns>Null: the server closes.</returns>
    public async Task<JsonObject?> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[65536];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), Cancel);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return (JsonObject)JsonNode.Parse(message.ToArray())!;
        }
    }

    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
