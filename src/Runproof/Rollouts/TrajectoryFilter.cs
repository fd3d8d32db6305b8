using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts;

/// <summary>Why a trajectory is no demonstration, though its tests may pass.</summary>
internal static class TrajectoryFilter
{
    /// <summary>The same call with the same answer, so often, is a loop.</summary>
    private const int SameAnswers = 4;

    /// <summary>The same call one turn after the other.</summary>
    private const int SameInARow = 3;

    /// <summary>Machine-readable; none for a trajectory that is kept.</summary>
    public static IReadOnlyList<string> Losses(bool resolved, EpisodeEnd end, IReadOnlyList<Turn> turns, IReadOnlyList<Hack> hacks)
    {
        List<string> losses = [];
        if (!resolved) losses.Add("unresolved");
        if (end.Reason != ExitReason.Submitted) losses.Add("no_end");
        if (turns.Any(turn => turn.Reply.Outcome == ParseOutcome.Rejected)) losses.Add("malformed_call");
        if (hacks.Count > 0) losses.Add("hack");
        if (IsLoop(turns)) losses.Add("loop");
        if (turns.Count(turn => turn.Reply.Text.Length + turn.Reply.Thought.Length == 0) * 2 > turns.Count) losses.Add("empty_thoughts");
        return losses;
    }

    private static bool IsLoop(IReadOnlyList<Turn> turns)
    {
        var calls = turns.Select(turn => string.Join('\n', turn.Reply.Calls.Select(call => call.Name + call.Arguments.ToJsonString()))).ToList();
        var inARow = 1;
        for (var i = 1; i < calls.Count; i++)
        {
            inARow = calls[i].Length > 0 && calls[i] == calls[i - 1] ? inARow + 1 : 1;
            if (inARow >= SameInARow) return true;
        }

        return turns.Select((turn, i) => (Call: calls[i], Seen: string.Join('\n', turn.Observations.Select(seen => seen.Content)))).Where(one => one.Call.Length > 0).GroupBy(one => one).Any(group => group.Count() >= SameAnswers);
    }
}
