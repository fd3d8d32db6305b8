using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// SWE-agent 1's <c>.traj</c> (sweagent/types.py: <c>TrajectoryStep</c>, <c>HistoryItem</c>, <c>AgentInfo</c>; agents.py: <c>get_trajectory_data</c>): a step for each reply, and the history of messages with calls in
/// OpenAI's form. A reply that could not be read stands in the steps alone, as there. <c>query</c>, which repeats the history at each step, is left empty.
/// </summary>
internal sealed class SweAgentFormat : TrajectoryFormat
{
    private const string Agent = "main";

    public override string Name => "swe-agent";

    public override string FileEnding => ".traj";

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        var (rollout, conversation) = (trajectory.Rollout, trajectory.Conversation);
        var (steps, history) = (new JsonArray(), new JsonArray(Item("system", conversation.System, "system_prompt"), Item("user", conversation.Task, "observation")));
        foreach (var turn in conversation.Turns.Select(CallIds.Named))
        {
            var isMalformed = ChatMessages.IsMalformed(turn);
            steps.Add((JsonNode)Step(turn, isMalformed));
            if (isMalformed) continue;
            foreach (var item in Items(turn)) history.Add((JsonNode)item);
        }

        var info = new JsonObject
        {
            ["exit_status"] = Status(rollout), ["submission"] = rollout.Patch,
            ["model_stats"] = new JsonObject
            {
                ["instance_cost"] = (double)(rollout.Counts.Dollars ?? 0), ["tokens_sent"] = rollout.Counts.InputTokens, ["tokens_received"] = rollout.Counts.OutputTokens, ["api_calls"] = conversation.Turns.Count(turn => turn.Reply.IsSampled),
            },
            ["swe_agent_version"] = $"runproof-{ProductVersion.Text}",
        };
        WriteFile(
            new JsonObject { ["trajectory"] = steps, ["history"] = history, ["info"] = info, ["replay_config"] = null, ["environment"] = rollout.Key.InstanceId, ["runproof"] = AttemptFacts.Of(trajectory) },
            into);
        return null;
    }

    private static JsonObject Item(string role, string content, string kind) => new() { ["role"] = role, ["content"] = content, ["agent"] = Agent, ["message_type"] = kind };

    private static JsonObject Step(Turn turn, bool isMalformed) => new()
    {
        ["action"] = isMalformed ? "" : Action(turn.Reply), ["observation"] = string.Join("\n", turn.Observations.Select(seen => seen.Content)), ["response"] = turn.Reply.Raw ?? turn.Reply.Text, ["thought"] = turn.Reply.Text,
        ["execution_time"] = turn.Observations.Sum(seen => seen.Seconds), ["state"] = new JsonObject(), ["query"] = new JsonArray(),
        ["extra_info"] = new JsonObject
        {
            ["timestamp"] = turn.At.ToUnixTimeMilliseconds() / 1000.0, ["model"] = turn.Reply.Model, ["problems"] = new JsonArray([.. turn.Reply.Problems.Select(problem => (JsonNode)problem)]),
            ["outcomes"] = new JsonArray([.. turn.Observations.Select(seen => (JsonNode)Words.Of(seen.Outcome))]), ["exit_codes"] = new JsonArray([.. turn.Observations.Select(seen => (JsonNode?)seen.ExitCode)]),
            ["unread_calls"] = isMalformed ? ChatMessages.Assistant(turn.Reply with { Raw = null }, ArgumentForm.Text)["tool_calls"]?.DeepClone() : null,
        },
    };

    private static IEnumerable<JsonObject> Items(Turn turn)
    {
        var reply = turn.Reply;
        var said = Item("assistant", reply.Text, "action");
        (said["thought"], said["action"]) = (reply.Text, Action(reply));
        said["tool_calls"] = ChatMessages.Assistant(reply, ArgumentForm.Text)["tool_calls"]?.DeepClone();
        said["thinking_blocks"] = reply.Thought.Length == 0 ? null : new JsonArray(new JsonObject { ["type"] = "thinking", ["thinking"] = reply.Thought });
        yield return said;
        foreach (var seen in turn.Observations)
        {
            var item = Item(seen.CallId is null ? "user" : "tool", seen.Content, "observation");
            if (seen.CallId is { } id) item["tool_call_ids"] = new JsonArray(id);
            yield return item;
        }
    }

    /// <summary>As SWE-agent runs it in its shell: of <c>bash</c> the command, of other tools name and arguments, quoted.</summary>
    private static string Action(Reply reply) => string.Join("\n", reply.Calls.Select(call =>
        call.Name == "bash" && call.Arguments["command"] is JsonValue command && command.TryGetValue<string>(out var line) ? line : string.Join(' ', Arguments(call).Prepend(call.Name))));

    private static IEnumerable<string> Arguments(ToolCall call) => call.Arguments.SelectMany(one => one.Key is "command" or "path" ? [Quoted(one.Value)] : new[] { "--" + one.Key, Quoted(one.Value) });

    private static string Quoted(JsonNode? value)
    {
        var text = value is JsonValue one && one.TryGetValue<string>(out var said) ? said : JsonText.Of(value);
        return text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-=+:,@%".Contains(letter, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static string Status(Rollout rollout)
    {
        var word = rollout.End.Reason switch
        {
            ExitReason.Submitted => "submitted",
            ExitReason.Turns or ExitReason.Cost => "exit_cost",
            ExitReason.Context => "exit_context",
            ExitReason.Format => "exit_format",
            ExitReason.GaveUp => "exit_forfeit",
            ExitReason.Time => "exit_total_execution_time",
            ExitReason.Commands => "exit_command_timeout",
            _ => "exit_environment_error",
        };
        return word == "submitted" || rollout.Patch.Length == 0 ? word : $"submitted ({word})";
    }
}
