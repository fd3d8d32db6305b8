using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Gyms;
using Runproof.Server.Sessions;
using Runproof.ToolCalls;

namespace Runproof.Server.Mcp;

/// <summary>What a tool answered.</summary>
internal sealed record ToolAnswer(string Text, JsonObject Structured, bool IsError);

/// <summary>
/// An environment as tools: the tasks there are, the start of one, the agent's own tools, and handing in. Their names are none that OpenEnv keeps for itself (<c>reset</c>, <c>step</c>, <c>state</c>, <c>close</c>).
/// </summary>
/// <param name="usual">The agent whose tools are listed while no task is under way.</param>
internal sealed class EnvironmentTools(SessionTable sessions, TaskDraw tasks, string usual)
{
    private const string List = "list_tasks", Start = "start_task", Submit = "submit_task";

    private static readonly ToolSchema.Parameter Session = new(SessionOf.Field, "string", "As start_task named it; not needed where the connection keeps it", Required: false);

    private static readonly IReadOnlyList<ToolDefinition> Own =
    [
        ToolSchema.Tool(List, "Lists coding tasks, in the order of their ids", new("after", "string", "The last id of the page before", Required: false), new("limit", "integer", "So many at most", Required: false)),
        ToolSchema.Tool(
            Start, "Starts a coding task: a repository with a problem, in a sandbox of its own", new("task_id", "string", "As list_tasks names it; by lot without one", Required: false),
            new("seed", "integer", "Of the lot", Required: false), new("agent", "string", "Whose tools it has", Required: false, [.. ScaffoldList.All.Select(one => one.Name)]),
            new("tests", "string", "Whether the tests that judge can be seen", Required: false, ["hidden", "visible"]), Session),
        ToolSchema.Tool(Submit, "Hands in the files as they are: they are judged, and the task is over", Session),
    ];

    /// <summary>Tools as MCP declares them.</summary>
    public static JsonArray Json(IEnumerable<ToolDefinition> tools) =>
        new([.. tools.Select(tool => (JsonNode)new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["inputSchema"] = tool.Parameters.DeepClone() })]);

    /// <param name="session">The one that goes on; null: none does yet.</param>
    public IReadOnlyList<ToolDefinition> Of(EnvironmentSession? session) => [.. Own, .. (session?.Tools ?? ScaffoldList.Of(usual).Tools).Select(WithSession)];

    /// <param name="id">Name of the connection's session; null where it has none.</param>
    /// <param name="held">The session belongs to a connection, which keeps its slot.</param>
    /// <exception cref="InputException">The call is wrong as such.</exception>
    public async Task<ToolAnswer> CallAsync(string name, JsonObject arguments, string? id, EnvironmentSession? held, CancellationToken cancel)
    {
        if (arguments[SessionOf.Field] is JsonValue named && named.TryGetValue<string>(out var given) && held is null) id = given;
        arguments.Remove(SessionOf.Field);
        var session = held ?? (id is null ? null : sessions.Find(id));
        if (name == List) return Listed(arguments);
        if (name == Start) return await StartAsync(arguments, session, id, held is not null, cancel);
        if (session is null) throw id is null ? new InputException("no task is under way: call start_task first") : new SessionGoneException($"no session '{id}': its task is over, or it was closed");
        var result = name == Submit ? await session.FinishAsync(ExitReason.Submitted, cancel) : await session.StepAsync(new() { ["tool"] = name, ["arguments"] = arguments.DeepClone() }, null, cancel);
        if (held is null) await sessions.SettleAsync(session, result);
        var isError = result.Observation["results"] is JsonArray results && results.Any(one => one?["outcome"]?.ToString() is "misused" or "unknown_tool" or "not_run");
        return new(result.Done ? $"{result.Text}\n{Ending(result)}".TrimStart() : result.Text, OpenEnvRoutes.Wire(result), isError);
    }

    private ToolAnswer Listed(JsonObject arguments)
    {
        var limit = arguments["limit"] is JsonValue asked && asked.TryGetValue<int>(out var count) ? Math.Clamp(count, 1, 1000) : 50;
        var list = TaskList.Of(tasks, arguments["after"]?.ToString() ?? "", limit);
        return new(string.Join('\n', list["tasks"]!.AsArray().Select(task => $"{task!["task_id"]} ({task["language"]}, {task["origin"]})")), list, false);
    }

    private async Task<ToolAnswer> StartAsync(JsonObject arguments, EnvironmentSession? session, string? id, bool isHeld, CancellationToken cancel)
    {
        var request = EpisodeRequest.Read(arguments);
        var opened = session ?? sessions.Open(id);
        sessions.Forget(opened.Id);
        try
        {
            var result = await opened.ResetAsync(request, cancel);
            if (!isHeld) await sessions.SettleAsync(opened, result);
            return new(result.Done ? Ending(result) : $"{result.Text}\n\n({SessionOf.Field}: {opened.Id})", OpenEnvRoutes.Wire(result), false);
        }
        catch when (session is null)
        {
            await sessions.CloseAsync(opened, "its beginning failed");
            throw;
        }
    }

    private static string Ending(SessionResult result) => result.IsInfrastructure
        ? $"The task is over without a verdict: the machine failed ({result.Observation["reason"]}). Start it again."
        : $"The task is over: {result.Observation["outcome"]}, reward {result.Reward?.ToString(System.Globalization.CultureInfo.InvariantCulture)}.";

    private static ToolDefinition WithSession(ToolDefinition tool)
    {
        var schema = (JsonObject)tool.Parameters.DeepClone();
        schema["properties"]![SessionOf.Field] = Session.Schema();
        return tool with { Parameters = schema };
    }
}
