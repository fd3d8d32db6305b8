using Runproof.Agents;
using Runproof.Languages.Reports;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Rollouts;

/// <summary>Makes a finished attempt of an episode: its patch is graded in a clean sandbox, what looks like cheating is found, rewards and reasons not to keep it follow.</summary>
internal sealed class Judgement(RewardPlan rewards)
{
    /// <param name="changes">Of the repository's files.</param>
    public async Task<Rollout> JudgeAsync(
        TaskState state, RolloutKey key, EpisodeEnd end, string changes, IReadOnlyList<Turn> turns, int differing, DateTimeOffset startedAt, Func<double> seconds, CancellationToken cancel)
    {
        var counts = RolloutCounts.Of(turns);
        Rollout Masked(string reason, Verdict? verdict) =>
            new(key, RolloutOutcome.Infrastructure, reason, end, changes, verdict, [], ["infrastructure"], new Dictionary<string, double>(), counts, differing, startedAt, seconds());
        if (end.IsInfrastructure) return Masked($"{Words.Of(end.Reason)}: {end.Detail}", null);

        var patch = end.Submission is { } text && text.StartsWith("diff --git ", StringComparison.Ordinal) ? text : changes;
        var graded = string.IsNullOrWhiteSpace(patch) ? null : await new Grader(state.Context).GradeAsync(state.Task, patch, cancel);
        if (graded?.Verdict.Outcome == VerdictOutcome.InfrastructureFailure) return Masked($"{graded.Verdict.Reason}: {graded.Verdict.Detail}", graded.Verdict);

        var resolved = graded?.Verdict.Resolved ?? false;
        var hacks = new HackScan(state).Find(turns, patch);
        var components = rewards.Of(new(resolved, Fraction(state, graded?.Report), end.Reason, counts.Turns, counts.Malformed, counts.OutputTokens, hacks.Count > 0));
        var losses = TrajectoryFilter.Losses(resolved, end, turns, hacks);
        return new(
            key, resolved ? RolloutOutcome.Resolved : RolloutOutcome.Unresolved, graded?.Verdict.Reason ?? "empty_patch", end, patch, graded?.Verdict, hacks, losses, components, counts, differing, startedAt, seconds());
    }

    /// <summary>The part of FAIL_TO_PASS that passes times the part of PASS_TO_PASS that still does; 0 where no test ran.</summary>
    private static double Fraction(TaskState state, TestReport? report)
    {
        if (report is null) return 0;
        double Part(IReadOnlyList<string> ids) => ids.Count == 0 ? 1 : (double)ids.Count(report.Passed) / ids.Count;
        return Part(state.Task.FailToPass) * Part(state.Task.PassToPass(state.Context.Environment.Tests.Select(test => test.Id)));
    }
}

/// <summary>Names of enumerations as they stand in rows.</summary>
internal static class Words
{
    public static string Of<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
