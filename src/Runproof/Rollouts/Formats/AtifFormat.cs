using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// ATIF 1.7 (Agent Trajectory Interchange Format, Harbor's rfcs/0001-trajectory-format.md), a file for each attempt: a system and a user step, then a step for each reply with its calls, what came back, its tokens and
/// cost. What ATIF has no name for (how a reply was read, how an action ended, patch and rewards) stands in its <c>extra</c> objects.
/// </summary>
internal sealed class AtifFormat : TrajectoryFormat
{
    public const string Version = "ATIF-v1.7";

    public override string Name => "atif";

    public override string FileEnding => ".atif.json";

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        var (plan, rollout, conversation) = (trajectory.Plan, trajectory.Rollout, trajectory.Conversation);
        List<JsonObject> steps = [];
        var start = Time(rollout.StartedAt);
        if (conversation.System.Length > 0) steps.Add(new() { ["timestamp"] = start, ["source"] = "system", ["message"] = conversation.System });
        steps.Add(new() { ["timestamp"] = start, ["source"] = "user", ["message"] = conversation.Task });
        steps.AddRange(trajectory.Turns.Select(CallIds.Named).Select(Step));
        for (var i = 0; i < steps.Count; i++) steps[i].Insert(0, "step_id", i + 1);
        var extra = AttemptFacts.Of(trajectory);
        extra["patch"] = rollout.Patch;
        var agent = new JsonObject { ["name"] = plan.Agent, ["version"] = plan.Origin is null ? ProductVersion.Text : "unknown", ["model_name"] = ModelName.Of(trajectory) };
        if (conversation.Tools.Count > 0) agent["tool_definitions"] = ChatMessages.Tools(conversation.Tools);
        WriteFile(
            new JsonObject
            {
                ["schema_version"] = Version, ["session_id"] = rollout.Key.Plan, ["trajectory_id"] = rollout.Key.Name, ["agent"] = agent, ["steps"] = new JsonArray([.. steps]), ["final_metrics"] = Totals(trajectory, steps.Count), ["extra"] = extra,
            },
            into);
        return null;
    }

    private static JsonObject Step(Turn turn)
    {
        var reply = turn.Reply;
        var step = new JsonObject { ["timestamp"] = Time(turn.At), ["source"] = "agent" };
        if (reply.IsSampled && reply.Model is { } model) step["model_name"] = model;
        step["message"] = reply.Text;
        if (reply.IsSampled && reply.Thought.Length > 0) step["reasoning_content"] = reply.Thought;
        if (reply.Calls.Count > 0)
        {
            step["tool_calls"] = new JsonArray([.. reply.Calls.Select(call => new JsonObject { ["tool_call_id"] = call.Id, ["function_name"] = call.Name, ["arguments"] = call.Arguments.DeepClone() })]);
        }

        if (turn.Observations.Count > 0) step["observation"] = new JsonObject { ["results"] = new JsonArray([.. turn.Observations.Select(seen => Result(seen, reply.Calls))]) };
        if (reply.IsSampled && Metrics(reply) is { Count: > 0 } metrics) step["metrics"] = metrics;
        if (reply.Ended == Reply.Copied) step["is_copied_context"] = true;
        step["llm_call_count"] = reply.IsSampled ? 1 : 0;
        step["extra"] = Extra(reply);
        return step;
    }

    /// <summary>A result names a call of its own step, or none.</summary>
    private static JsonObject Result(Observation seen, IReadOnlyList<ToolCall> calls)
    {
        var result = new JsonObject();
        if (seen.CallId is { } id && calls.Any(call => call.Id == id)) result["source_call_id"] = id;
        result["content"] = seen.Content;
        result["extra"] = JsonSerializer.SerializeToNode(new SeenExtra(seen.Tool, seen.Outcome, seen.Seconds, seen.ExitCode, seen.Submission), Json.Compact);
        return result;
    }

    private static JsonObject Metrics(Reply reply)
    {
        var metrics = new JsonObject();
        if (reply.Usage is { } usage)
        {
            (metrics["prompt_tokens"], metrics["completion_tokens"], metrics["cached_tokens"]) = (usage.Input, usage.Output, usage.Cached);
            if (usage.Dollars is { } dollars) metrics["cost_usd"] = (double)dollars;
        }

        if (reply.Tokens?.Prompt is { } prompt) metrics["prompt_token_ids"] = Numbers(prompt);
        if (reply.Tokens?.Completion is { } completion) metrics["completion_token_ids"] = Numbers(completion);
        if (reply.Tokens?.Logprobs is { } logprobs) metrics["logprobs"] = Numbers(logprobs);
        return metrics;
    }

    private static JsonNode Extra(Reply reply) =>
        JsonSerializer.SerializeToNode(new ReplyExtra(reply.Outcome, reply.Problems.Count > 0 ? reply.Problems : null, reply.Raw, reply.IsSampled ? reply.Ended : null, reply.Seconds, reply.IsSampled || reply.Thought.Length == 0 ? null : reply.Thought), Json.Compact)!;

    private static JsonObject Totals(Trajectory trajectory, int steps)
    {
        var replies = trajectory.Turns.Select(turn => turn.Reply).Where(reply => reply.IsSampled).ToList();
        var totals = new JsonObject
        {
            ["total_prompt_tokens"] = replies.Sum(reply => reply.Usage?.Input ?? 0), ["total_completion_tokens"] = replies.Sum(reply => reply.Usage?.Output ?? 0), ["total_cached_tokens"] = replies.Sum(reply => reply.Usage?.Cached ?? 0),
        };
        if (replies.Any(reply => reply.Usage?.Dollars is not null)) totals["total_cost_usd"] = (double)replies.Sum(reply => reply.Usage?.Dollars ?? 0);
        totals["total_steps"] = steps;
        return totals;
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Of a step, what ATIF has no name for.</summary>
    internal sealed record ReplyExtra(ParseOutcome? Parse = null, IReadOnlyList<string>? Problems = null, string? Raw = null, string? Ended = null, double Seconds = 0, string? Thought = null);

    /// <summary>Of a result, what ATIF has no name for.</summary>
    internal sealed record SeenExtra(string? Tool = null, ActionOutcome? Outcome = null, double Seconds = 0, int? ExitCode = null, string? Submission = null);
}
