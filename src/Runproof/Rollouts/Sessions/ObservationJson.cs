using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Runproof.Agents;
using Runproof.Agents.Policies;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Sessions;

/// <summary>What happened in an episode, as plain JSON. Its verdict stands in fields of its own: OpenEnv drops what is called metadata.</summary>
internal static class ObservationJson
{
    /// <summary>The beginning: the messages that a model gets first, and its tools.</summary>
    /// <param name="format">Null: tools are declared apart from the messages.</param>
    public static JsonObject Begun(Conversation conversation, ToolCallFormat? format)
    {
        var messages = format is null ? NativeMessages.Write(conversation) : TextMessages.Write(conversation, format);
        return new()
        {
            ["text"] = conversation.Task,
            ["messages"] = new JsonArray([.. messages.SelectMany(Messages)]),
            ["tools"] = new JsonArray([.. conversation.Tools.Select(tool => (JsonNode)new JsonObject { ["type"] = "function", ["function"] = tool.Plain() })]),
        };
    }

    /// <summary>What came back in a turn.</summary>
    public static JsonObject Of(Turn turn, ToolCallFormat? format, IReadOnlyList<ToolDefinition> tools)
    {
        var conversation = new Conversation("", "", tools, [turn with { Reply = turn.Reply with { Raw = turn.Reply.Raw ?? turn.Reply.Text } }]);
        var messages = format is null ? NativeMessages.Write(conversation) : TextMessages.Write(conversation, format);
        return new()
        {
            ["text"] = string.Join("\n\n", turn.Observations.Select(seen => seen.Content)),
            ["messages"] = new JsonArray([.. messages.Where(message => message.Role != ChatRole.Assistant).Skip(2).SelectMany(Messages)]),
            ["results"] = new JsonArray([.. turn.Observations.Select(seen => (JsonNode)new JsonObject
            {
                ["tool"] = seen.Tool, ["call_id"] = seen.CallId, ["content"] = seen.Content, ["outcome"] = Words.Of(seen.Outcome), ["exit_code"] = seen.ExitCode, ["seconds"] = Math.Round(seen.Seconds, 3),
            })]),
            ["problems"] = new JsonArray([.. turn.Reply.Problems.Select(problem => (JsonNode)problem)]),
        };
    }

    /// <summary>Adds how it ended. Which hidden tests failed is not told: a client may show what it gets to the next attempt.</summary>
    public static void Add(JsonObject to, Rollout rollout)
    {
        to["exit"] = Words.Of(rollout.End.Reason);
        to["exit_detail"] = rollout.End.Detail;
        to["outcome"] = Words.Of(rollout.Outcome);
        to["resolved"] = rollout.Outcome == RolloutOutcome.Infrastructure ? null : rollout.Outcome == RolloutOutcome.Resolved;
        to["reason"] = rollout.Reason;
        to["infrastructure"] = rollout.Outcome == RolloutOutcome.Infrastructure;
        to["rewards"] = new JsonObject(rollout.Rewards.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));
        to["hacks"] = new JsonArray([.. rollout.Hacks.Select(hack => (JsonNode)hack.Rule).DistinctBy(rule => rule.ToString())]);
        to["patch"] = rollout.Patch;
        to["turns"] = rollout.Counts.Turns;
    }

    private static IEnumerable<JsonNode> Messages(ChatMessage message)
    {
        var results = message.Contents.OfType<FunctionResultContent>().ToList();
        foreach (var result in results) yield return new JsonObject { ["role"] = "tool", ["tool_call_id"] = result.CallId, ["content"] = result.Result?.ToString() };
        if (results.Count == 0) yield return new JsonObject { ["role"] = message.Role.Value, ["content"] = message.Text };
    }
}
