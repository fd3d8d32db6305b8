using Runproof.Injection;

namespace Runproof.Bench;

/// <summary>All that judging a candidate does (first look, five repeats, statement, repair) against one run of the whole suite for each: the same repository, candidates, sandboxes and cores.</summary>
internal static class JudgingBench
{
    /// <summary>Of bugs that tests caught, what a single run of the suite does not ask for.</summary>
    private static readonly string[] Later = [Rejection.StatementLeaks, Rejection.InstalledCopy, Rejection.Unsteady, Rejection.NotRepaired];

    public static Task<int> RunAsync(string location, string[] arguments) => BenchRun.WithAsync(location, arguments, async run =>
    {
        var candidates = new Candidate[run.Sites.Count];
        var wholes = new (string Reason, IReadOnlyList<string> Failing)[run.Sites.Count];
        var judging = await run.TimeAsync(async i => candidates[i] = await run.Judge.JudgeAsync(Bug.At(run.Sites[i]), default), prepare: true);
        var whole = await run.TimeAsync(async i => wholes[i] = await run.Judge.ByWholeSuiteAsync(run.Layers[i], default));
        var (verdicts, tests) = (0, 0);
        foreach (var (candidate, (reason, failing)) in candidates.Zip(wholes))
        {
            var said = Later.Contains(candidate.Reason) ? "kept" : candidate.Reason;
            if (said == reason) verdicts++;
            else Console.WriteLine($"  differs: {candidate.Site.Operator} at {candidate.Site.File}:{candidate.Site.FirstLine}: {candidate.Reason} ({candidate.Detail}), one whole run {reason}");
            if (candidate.Task is not { } task || reason != "kept") continue;
            if (failing.Except(task.NotCounted).Order().SequenceEqual(task.FailToPass.Order())) tests++;
            else Console.WriteLine($"  other tests: {task.InstanceId}: only here {string.Join(' ', task.FailToPass.Except(failing).Take(2))}, only in the whole suite {string.Join(' ', failing.Except(task.FailToPass).Except(task.NotCounted).Take(2))}");
        }

        var count = run.Sites.Count;
        foreach (var group in candidates.GroupBy(one => one.Reason).OrderByDescending(group => group.Count())) Console.WriteLine($"  {group.Key,-18} {group.Count(),4}, {group.Average(one => one.Seconds):0.00} s each");
        Console.WriteLine($"judging              {judging,8:0.0} s  {count * 60 / judging,8:0.0} candidates a minute");
        Console.WriteLine($"whole suite once     {whole,8:0.0} s  {count * 60 / whole,8:0.0} candidates a minute");
        Console.WriteLine($"ratio                {whole / judging,8:0.00}   same verdict for {verdicts} of {count}, same FAIL_TO_PASS for {tests} of {candidates.Count(one => one.IsKept)} kept");
    });
}
