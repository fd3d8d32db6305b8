using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Rollouts;

/// <summary>What many attempts came to.</summary>
/// <param name="Judged">Attempts with a verdict; those that infrastructure ended are not among them.</param>
/// <param name="ResolveRate">Of those that were judged; null where none was.</param>
/// <param name="Interval">95 %: Wilson's score interval (1927) on as many attempts as the spread between tasks leaves independent.</param>
/// <param name="PassAt">k → the chance that one of k attempts resolves a task (Chen et al. 2021, unbiased), over tasks with k attempts or more.</param>
internal sealed record RolloutReport(
    RolloutPlan Plan, int Tasks, int Attempts, int Judged, int Resolved, int Kept, int InfrastructureFailures, double? ResolveRate, (double Low, double High)? Interval, IReadOnlyDictionary<int, double> PassAt,
    Spread Turns, Spread ModelSecondsPerTurn, Spread ToolSecondsPerTurn, long InputTokens, long OutputTokens, decimal? Dollars, int ToolErrors, int Recoveries, int ResolvedAfterError,
    IReadOnlyDictionary<string, int> Losses, IReadOnlyDictionary<string, int> Exits, IReadOnlyDictionary<string, int> Hacks, IReadOnlyDictionary<string, IReadOnlyList<Share>> By, IReadOnlyList<Rollout> Rollouts)
{
    public static RolloutReport Of(RolloutPlan plan, IReadOnlyList<CodingTask> tasks, IReadOnlyList<Rollout> rollouts, Workspace workspace)
    {
        var judged = rollouts.Where(one => one.Outcome != RolloutOutcome.Infrastructure).ToList();
        var resolved = judged.Where(one => one.Outcome == RolloutOutcome.Resolved).ToList();
        var byTask = judged.GroupBy(one => one.Key.InstanceId).Select(group => (N: group.Count(), C: group.Count(one => one.Outcome == RolloutOutcome.Resolved))).ToList();
        var dollars = judged.Select(one => one.Counts.Dollars).OfType<decimal>().ToList();
        return new(
            plan, tasks.Count, rollouts.Count, judged.Count, resolved.Count, judged.Count(one => one.IsKept), rollouts.Count - judged.Count,
            judged.Count == 0 ? null : (double)resolved.Count / judged.Count,
            judged.Count == 0 ? null : Statistics.Interval(byTask),
            Enumerable.Range(1, byTask.Select(task => task.N).DefaultIfEmpty().Max()).ToDictionary(k => k, k => Statistics.PassAt(byTask, k)),
            Spread.Of(judged.Select(one => (double)one.Counts.Turns)),
            Spread.Of(judged.Where(one => one.Counts.Turns > 0).Select(one => one.Counts.ModelSeconds / one.Counts.Turns)),
            Spread.Of(judged.Where(one => one.Counts.Turns > 0).Select(one => one.Counts.ToolSeconds / one.Counts.Turns)),
            judged.Sum(one => one.Counts.InputTokens), judged.Sum(one => one.Counts.OutputTokens), dollars.Count > 0 ? dollars.Sum() : null,
            judged.Sum(one => one.Counts.ToolErrors), judged.Sum(one => one.Counts.Recoveries), resolved.Count(one => one.Counts.FailedRuns + one.Counts.ToolErrors > 0),
            Counted(judged.SelectMany(one => one.Losses)), Counted(rollouts.Select(one => Words.Of(one.End.Reason))), Counted(judged.SelectMany(one => one.Hacks.Select(hack => hack.Rule).Distinct())),
            Groups(tasks, judged, new EnvironmentTable(workspace)), rollouts);
    }

    private static Dictionary<string, int> Counted(IEnumerable<string> words) => words.GroupBy(word => word).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count());

    private static Dictionary<string, IReadOnlyList<Share>> Groups(IReadOnlyList<CodingTask> tasks, List<Rollout> judged, EnvironmentTable environments)
    {
        var languages = tasks.Select(task => task.EnvironmentHash).Distinct().ToDictionary(hash => hash, hash => environments.Find(hash)?.Suites[0].Language ?? "unknown");
        var kinds = tasks.DistinctBy(task => task.InstanceId).ToDictionary(task => task.InstanceId);
        IReadOnlyList<Share> By(Func<CodingTask, string> kind) =>
            [.. judged.GroupBy(one => kind(kinds[one.Key.InstanceId])).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new Share(group.Key, group.Count(), group.Count(one => one.Outcome == RolloutOutcome.Resolved)))];
        return new()
        {
            ["repo"] = By(task => task.Repo), ["origin"] = By(task => Words.Of(task.Origin)), ["language"] = By(task => languages[task.EnvironmentHash]), ["difficulty"] = By(Difficulty), ["family"] = By(task => task.Measurements.Family),
        };
    }

    /// <summary>By what can be counted of the solution: places, and whether its cause lies where its tests look.</summary>
    private static string Difficulty(CodingTask task) => task.Measurements switch
    {
        { Files: > 1 } => "several files",
        { Hunks: > 1 } => "several places",
        _ => "one place",
    };
}

/// <summary>Attempts of one kind.</summary>
internal sealed record Share(string Name, int Judged, int Resolved);

/// <summary>Of numbers the median, the 90th percentile and the largest, with a histogram by powers of two.</summary>
internal sealed record Spread(double P50, double P90, double Max, IReadOnlyDictionary<string, int> Histogram)
{
    public static Spread Of(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToList();
        double At(double part) => sorted.Count == 0 ? 0 : sorted[(int)Math.Ceiling(part * sorted.Count) - 1];
        var histogram = sorted.GroupBy(number => number < 1 ? 0 : (int)Math.Log2(number) + 1).OrderBy(group => group.Key).ToDictionary(group => group.Key == 0 ? "0" : $"{1 << (group.Key - 1)}-{(1 << group.Key) - 1}", group => group.Count());
        return new(At(0.5), At(0.9), sorted.Count == 0 ? 0 : sorted[^1], histogram);
    }
}
