using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Runproof.Agents;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Sessions;

namespace Runproof.Server.Gyms;

/// <summary>
/// A resources server of NeMo Gym (NVIDIA-NeMo/Gym, nemo_gym/base_resources_server.py): <c>seed_session</c>, a route for each tool, <c>verify</c>, <c>close_session</c>; the session goes by cookie, or by the id that an
/// environment server assigns.
/// </summary>
internal sealed class NemoGymRoutes(SessionTable sessions)
{
    private const string Tag = "NeMo Gym", Assigned = "resources_session_id";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/seed_session", SeedAsync, Tag, "Begins an episode: the row of a data set with task_id, agent, tests.");
        routes.Post("/verify", VerifyAsync, Tag, "Judges the session's files; the body comes back with reward and rewards.");
        routes.Post("/close_session", CloseAsync, Tag, "Ends the session; one that is none is no error.");
        routes.Post("/{tool:regex(^[A-Za-z][A-Za-z0-9_]*$)}", ToolAsync, Tag, "Calls a tool of the session's episode with the arguments that the body holds; gives text.");
    }

    private async Task SeedAsync(HttpContext context)
    {
        var body = await Answers.BodyAsync(context);
        var assigned = body[Assigned] is JsonValue id && id.TryGetValue<string>(out var name) ? name : null;
        if (assigned is not null) body[SessionOf.Field] = assigned;

        // Asked for again under the same name, it is the same session.
        if (assigned is null || sessions.Find(assigned) is not { HasBegun: true })
        {
            var row = body["task_data"] as JsonObject ?? body;
            var request = EpisodeRequest.Read(row["verifier_metadata"] as JsonObject is { } own && own.ContainsKey("task_id") ? own : row);
            var session = SessionOf.FindOrOpen(sessions, context, body);
            try
            {
                var result = await sessions.SettleAsync(session, await session.ResetAsync(request, context.RequestAborted));
                if (assigned is null)
                {
                    await Answers.WriteAsync(context, result.Observation.DeepClone());
                    return;
                }
            }
            catch
            {
                await sessions.CloseAsync(session, "its beginning failed");
                throw;
            }
        }

        await Answers.WriteAsync(context, new JsonObject { [Assigned] = assigned, ["resources_tools"] = null, ["sandbox_access"] = null });
    }

    private async Task ToolAsync(HttpContext context)
    {
        var session = SessionOf.Find(sessions, context, null);
        var arguments = await Answers.BodyAsync(context);
        var result = await sessions.SettleAsync(session, await session.StepAsync(new() { ["tool"] = context.Request.RouteValues["tool"]!.ToString(), ["arguments"] = arguments }, null, context.RequestAborted));
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(result.Text, context.RequestAborted);
    }

    private async Task VerifyAsync(HttpContext context)
    {
        var body = await Answers.BodyAsync(context);
        var id = (body["verification_input"] as JsonObject)?[SessionOf.Field]?.ToString() ?? SessionOf.Id(context, body);
        var session = id is null ? null : sessions.Find(id);
        var result = session is not null
            ? await sessions.SettleAsync(session, await session.FinishAsync(EndOf(body["response"] as JsonObject), context.RequestAborted))
            : (id is null ? null : sessions.Judged(id)) ?? throw new SessionGoneException("no session to verify: it was closed, idle for too long, or never seeded");
        foreach (var name in new[] { "rewards", "resolved", "outcome", "reason", "task_id", "infrastructure" }) body[name] = result.Observation[name]?.DeepClone();
        body["reward"] = result.Reward;
        body["reward_components"] = result.Observation["rewards"]?.DeepClone();

        // Never a zero that says something of the model.
        body["mask_sample"] = result.IsInfrastructure;
        if (result.IsInfrastructure) body["failure_reason"] = result.Observation["reason"]?.DeepClone();
        await Answers.WriteAsync(context, body);
    }

    /// <summary>A model that ends with a message has handed in its work; one that was cut off behind a call has not.</summary>
    private static ExitReason EndOf(JsonObject? response)
    {
        if (response?["output"] is not JsonArray { Count: > 0 } output) return ExitReason.Submitted;
        return output[^1]?["type"]?.ToString() == "message" && response["incomplete_details"] is null ? ExitReason.Submitted : ExitReason.Turns;
    }

    private async Task CloseAsync(HttpContext context)
    {
        var body = await Answers.BodyAsync(context);
        var id = body[Assigned]?.ToString() ?? SessionOf.Id(context, body);
        if (id is not null && sessions.Find(id) is { } session) await sessions.CloseAsync(session, "the client closed it");
        await Answers.WriteAsync(context, new JsonObject { [Assigned] = id });
    }
}
