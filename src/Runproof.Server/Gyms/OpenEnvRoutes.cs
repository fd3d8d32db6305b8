using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Sessions;

namespace Runproof.Server.Gyms;

/// <summary>
/// OpenEnv over HTTP (huggingface/OpenEnv, src/openenv/core/env_server/http_server.py). There each request finds a fresh environment; here a reset opens a session and names it, and what follows under that name goes on
/// with it.
/// </summary>
internal sealed class OpenEnvRoutes(SessionTable sessions, TaskDraw tasks)
{
    private const string Tag = "OpenEnv";
    private static readonly HashSet<string> Around = ["timeout_s", "request_id", SessionOf.Field, "action"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/reset", ResetAsync, Tag, "Begins an episode: task_id or seed, agent, tests, format; opens a session where none is named.");
        routes.Post("/step", StepAsync, Tag, "One action: {\"action\": {\"tool\", \"arguments\"}}, {\"action\": {\"tool_calls\"}} or {\"action\": {\"text\", \"format\"}}.");
        routes.Get("/state", StateAsync, Tag, "Where the session's episode stands.");
        routes.Post("/close", CloseAsync, Tag, "Ends the session.");
        routes.Get("/schema", context => Answers.WriteAsync(context, OpenEnvSchemas.All()), Tag, "JSON Schemas of actions, observations and states.");
        routes.Get("/metadata", context => Answers.WriteAsync(context, Metadata()), Tag, "What this environment is.");
        routes.Get("/health", context => Answers.WriteAsync(context, new JsonObject { ["status"] = "healthy" }), "Server", "Whether the server is there; asks for no token.");
        routes.Get("/capacity", context => Answers.WriteAsync(context, new JsonObject { ["active_sessions"] = sessions.Active, ["max_sessions"] = sessions.Most }), "Server", "Slots in use.");
        routes.Get("/tasks", TasksAsync, "Server", "Tasks in the order of their ids: after=ID, limit=N.");
    }

    public static JsonObject Wire(SessionResult result) => new() { ["observation"] = result.Observation.DeepClone(), ["reward"] = result.Reward, ["done"] = result.Done };

    private async Task ResetAsync(HttpContext context)
    {
        var body = await Answers.BodyAsync(context);
        var request = EpisodeRequest.Read(body);
        var isNew = SessionOf.Id(context, body) is not { } id || sessions.Find(id) is null;
        var session = SessionOf.FindOrOpen(sessions, context, body);
        try
        {
            await Answers.WriteAsync(context, Wire(await sessions.SettleAsync(session, await session.ResetAsync(request, context.RequestAborted))));
        }
        catch when (isNew)
        {
            // Whoever gets no answer does not know its name, and nobody would close it.
            await sessions.CloseAsync(session, "its reset failed");
            throw;
        }
    }

    private async Task StepAsync(HttpContext context)
    {
        var body = await Answers.BodyAsync(context);
        if (body["action"] is not JsonObject action) throw new InputException("'action' is missing, or no object");
        if (body.Select(one => one.Key).FirstOrDefault(key => !Around.Contains(key)) is { } odd) throw new InputException($"a step has no '{odd}'");
        var request = body["request_id"]?.ToString();
        if (SessionOf.Id(context, body) is { } id && sessions.Find(id) is null && request is not null && sessions.Judged(id) is { } judged)
        {
            // The answer to the last step got lost on its way.
            await Answers.WriteAsync(context, Wire(judged));
            return;
        }

        var session = SessionOf.Find(sessions, context, body);
        await Answers.WriteAsync(context, Wire(await sessions.SettleAsync(session, await session.StepAsync(action, request, context.RequestAborted))));
    }

    private async Task StateAsync(HttpContext context)
    {
        var id = SessionOf.Id(context);
        if (id is null) await Answers.WriteAsync(context, new JsonObject { ["episode_id"] = null, ["step_count"] = 0 });
        else if (sessions.Find(id) is null && sessions.Judged(id) is { } judged)
            await Answers.WriteAsync(context, new JsonObject { ["episode_id"] = judged.Observation["episode_id"]?.DeepClone(), ["step_count"] = judged.Observation["step_count"]?.DeepClone(), [SessionOf.Field] = id, ["task_id"] = judged.Observation["task_id"]?.DeepClone(), ["done"] = true, ["reward"] = judged.Reward });
        else await Answers.WriteAsync(context, SessionOf.Find(sessions, context, null).State());
    }

    private async Task CloseAsync(HttpContext context)
    {
        var id = SessionOf.Id(context, await Answers.BodyAsync(context)) ?? throw new InputException("no session is named");
        if (sessions.Find(id) is { } session) await sessions.CloseAsync(session, "the client closed it");
        await Answers.WriteAsync(context, new JsonObject { [SessionOf.Field] = id, ["closed"] = true });
    }

    private Task TasksAsync(HttpContext context)
    {
        var limit = int.TryParse(context.Request.Query["limit"], System.Globalization.CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 1000) : 100;
        return Answers.WriteAsync(context, TaskList.Of(tasks, context.Request.Query["after"].ToString(), limit));
    }

    private JsonObject Metadata() => new()
    {
        ["name"] = "runproof", ["description"] = $"{tasks.Count} executable coding tasks from Git repositories: a repository in a sandbox, tools to work on it, tests that judge.", ["readme_content"] = null,
        ["version"] = typeof(OpenEnvRoutes).Assembly.GetName().Version?.ToString(3), ["author"] = "The Runproof maintainers", ["documentation_url"] = null,
    };
}

/// <summary>Tasks as clients see them: nothing of the solution or the tests.</summary>
internal static class TaskList
{
    public static JsonObject Of(TaskDraw tasks, string after, int limit)
    {
        var page = tasks.Page(after, limit);
        return new()
        {
            ["tasks"] = new JsonArray([.. page.Select(task => (JsonNode)new JsonObject { ["task_id"] = task.InstanceId, ["repo"] = task.Repo, ["base_commit"] = task.BaseCommit, ["language"] = task.Language, ["origin"] = task.Origin })]),
            ["total"] = tasks.Count,
            ["next"] = page.Count == limit ? page[^1].InstanceId : null,
        };
    }
}
