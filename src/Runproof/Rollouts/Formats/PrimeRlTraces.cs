using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// prime-rl: a line is a <c>Trace</c> of verifiers v1 (verifiers/v1/trace.py, graph.py), as its runs keep in <c>traces.jsonl</c>: a graph of messages, which <c>scripts/export_sft.py</c> makes supervised rows of and
/// <c>trace_to_samples</c> training samples, one for each path. Recorded tokens stand at the replies (what a question adds is context there), nothing where there are none. Arguments are JSON in a text.
/// </summary>
internal sealed class PrimeRlTraces : TrajectoryFormat
{
    private const string Stop = "stop", Length = "length", ToolCalls = "tool_calls";

    public override string Name => "prime-rl";

    public override bool TakesTokens => true;

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        var (plan, rollout, conversation) = (trajectory.Plan, trajectory.Rollout, trajectory.Conversation);
        var (nodes, calls) = (new JsonArray(), new JsonArray());
        if (TokenSequence.Of(trajectory.Turns) is { } sequences)
        {
            foreach (var sequence in sequences) AddPath(trajectory, sequence.Turns[^1].Turn.Number, sequence, nodes, calls);
        }
        else
        {
            AddPath(trajectory, int.MaxValue, null, nodes, calls);
        }

        var hacked = rollout.Hacks.Count > 0;
        var start = Seconds(rollout.StartedAt);
        WriteLine(
            new JsonObject
            {
                ["version"] = 1, ["id"] = rollout.Key.Name,
                ["task"] = new JsonObject
                {
                    ["type"] = "RunproofTask",
                    ["data"] = new JsonObject { ["name"] = rollout.Key.InstanceId, ["prompt"] = conversation.Task, ["system_prompt"] = conversation.System, ["workdir"] = Sandboxes.SandboxPaths.Testbed },
                    ["key"] = rollout.Key.InstanceId,
                },
                ["agent"] = new JsonObject { ["config"] = new JsonObject { ["model"] = ModelName.Of(trajectory), ["sampling"] = Sampling(plan) }, ["name"] = plan.Agent, ["trainable"] = plan.Origin is null },
                ["tools"] = new JsonArray([.. conversation.Tools.Select(tool => tool.Plain())]), ["nodes"] = nodes, ["calls"] = calls,

                // The penalty for cheating stands in the place of all others; elsewhere the components add up to the whole.
                ["rewards"] = new JsonObject(rollout.Rewards.Where(one => one.Key != "total").Select(one => KeyValuePair.Create(one.Key, (JsonNode?)new JsonObject { ["score"] = one.Value, ["weight"] = hacked && one.Key != "hack" ? 0.0 : 1.0 }))),
                ["metrics"] = new JsonObject
                {
                    ["turns"] = rollout.Counts.Turns, ["calls"] = rollout.Counts.Calls, ["tool_errors"] = rollout.Counts.ToolErrors, ["recoveries"] = rollout.Counts.Recoveries, ["malformed_turns"] = rollout.Counts.Malformed,
                },
                ["info"] = AttemptFacts.Of(trajectory), ["is_completed"] = true, ["ok"] = true, ["stop_condition"] = StopCondition(rollout.End.Reason),
                ["timing"] = new JsonObject
                {
                    ["start"] = start,
                    ["agent"] = new JsonObject
                    {
                        ["start"] = start, ["end"] = start + rollout.Seconds, ["model"] = new JsonObject { ["duration"] = rollout.Counts.ModelSeconds }, ["harness"] = new JsonObject { ["duration"] = rollout.Counts.ToolSeconds },
                    },
                },
            },
            into);
        return null;
    }

    /// <summary>The conversation up to a turn. Of a sequence its own turns are sampled, those before are context.</summary>
    private static void AddPath(Trajectory trajectory, int last, TokenSequence? sequence, JsonArray nodes, JsonArray calls)
    {
        int? parent = null;
        var spans = sequence?.Turns.ToDictionary(span => span.Turn.Number);
        var conversation = trajectory.Conversation with { Turns = [.. trajectory.Turns.Where(turn => turn.Number <= last)] };
        var at = Seconds(trajectory.Rollout.StartedAt);
        var from = 0;
        foreach (var message in ChatMessages.Of(conversation, ArgumentForm.Object))
        {
            var isOwn = message.Turn is { Reply.IsSampled: true } turn && (spans is null || spans.ContainsKey(turn.Number));
            if (message.Turn is { } reply) at = Seconds(reply.At);
            var node = new JsonObject { ["parent"] = parent, ["message"] = Message(message.Json), ["sampled"] = isOwn, ["timestamp"] = at, ["token_ids"] = new JsonArray(), ["mask"] = new JsonArray(), ["is_content"] = new JsonArray(), ["logprobs"] = new JsonArray() };
            if (message.Turn is not null && spans?.GetValueOrDefault(message.Turn.Number) is { } span) from = AddTokens(node, sequence!, span, from);
            parent = nodes.Count;
            nodes.Add((JsonNode)node);
            if (isOwn) calls.Add((JsonNode)Call(trajectory.Plan, message.Turn!, parent.Value));
        }
    }

    private static int AddTokens(JsonObject node, TokenSequence sequence, TurnSpan span, int from)
    {
        List<int> context = [.. from == 0 ? sequence.Prompt : [], .. sequence.Response.Skip(from).Take(span.Start - from)];
        var sampled = sequence.Response.Skip(span.Start).Take(span.End - span.Start).ToList();
        var isSampled = span.Turn.Reply.IsSampled;
        node["token_ids"] = Numbers([.. context, .. sampled]);
        node["mask"] = Numbers([.. context.Select(_ => false), .. sampled.Select(_ => isSampled)]);
        if (isSampled && sequence.Logprobs is { } known) node["logprobs"] = Numbers(known.Skip(span.Start).Take(sampled.Count).ToList());
        return span.End;
    }

    private static JsonObject Message(JsonObject message)
    {
        if (message["tool_calls"] is JsonArray written)
        {
            message["tool_calls"] = new JsonArray([.. written.Select(call => new JsonObject
            {
                ["id"] = call!["id"]!.DeepClone(), ["name"] = call["function"]!["name"]!.DeepClone(), ["arguments"] = JsonText.Of(call["function"]!["arguments"]),
            })]);
        }

        return message;
    }

    private static JsonObject Call(RolloutPlan plan, Turn turn, int node)
    {
        var call = new JsonObject
        {
            ["node"] = node, ["model"] = turn.Reply.Model, ["sampling"] = Sampling(plan), ["finish_reason"] = turn.Reply.Ended is Stop or Length or ToolCalls ? turn.Reply.Ended : null,
            ["time"] = new JsonObject { ["start"] = Seconds(turn.At), ["end"] = Seconds(turn.At) + turn.Reply.Seconds },
        };
        if (turn.Reply.Usage is { } usage)
            call["usage"] = new JsonObject { ["prompt_tokens"] = usage.Input - usage.Cached, ["completion_tokens"] = usage.Output, ["cached_input_tokens"] = usage.Cached, ["cost"] = (double?)usage.Dollars };
        return call;
    }

    private static JsonObject Sampling(RolloutPlan plan) => new() { ["temperature"] = plan.Temperature, ["max_tokens"] = plan.MostTokens };

    /// <summary>In verifiers' words where it has one for it.</summary>
    private static string StopCondition(ExitReason reason) => reason switch
    {
        ExitReason.Turns => "max_turns",
        ExitReason.Context => "context_length",
        _ => Words.Of(reason),
    };

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
