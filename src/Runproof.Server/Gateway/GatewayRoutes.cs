using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Runproof.Server.Gyms;

namespace Runproof.Server.Gateway;

/// <summary>
/// The gateway: OpenAI's chat completions and Anthropic's messages in front of one backend, a session for each rollout, its calls as <c>traces</c>; paths and records as rllm's gateway has them. A session is named by the
/// path, or by the header <c>X-Session-Id</c>.
/// </summary>
/// <param name="only">The one session that all calls belong to, whatever they name; null: the one that they name.</param>
internal sealed class GatewayRoutes(GatewaySessions? sessions, TimeSpan keepAlive, GatewaySession? only = null)
{
    private const string Tag = "Gateway";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/sessions", OpenAsync, Tag, "Opens a session: session_id, metadata, sampling_params.");
        routes.Get("/sessions", context => Answers.WriteAsync(context, new JsonArray([.. Open.All.Select(session => (JsonNode)session.Info())])), Tag, "All sessions.");
        routes.Get("/sessions/{id}", context => Answers.WriteAsync(context, Of(context).Info()), Tag, "A session.");
        routes.Delete("/sessions/{id}", context => Answers.WriteAsync(context, new JsonObject { ["deleted"] = Open.Close(Id(context)) }), Tag, "Forgets a session; what is under way ends.");
        routes.Get("/sessions/{id}/traces", TracesAsync, Tag, "Its calls with tokens and log probabilities: since=TIME, limit=N.");
        MapApi(routes, "/sessions/{id}");
        MapApi(routes, "");
    }

    /// <summary>The two APIs alone.</summary>
    public void MapApi(IEndpointRouteBuilder routes, string prefix)
    {
        routes.Post(prefix + "/v1/chat/completions", ChatAsync, Tag, "OpenAI's chat completions.");
        routes.Post(prefix + "/v1/messages", MessagesAsync, Tag, "Anthropic's messages.");
        routes.Get(prefix + "/v1/models", async context => await Answers.WriteAsync(context, await Open.Backend.ModelsAsync(context.RequestAborted)), Tag, "The backend's models.");
    }

    private GatewaySessions Open => sessions ?? throw new InputException("there is no model behind this server: start it with --model openai:URL#NAME");

    private static string Id(HttpContext context) => context.Request.RouteValues["id"]!.ToString()!;

    private GatewaySession Of(HttpContext context) => Open.Find(Id(context)) ?? throw new Rollouts.Sessions.SessionGoneException($"no session '{Id(context)}'");

    private async Task OpenAsync(HttpContext context)
    {
        var body = await Answers.BodyAsync(context);
        var session = Open.Open(body["session_id"]?.ToString() is { Length: > 0 } named ? named : null, body["metadata"] as JsonObject, body["sampling_params"] as JsonObject);
        await Answers.WriteAsync(context, new JsonObject { ["session_id"] = session.Id, ["url"] = $"/sessions/{session.Id}/v1" });
    }

    private Task TracesAsync(HttpContext context)
    {
        var session = Of(context);
        var since = double.TryParse(context.Request.Query["since"], CultureInfo.InvariantCulture, out var from) ? from : 0;
        var limit = int.TryParse(context.Request.Query["limit"], CultureInfo.InvariantCulture, out var most) ? most : int.MaxValue;
        return Answers.WriteAsync(context, new JsonArray([.. session.Traces().Where(trace => trace.At.ToUnixTimeMilliseconds() / 1000.0 >= since).Take(limit).Select(trace => (JsonNode)trace.Json(session.Metadata))]));
    }

    private async Task ChatAsync(HttpContext context)
    {
        using var bytes = await ReadAsync(context);
        JsonObject request;
        try
        {
            request = Parsed(bytes);
        }
        catch (InputException error)
        {
            await Answers.WriteAsync(context, OpenAiReply.Error(StatusCodes.Status400BadRequest, error.Message), StatusCodes.Status400BadRequest);
            return;
        }

        var isStream = request["stream"]?.GetValueKind() == JsonValueKind.True;
        await OpenAiReply.WriteAsync(context, Ask(context, request, "chat", bytes), isStream, keepAlive);
    }

    private async Task MessagesAsync(HttpContext context)
    {
        using var bytes = await ReadAsync(context);
        JsonObject request;
        bool isStream;
        try
        {
            var asked = Parsed(bytes);
            isStream = asked["stream"]?.GetValueKind() == JsonValueKind.True;
            request = AnthropicRequest.ToChat(asked);
        }
        catch (InputException error)
        {
            await Answers.WriteAsync(context, AnthropicReply.Error(StatusCodes.Status400BadRequest, error.Message), StatusCodes.Status400BadRequest);
            return;
        }

        var model = request["model"]?.ToString() ?? "";
        await new AnthropicReply(context, model).WriteAsync(Ask(context, request, "messages", bytes), isStream, keepAlive);
    }

    private Exchange Ask(HttpContext context, JsonObject request, string way, MemoryStream bytes)
    {
        var id = context.Request.RouteValues.TryGetValue("id", out var named) ? named!.ToString() : context.Request.Headers[SessionOf.Header].ToString() is { Length: > 0 } header ? header : null;
        var session = only ?? Open.Open(id ?? "default");
        var isRetry = int.TryParse(context.Request.Headers["x-stainless-retry-count"], CultureInfo.InvariantCulture, out var retries) && retries > 0;
        context.Response.Headers[SessionOf.Header] = session.Id;
        return session.Ask(request, GatewaySession.Digest(way, Bytes(bytes)), isRetry);
    }

    private static async Task<MemoryStream> ReadAsync(HttpContext context)
    {
        var bytes = new MemoryStream((int)Math.Clamp(context.Request.ContentLength ?? 0, 0, 1 << 24));
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        return bytes;
    }

    private static JsonObject Parsed(MemoryStream bytes)
    {
        try
        {
            return JsonNode.Parse(Bytes(bytes), documentOptions: new() { MaxDepth = 128 }) as JsonObject ?? throw new InputException("the body must be a JSON object");
        }
        catch (JsonException error)
        {
            throw new InputException($"the body is no JSON: {error.Message}", error);
        }
    }

    private static ReadOnlySpan<byte> Bytes(MemoryStream bytes) => bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
}
