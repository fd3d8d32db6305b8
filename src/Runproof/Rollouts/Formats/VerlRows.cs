using System.Text.Json.Nodes;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// verl: a row is an <c>AgentLoopOutput</c> (verl/experimental/agent_loop/agent_loop.py) with the recorded tokens, one for each sequence. Without tokens it is a row of <c>MultiTurnSFTDataset</c> (columns
/// <c>messages</c> and <c>tools</c>; verl reads it as Parquet), arguments as objects.
/// </summary>
internal sealed class VerlRows : TrajectoryFormat
{
    public override string Name => "verl";

    public override bool TakesTokens => true;

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        if (TokenSequence.Of(trajectory.Turns) is not { } sequences)
        {
            if (MessageRow.Of(trajectory) is not { } row) return MessageRow.NoExample;
            row["extra_info"] = AttemptFacts.Of(trajectory);
            WriteLine(row, into);
            return null;
        }

        for (var i = 0; i < sequences.Count; i++) WriteLine(Row(trajectory, sequences[i], i, sequences.Count), into);
        return null;
    }

    private static JsonObject Row(Trajectory trajectory, TokenSequence sequence, int index, int count)
    {
        var facts = AttemptFacts.Of(trajectory);
        (facts["sequence"], facts["sequences"]) = (index, count);
        var turns = sequence.Turns.Select(span => span.Turn).ToList();
        return new()
        {
            ["prompt_ids"] = Numbers(sequence.Prompt), ["response_ids"] = Numbers(sequence.Response), ["response_mask"] = Numbers(sequence.Mask), ["response_logprobs"] = sequence.Logprobs is { } known ? Numbers(known) : null,
            ["routed_experts"] = null, ["multi_modal_data"] = null, ["reward_score"] = AttemptFacts.Reward(trajectory),

            // The question, the replies, and what answered them.
            ["num_turns"] = 1 + turns.Count + turns.Count(turn => turn.Observations.Count > 0),
            ["metrics"] = new JsonObject { ["generate_sequences"] = turns.Sum(turn => turn.Reply.Seconds), ["tool_calls"] = turns.Sum(turn => turn.Observations.Sum(seen => seen.Seconds)), ["num_preempted"] = -1 },
            ["extra_fields"] = facts,
        };
    }
}
