using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Mcp;
using Runproof.Server.Sessions;

namespace Runproof.Server.Gyms;

/// <summary>
/// OpenEnv over a WebSocket, as its clients speak it: one environment for each connection, <c>reset</c>, <c>step</c>, <c>state</c>, <c>mcp</c>, <c>close</c> (src/openenv/core/env_server/http_server.py). The slot of a
/// connection comes back whichever way the connection ends.
/// </summary>
internal sealed class OpenEnvSocket(SessionTable sessions, JsonRpc rpc, CancellationToken stop)
{
    public void Map(IEndpointRouteBuilder routes) => routes.Get("/ws", ServeAsync, "OpenEnv", "WebSocket: an environment for as long as the connection lasts.");

    public async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest) throw new InputException("/ws is a WebSocket: use an OpenEnv client, or websocat");
        await using var socket = new SocketText(await context.WebSockets.AcceptWebSocketAsync(), stop);
        EnvironmentSession session;
        try
        {
            session = sessions.Open();
        }
        catch (CapacityException error)
        {
            await socket.SendAsync(Problem(error), socket.Gone);
            return;
        }

        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(socket.Gone, session.Life);
            await TalkAsync(socket, session, both.Token);
        }
        catch (OperationCanceledException) when (session.Life.IsCancellationRequested && !socket.Gone.IsCancellationRequested)
        {
            await socket.SendAsync(Problem(new SessionGoneException(session.Gone)), socket.Gone);
        }
        catch (Exception error) when (error is OperationCanceledException or System.Net.WebSockets.WebSocketException or IOException)
        {
            // The client is gone.
        }
        finally
        {
            await sessions.CloseAsync(session, "its connection ended");
        }
    }

    private async Task TalkAsync(SocketText socket, EnvironmentSession session, CancellationToken cancel)
    {
        await foreach (var text in socket.Messages(cancel))
        {
            JsonObject? answer;
            try
            {
                answer = await AnswerAsync(text, session, cancel);
            }
            catch (Exception error) when (!cancel.IsCancellationRequested)
            {
                answer = Problem(error);
            }

            if (answer is null) return;
            await socket.SendAsync(answer, cancel);
        }
    }

    /// <returns>Null: the client wants to end.</returns>
    private async Task<JsonObject?> AnswerAsync(string text, EnvironmentSession session, CancellationToken cancel)
    {
        JsonObject? message;
        try
        {
            message = JsonNode.Parse(text, documentOptions: new() { MaxDepth = 128 }) as JsonObject;
        }
        catch (JsonException error)
        {
            return Problem("INVALID_JSON", $"Invalid JSON: {error.Message}");
        }

        if (message is null) return Problem("INVALID_JSON", "Invalid JSON: a message is an object");
        switch (message["type"] is JsonValue type && type.TryGetValue<string>(out var name) ? name : "")
        {
            case "reset":
                return Seen(OpenEnvRoutes.Wire(await session.ResetAsync(EpisodeRequest.Read(Data(message, needed: false)), cancel)));
            case "step":
                return Seen(await StepAsync(session, Data(message, needed: true), message["request_id"]?.ToString(), cancel));
            case "state":
                return new() { ["type"] = "state", ["data"] = session.State() };
            case "mcp":
                return new() { ["type"] = "mcp", ["data"] = await rpc.AnswerAsync(Data(message, needed: true), session, cancel) };
            case "close":
                return null;
            case var other:
                return Problem("UNKNOWN_TYPE", $"Unknown message type: {other}");
        }
    }

    private static async Task<JsonObject> StepAsync(EnvironmentSession session, JsonObject action, string? requestId, CancellationToken cancel)
    {
        var type = action["type"]?.ToString();
        if (type == "list_tools") return new() { ["observation"] = new JsonObject { ["tools"] = EnvironmentTools.Json(session.Tools) }, ["reward"] = null, ["done"] = false };
        var result = OpenEnvRoutes.Wire(await session.StepAsync(action, requestId, cancel));
        if (type == "call_tool") (result["observation"]!["tool_name"], result["observation"]!["result"], result["observation"]!["error"]) = (action["tool_name"]?.DeepClone(), result["observation"]!["text"]?.DeepClone(), null);
        return result;
    }

    private static JsonObject Data(JsonObject message, bool needed) => message["data"] switch
    {
        JsonObject data => data,
        null when !needed => [],
        _ => throw new InputException("'data' must be an object"),
    };

    private static JsonObject Seen(JsonObject data) => new() { ["type"] = "observation", ["data"] = data };

    private static JsonObject Problem(Exception error) => new() { ["type"] = "error", ["data"] = Answers.Error(error, out _) };

    private static JsonObject Problem(string code, string message) => new() { ["type"] = "error", ["data"] = new JsonObject { ["message"] = message, ["code"] = code } };
}
