using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Gyms;
using Runproof.Server.Sessions;

namespace Runproof.Server.Mcp;

/// <summary>
/// The JSON-RPC that OpenEnv has at <c>/mcp</c>, over HTTP and WebSockets: <c>tools/list</c>, <c>tools/call</c>, and sessions by name (<c>openenv/session/create</c>, <c>openenv/session/close</c>). It knows no handshake;
/// clients of MCP proper are answered by <see cref="McpRoutes"/>.
/// </summary>
internal sealed class JsonRpc(SessionTable sessions, EnvironmentTools tools, CancellationToken stop)
{
    private const int ParseError = -32700, InvalidRequest = -32600, MethodNotFound = -32601, InvalidParams = -32602, InternalError = -32603, ServerError = -32000;

    /// <summary>Whether a request is of this kind: MCP's own clients say that they take a stream of events.</summary>
    public static bool Speaks(HttpRequest request) =>
        request.Path == "/mcp" && (request.HttpContext.WebSockets.IsWebSocketRequest || (HttpMethods.IsPost(request.Method) && !request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase)));

    public async Task ServeAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await ServeSocketAsync(context);
            return;
        }

        JsonObject answer;
        try
        {
            answer = await AnswerAsync(await Answers.BodyAsync(context), null, context.RequestAborted);
        }
        catch (InputException error)
        {
            answer = Problem(null, ParseError, error.Message);
        }

        await Answers.WriteAsync(context, answer);
    }

    /// <param name="held">The session of the connection; null over HTTP.</param>
    public async Task<JsonObject> AnswerAsync(JsonObject request, EnvironmentSession? held, CancellationToken cancel)
    {
        var id = request["id"];
        if (request["method"] is not JsonValue named || !named.TryGetValue<string>(out var method)) return Problem(id, InvalidRequest, "Invalid request: 'method' must be a string");
        if ((request["params"] ?? new JsonObject()) is not JsonObject parameters) return Problem(id, InvalidParams, "Params must be an object");
        try
        {
            return await CallAsync(method, parameters, held, cancel) is { } result ? new() { ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone(), ["result"] = result } : Problem(id, MethodNotFound, $"Method not found: {method}");
        }
        catch (Exception error) when (error is InputException or SessionGoneException)
        {
            return Problem(id, InvalidParams, error.Message);
        }
        catch (Exception error) when (error is CapacityException or SessionBusyException)
        {
            return Problem(id, ServerError, error.Message, Answers.Error(error, out _));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return Problem(id, InternalError, error.Message);
        }
    }

    private async Task<JsonObject?> CallAsync(string method, JsonObject parameters, EnvironmentSession? held, CancellationToken cancel)
    {
        var named = parameters[SessionOf.Field]?.ToString();
        switch (method)
        {
            case "tools/list":
                return new() { ["tools"] = EnvironmentTools.Json(tools.Of(held ?? (named is null ? null : sessions.Find(named) ?? throw new InputException($"Unknown session_id: {named}")))) };
            case "tools/call":
                if (parameters["name"] is not JsonValue tool || !tool.TryGetValue<string>(out var name)) throw new InputException("Missing 'name' in params");
                var answer = await tools.CallAsync(name, parameters["arguments"] as JsonObject ?? [], named, held, cancel);
                return new() { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = answer.Text }), ["structuredContent"] = answer.Structured, ["isError"] = answer.IsError };
            case "openenv/session/create":
                return new() { [SessionOf.Field] = (held ?? sessions.Open()).Id };
            case "openenv/session/close":
                if (named is null) throw new InputException("Invalid params - 'session_id' is required");
                if (named == held?.Id) throw new InputException("Cannot close active WebSocket-managed session via MCP method");
                await sessions.CloseAsync(sessions.Find(named) ?? throw new InputException($"Unknown session_id: {named}"), "the client closed it");
                return new() { [SessionOf.Field] = named, ["closed"] = true };
            default:
                return null;
        }
    }

    private async Task ServeSocketAsync(HttpContext context)
    {
        await using var socket = new SocketText(await context.WebSockets.AcceptWebSocketAsync(), stop);
        EnvironmentSession session;
        try
        {
            session = sessions.Open();
        }
        catch (CapacityException error)
        {
            await socket.SendAsync(Problem(null, ServerError, error.Message, Answers.Error(error, out _)), socket.Gone);
            return;
        }

        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(socket.Gone, session.Life);
            await foreach (var text in socket.Messages(both.Token))
            {
                var request = Parsed(text);
                await socket.SendAsync(request is null ? Problem(null, ParseError, "Parse error: a request is a JSON object") : await AnswerAsync(request, session, both.Token), both.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or System.Net.WebSockets.WebSocketException or IOException)
        {
            // The client is gone, or the session.
        }
        finally
        {
            await sessions.CloseAsync(session, "its connection ended");
        }
    }

    private static JsonObject? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Problem(JsonNode? id, int code, string message, JsonNode? data = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (data is not null) error["data"] = data;
        return new() { ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone(), ["error"] = error };
    }
}
