using System.Text.Json.Serialization;
using Runproof.Agents;
using Runproof.ToolCalls;
using Runproof.Verification;

namespace Runproof.Rollouts;

/// <summary>How an attempt was judged.</summary>
internal enum RolloutOutcome
{
    Resolved,
    Unresolved,

    /// <summary>The machine, the sandbox or the model's server failed: says nothing about the agent, and is tried again.</summary>
    Infrastructure,
}

/// <summary>A finished attempt, without its turns.</summary>
/// <param name="Patch">What is graded: the changes of the repository's files, or the patch that was submitted as text.</param>
/// <param name="Verdict">Null where there was nothing to grade.</param>
/// <param name="Hacks">What in it looks like cheating.</param>
/// <param name="Losses">Why it is not kept for training; none for a trajectory that is.</param>
/// <param name="Rewards">Each component by its name, and <c>total</c>.</param>
/// <param name="Differing">Of actions that ran again after a kill, those that gave something else than before.</param>
internal sealed record Rollout(
    RolloutKey Key, RolloutOutcome Outcome, string Reason, EpisodeEnd End, string Patch, Verdict? Verdict, IReadOnlyList<Hack> Hacks, IReadOnlyList<string> Losses, IReadOnlyDictionary<string, double> Rewards,
    RolloutCounts Counts, int Differing, DateTimeOffset StartedAt, double Seconds)
{
    /// <summary>What its agent was told first; null in catalogues from before that was kept, and of imported attempts.</summary>
    public Opening? Opening { get; init; }

    [JsonIgnore]
    public bool IsKept => Losses.Count == 0;
}

/// <summary>What an agent was told first.</summary>
internal sealed record Opening(string System, string Task, IReadOnlyList<ToolDefinition> Tools);

/// <summary>What happened in an attempt, counted.</summary>
/// <param name="ToolErrors">Actions that were used wrongly, not known, not run, not ended.</param>
/// <param name="Recoveries">Errors behind which the same tool was used rightly.</param>
/// <param name="FailedRuns">Commands that ended with another code than 0.</param>
/// <param name="ModelSeconds">Waiting for replies.</param>
/// <param name="ToolSeconds">Running actions.</param>
internal sealed record RolloutCounts(int Turns, int Calls, int ToolErrors, int Recoveries, int Malformed, int FailedRuns, long InputTokens, long OutputTokens, decimal? Dollars, double ModelSeconds, double ToolSeconds)
{
    public static RolloutCounts Of(IReadOnlyList<Turn> turns)
    {
        var seen = turns.SelectMany(turn => turn.Observations).ToList();
        var dollars = turns.Select(turn => turn.Reply.Usage?.Dollars).OfType<decimal>().ToList();
        return new(
            turns.Count,
            turns.Sum(turn => turn.Reply.Calls.Count),
            seen.Count(IsError),
            seen.Select((one, i) => IsError(one) && seen.Skip(i + 1).Any(later => !IsError(later) && (one.Tool.Length == 0 || later.Tool == one.Tool))).Count(recovered => recovered),
            turns.Count(turn => turn.Reply.Outcome == ParseOutcome.Rejected),
            seen.Count(one => one.Outcome == ActionOutcome.Failed),
            turns.Sum(turn => turn.Reply.Usage?.Input ?? 0),
            turns.Sum(turn => turn.Reply.Usage?.Output ?? 0),
            dollars.Count > 0 ? dollars.Sum() : null,
            turns.Sum(turn => turn.Reply.Seconds),
            seen.Sum(one => one.Seconds));
    }

    private static bool IsError(Observation seen) => seen.IsRefused || seen.Outcome is ActionOutcome.TimedOut or ActionOutcome.ShellLost;
}
