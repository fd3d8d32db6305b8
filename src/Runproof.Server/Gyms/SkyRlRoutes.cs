using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Sessions;

namespace Runproof.Server.Gyms;

/// <summary>SkyRL's <c>BaseTextEnv</c> (skyrl_gym/envs/base_text_env.py) over HTTP: <c>init</c>, <c>step</c> with what the model wrote, <c>close</c>, <c>get_metrics</c>. docs/server.md has the class that calls it.</summary>
internal sealed class SkyRlRoutes(SessionTable sessions)
{
    private const string Tag = "SkyRL";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/skyrl/init", InitAsync, Tag, "Begins an episode; its extras are those of a reset. Gives (prompt, metadata).");
        routes.Post("/skyrl/step", StepAsync, Tag, "What the model wrote: {session_id, action, format}. Gives observations, reward, done, metadata.");
        routes.Post("/skyrl/close", CloseAsync, Tag, "Ends the session.");
        routes.Get("/skyrl/metrics", MetricsAsync, Tag, "Numbers of a finished episode: session_id=ID.");
    }

    private async Task InitAsync(HttpContext context)
    {
        var body = await Answers.BodyAsync(context);
        var extras = body["extras"] as JsonObject ?? body;

        // A model's text needs a format of calls; Hermes is what most chat templates write.
        var request = EpisodeRequest.Read(extras);
        var session = SessionOf.FindOrOpen(sessions, context, body);
        try
        {
            var result = await sessions.SettleAsync(session, await session.ResetAsync(request with { Format = request.Format ?? "hermes" }, context.RequestAborted));
            await Answers.WriteAsync(context, new JsonObject
            {
                [SessionOf.Field] = session.Id, ["prompt"] = result.Observation["messages"]?.DeepClone() ?? new JsonArray(), ["metadata"] = Metadata(result, "messages"), ["done"] = result.Done, ["reward"] = result.Reward,
            });
        }
        catch
        {
            await sessions.CloseAsync(session, "its beginning failed");
            throw;
        }
    }

    private async Task StepAsync(HttpContext context)
    {
        var body = await Answers.BodyAsync(context);
        if (body["action"] is not JsonValue said || !said.TryGetValue<string>(out var text)) throw new InputException("'action' must be what the model wrote, a string");
        var session = SessionOf.Find(sessions, context, body);
        var action = new JsonObject { ["text"] = text };
        if (body["format"] is { } format) action["format"] = format.DeepClone();
        var result = await sessions.SettleAsync(session, await session.StepAsync(action, body["request_id"]?.ToString(), context.RequestAborted));

        // A reward for each step is wanted: before the end it is none, and where infrastructure ended it, it is unknown.
        await Answers.WriteAsync(context, new JsonObject
        {
            ["observations"] = result.Done ? new JsonArray() : result.Observation["messages"]?.DeepClone(), ["reward"] = result.Done ? result.Reward : 0.0, ["done"] = result.Done, ["metadata"] = Metadata(result, "messages"),
            ["postprocessed_action"] = null,
        });
    }

    private async Task CloseAsync(HttpContext context)
    {
        var id = SessionOf.Id(context, await Answers.BodyAsync(context)) ?? throw new InputException("no session is named");
        if (sessions.Find(id) is { } session) await sessions.CloseAsync(session, "the client closed it");
        await Answers.WriteAsync(context, new JsonObject { [SessionOf.Field] = id, ["closed"] = true });
    }

    private Task MetricsAsync(HttpContext context)
    {
        var id = SessionOf.Id(context) ?? throw new InputException("no session is named");
        var metrics = new JsonObject();
        if (sessions.Judged(id)?.Rollout is { } rollout)
        {
            foreach (var (name, value) in rollout.Rewards) metrics["reward_" + name] = value;
            (metrics["turns"], metrics["tool_errors"], metrics["malformed"], metrics["seconds"]) = (rollout.Counts.Turns, rollout.Counts.ToolErrors, rollout.Counts.Malformed, Math.Round(rollout.Seconds, 3));
        }

        return Answers.WriteAsync(context, metrics);
    }

    private static JsonObject Metadata(SessionResult result, string but) => new(result.Observation.Where(one => one.Key != but).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())));
}
