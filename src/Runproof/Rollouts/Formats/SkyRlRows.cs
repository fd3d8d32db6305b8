using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// SkyRL: a row is the <c>GeneratorOutput</c> of one attempt (skyrl/train/generators/base.py), whose lists have an entry for each sequence; those of many attempts are joined list by list. Rewards are given token by
/// token: what a malformed turn costs at its last token, the rest at the last of all. Without tokens it is a row of its supervised data (<c>messages</c>, <c>tools</c>), arguments as objects.
/// </summary>
internal sealed class SkyRlRows : TrajectoryFormat
{
    public override string Name => "skyrl";

    public override bool TakesTokens => true;

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        var row = TokenSequence.Of(trajectory.Turns) is { } sequences ? Row(trajectory, sequences) : MessageRow.Of(trajectory);
        if (row is null) return MessageRow.NoExample;
        WriteLine(row, into);
        return null;
    }

    private static JsonObject Row(Trajectory trajectory, IReadOnlyList<TokenSequence> sequences)
    {
        var rollout = trajectory.Rollout;
        JsonArray Each(Func<TokenSequence, JsonNode?> part) => new([.. sequences.Select(part)]);
        return new()
        {
            ["prompt_token_ids"] = Each(one => Numbers(one.Prompt)), ["response_ids"] = Each(one => Numbers(one.Response)), ["rewards"] = Rewards(trajectory, sequences), ["loss_masks"] = Each(one => Numbers(one.Mask)),
            ["stop_reasons"] = Each(_ => rollout.End.Reason is ExitReason.Turns or ExitReason.Time or ExitReason.Cost or ExitReason.Context ? "length" : "stop"), ["rollout_metrics"] = null,
            ["rollout_logprobs"] = sequences.All(one => one.Logprobs is not null) ? Each(one => Numbers(one.Logprobs!)) : null,
            ["trajectory_ids"] = Each(_ => new JsonObject { ["instance_id"] = rollout.Key.InstanceId, ["repetition_id"] = rollout.Key.Attempt - 1 }),
            ["trajectory_generation_times"] = new JsonArray(rollout.Seconds),
            ["trajectory_time_splits"] = new JsonObject { ["llm"] = new JsonArray(rollout.Counts.ModelSeconds), ["env"] = new JsonArray(rollout.Counts.ToolSeconds) },
            ["rollout_expert_indices"] = null, ["is_last_step"] = Each(one => ReferenceEquals(one, sequences[^1])), ["env_metrics"] = Each(_ => AttemptFacts.Of(trajectory)), ["pixel_values"] = null, ["image_grid_thw"] = null,
        };
    }

    private static JsonArray Rewards(Trajectory trajectory, IReadOnlyList<TokenSequence> sequences)
    {
        var rewards = sequences.Select(one => new double[one.Response.Count]).ToList();
        var (total, malformed) = (AttemptFacts.Reward(trajectory), trajectory.Rollout.Rewards.GetValueOrDefault("malformed"));
        var places = sequences.SelectMany((one, i) => one.Turns.Where(span => span.Turn.Reply.Outcome == ParseOutcome.Rejected).Select(span => (Sequence: i, Token: span.End - 1))).ToList();

        // The penalty for cheating stands in the place of all others.
        var spread = places.Count > 0 && trajectory.Rollout.Hacks.Count == 0 ? malformed : 0;
        foreach (var (sequence, token) in places) rewards[sequence][token] += spread / places.Count;
        rewards[^1][^1] += total - spread;
        return new([.. rewards.Select(one => Numbers(one))]);
    }
}
