using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Runproof.Sandboxes.Containers;

/// <summary>
/// The Docker Engine API over a unix socket, as Docker and podman both serve it (https://docs.docker.com/reference/api/engine/). Nine calls are used; a client library would bring an
/// HTTP stack of its own for them.
/// </summary>
internal sealed class EngineClient : IDisposable
{
    private readonly string _socket;
    private readonly HttpClient _http;

    private EngineClient(string socket, string path)
    {
        _socket = socket;
        _http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new("http://engine/" + path), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Speaks the newest version of the API that the engine says it has.</summary>
    /// <exception cref="SandboxException">Nothing answers there.</exception>
    public static async Task<EngineClient> ConnectAsync(string socket, CancellationToken cancel)
    {
        using var asking = new EngineClient(socket, "");
        using var answer = await asking.SendAsync(new(HttpMethod.Get, "_ping"), HttpCompletionOption.ResponseContentRead, cancel);
        return answer.IsSuccessStatusCode && answer.Headers.TryGetValues("Api-Version", out var versions)
            ? new(socket, $"v{versions.First()}/")
            : throw new SandboxException($"what listens at '{socket}' is no container engine: name another with {EngineAddress.Variable}");
    }

    public async Task<EngineReply> GetAsync(string path, CancellationToken cancel = default) => await ReplyAsync(new(HttpMethod.Get, path), cancel);

    public async Task<EngineReply> PostAsync(string path, object? body = null, CancellationToken cancel = default) =>
        await ReplyAsync(new(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: EngineReply.AsWritten) }, cancel);

    public async Task<EngineReply> PostTarAsync(string path, Stream tar, CancellationToken cancel)
    {
        using var content = new StreamContent(tar);
        content.Headers.ContentType = new("application/x-tar");
        return await ReplyAsync(new(HttpMethod.Post, path) { Content = content }, cancel);
    }

    public async Task<EngineReply> DeleteAsync(string path, CancellationToken cancel = default) => await ReplyAsync(new(HttpMethod.Delete, path), cancel);

    /// <summary>Both streams of a container, framed, and its standard input where it has one.</summary>
    public async Task<Stream> AttachAsync(string container, bool withInput, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"containers/{container}/attach?stream=1&stdout=1&stderr=1{(withInput ? "&stdin=1" : "")}");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
        var answer = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (answer.StatusCode == HttpStatusCode.SwitchingProtocols) return await answer.Content.ReadAsStreamAsync(cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        answer.Dispose();
        throw new SandboxException($"the container engine does not pass on a container's output: {text.Trim()}");
    }

    public void Dispose() => _http.Dispose();

    private async Task<EngineReply> ReplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var answer = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancel);
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancel)
    {
        try
        {
            return await _http.SendAsync(request, completion, cancel);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            var reason = error.InnerException is SocketException refused ? refused.Message : error.Message;
            throw new SandboxException($"the container engine at '{_socket}' does not answer ({reason}): start it, or name another with {EngineAddress.Variable}=unix:///PATH", error);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <param name="Text">The body: JSON, or nothing.</param>
internal sealed record EngineReply(int Status, string Text)
{
    /// <summary>The API's names are those of the code.</summary>
    public static JsonSerializerOptions AsWritten { get; } = new();

    public bool Succeeded => Status < 400;

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    /// <exception cref="SandboxException">The engine refused.</exception>
    public EngineReply OrThrow(string what) => Succeeded ? this : throw new SandboxException($"the container engine could not {what}: {Message}");

    /// <summary>What the engine says where it refuses.</summary>
    public string Message
    {
        get
        {
            try
            {
                return Json.GetProperty("message").GetString() ?? Text;
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                return $"{Status} {Text.Trim()}";
            }
        }
    }
}
