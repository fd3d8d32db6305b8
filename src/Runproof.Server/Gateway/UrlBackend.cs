using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>A server that speaks OpenAI's chat completions. Fields that it does not know (vLLM's <c>return_token_ids</c>, log probabilities) are left out from the first refusal on.</summary>
/// <param name="root">To which <c>/chat/completions</c> belongs.</param>
/// <param name="model">Asked for whatever the client names; null: what it names.</param>
/// <param name="silence">For so long it may say nothing.</param>
internal sealed class UrlBackend(Uri root, string? model, string? key, TimeSpan silence) : IBackend
{
    private static readonly string[] Asked = ["return_token_ids", "logprobs", "stream_options"];

    // A proxy is for the way out of the machine, not for a server on it.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = !root.IsLoopback, PooledConnectionLifetime = TimeSpan.FromMinutes(10), ConnectTimeout = TimeSpan.FromSeconds(15), MaxConnectionsPerServer = 4096 }) { Timeout = Timeout.InfiniteTimeSpan };
    private volatile string[] _unknown = [];

    public async Task<BackendReply> AskAsync(JsonObject request, CancellationToken cancel)
    {
        if (model is not null) request["model"] = model;
        while (true)
        {
            foreach (var name in _unknown) request.Remove(name);
            var reply = await PostAsync(request, cancel);
            if (reply.Status is not (400 or 422)) return reply;
            var told = reply.Problem?.ToJsonString() ?? "";
            if (Asked.FirstOrDefault(name => request.ContainsKey(name) && told.Contains(name, StringComparison.Ordinal)) is not { } unknown) return reply;
            _unknown = [.. _unknown, unknown];
        }
    }

    public async Task<JsonObject> ModelsAsync(CancellationToken cancel)
    {
        using var answer = await SendAsync(new(HttpMethod.Get, Address("models")), cancel);
        return await ReadAsync(answer, cancel);
    }

    public void Dispose() => _http.Dispose();

    private Uri Address(string path) => new($"{root.AbsoluteUri.TrimEnd('/')}/{path}");

    private async Task<BackendReply> PostAsync(JsonObject request, CancellationToken cancel)
    {
        var isStream = request["stream"] is JsonValue stream && stream.TryGetValue<bool>(out var wanted) && wanted;
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, Catalogue.Json.Compact)) { Headers = { ContentType = new("application/json") } };
        var answer = await SendAsync(new(HttpMethod.Post, Address("chat/completions")) { Content = content }, cancel);
        if (!answer.IsSuccessStatusCode)
        {
            using (answer) return new((int)answer.StatusCode, await ProblemAsync(answer, cancel), Nothing());
        }

        return new((int)answer.StatusCode, null, isStream ? ChunksAsync(answer, cancel) : WholeAsync(answer, cancel), answer);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(silence);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Silent();
        }
        catch (HttpRequestException error)
        {
            throw new BackendException((int)HttpStatusCode.BadGateway, $"the model's server at {root} does not answer ({error.Message})");
        }
    }

    private async IAsyncEnumerable<JsonObject> WholeAsync(HttpResponseMessage answer, [EnumeratorCancellation] CancellationToken cancel)
    {
        yield return await ReadAsync(answer, cancel);
    }

    private async IAsyncEnumerable<JsonObject> ChunksAsync(HttpResponseMessage answer, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (answer.Content.Headers.ContentType?.MediaType is not "text/event-stream") throw Broken("it answers a stream with something else");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        await using var events = SseParser.Create(stream).EnumerateAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        while (true)
        {
            JsonObject? chunk;
            try
            {
                patience.CancelAfter(silence);
                if (!await events.MoveNextAsync()) throw Broken("its stream ends in the middle");
                if (events.Current.Data == "[DONE]") yield break;
                chunk = JsonNode.Parse(events.Current.Data) as JsonObject ?? throw Broken("a chunk is no JSON object");
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw Silent();
            }
            catch (Exception error) when (error is IOException or HttpRequestException or JsonException)
            {
                throw Broken(error.Message);
            }

            yield return chunk;
        }
    }

    private async Task<JsonObject> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(silence);
        try
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(patience.Token);
            return await JsonNode.ParseAsync(stream, cancellationToken: patience.Token) as JsonObject ?? throw Broken("its answer is no JSON object");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Silent();
        }
        catch (Exception error) when (error is IOException or HttpRequestException or JsonException)
        {
            throw Broken(error.Message);
        }
    }

    private static async Task<JsonObject> ProblemAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var text = await answer.Content.ReadAsStringAsync(cancel);
        try
        {
            if (JsonNode.Parse(text) is JsonObject told) return told;
        }
        catch (JsonException)
        {
            // Proxies answer with pages.
        }

        return new() { ["error"] = new JsonObject { ["message"] = text.Length > 500 ? text[..500] : text, ["type"] = "upstream_error", ["code"] = (int)answer.StatusCode } };
    }

    private static async IAsyncEnumerable<JsonObject> Nothing()
    {
        await Task.CompletedTask;
        yield break;
    }

    private BackendException Broken(string why) => new((int)HttpStatusCode.BadGateway, $"the model's server at {root} broke off: {why.ReplaceLineEndings(" ")}");

    private BackendException Silent() => new((int)HttpStatusCode.GatewayTimeout, $"the model's server at {root} said nothing for {silence.TotalSeconds:0.###} s");
}
