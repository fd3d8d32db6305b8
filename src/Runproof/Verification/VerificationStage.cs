using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Tasks;

namespace Runproof.Verification;

/// <param name="Holds">Gold passes and empty fails, in all repeats.</param>
/// <param name="Unsteady">It held in some repeats and not in others.</param>
public sealed record VerifiedTask(string InstanceId, bool Holds, string Reason, double Seconds, bool Unsteady = false);

/// <summary>
/// Judges tasks afresh: the gold patch must resolve and the empty diff must not, each in fresh sandboxes, as often as asked. A call that was cut off is gone on with by the next one
/// over the same tasks; a call that ended is not: the next one judges all again. What could not be judged is judged by the next call, too.
/// </summary>
internal sealed class VerificationStage(Workspace workspace, IProgressLog log, TimeProvider clock, int jobs)
{
    private const string Infrastructure = "infrastructure: ";

    public async Task<IReadOnlyList<VerifiedTask>> RunAsync(IReadOnlyList<string> instanceIds, int repeats, CancellationToken cancel)
    {
        var sessions = new VerificationSessions(workspace, clock);
        var session = sessions.Open($"{repeats}", instanceIds);
        var done = workspace.Database.Query(
            "SELECT instance_id, holds, reason, seconds, unsteady FROM verifications WHERE session = $session",
            row => new VerifiedTask(row.GetString(0), row.GetInt32(1) != 0, row.GetString(2), row.GetDouble(3), row.GetInt32(4) != 0), ("$session", session)).ToDictionary(task => task.InstanceId);
        if (done.Count > 0) log.Say($"going on with a verification that was cut off: {done.Count} of {instanceIds.Count} done");
        var tasks = new TaskTable(workspace);
        var environments = new EnvironmentTable(workspace);
        using var progress = log.Begin("verifying tasks", instanceIds.Count);
        progress.Skip(done.Count);
        var results = new VerifiedTask[instanceIds.Count];
        var contexts = new Dictionary<string, EnvironmentContext>();
        foreach (var hash in instanceIds.Select(id => tasks.Find(id)!.EnvironmentHash).Distinct()) contexts[hash] = await EnvironmentContext.OpenAsync(workspace, environments.Find(hash)!, cancel);

        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, instanceIds.Count), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (i, token) =>
            {
                if (done.TryGetValue(instanceIds[i], out var known))
                {
                    results[i] = known;
                    return;
                }

                var task = tasks.Find(instanceIds[i])!;
                results[i] = await VerifyAsync(new Grader(contexts[task.EnvironmentHash]), task, repeats, token);
                if (!results[i].Reason.Contains(Infrastructure, StringComparison.Ordinal)) Keep(results[i]);
                progress.Advance(1, $"{results.Count(result => result?.Holds == true)} hold");
            });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            List<VerifiedTask> judged = [.. results.OfType<VerifiedTask>()];
            throw new InterruptedException($"{judged.Count} of {instanceIds.Count} tasks are judged, {judged.Count(result => result.Holds)} hold; the same command goes on from there");
        }

        sessions.End(session);
        return results;

        void Keep(VerifiedTask task) => workspace.Database.Execute("INSERT OR REPLACE INTO verifications VALUES ($session, $id, $holds, $reason, $seconds, $at, $unsteady)",
            ("$session", session), ("$id", task.InstanceId), ("$holds", task.Holds ? 1 : 0), ("$reason", task.Reason), ("$seconds", task.Seconds), ("$at", sessions.Now()), ("$unsteady", task.Unsteady ? 1 : 0));
    }

    /// <summary>One repeat of many that does not hold is enough: the others tell whether the task disagrees with itself.</summary>
    private static async Task<VerifiedTask> VerifyAsync(Grader grader, CodingTask task, int repeats, CancellationToken cancel)
    {
        double seconds = 0;
        List<string?> faults = [];
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            var (fault, took) = await FaultAsync(grader, task, cancel);
            seconds += took;
            faults.Add(fault);
        }

        var found = faults.OfType<string>().ToList();
        var unsteady = found.Count > 0 && found.Count < faults.Count;
        return new(task.InstanceId, found.Count == 0, found.Count == 0 ? "holds" : unsteady ? $"{found.Count} of {repeats} times: {found[0]}" : found[0], Math.Round(seconds, 3), unsteady);
    }

    /// <summary>Why the task does not hold; null where it does.</summary>
    private static async Task<(string? Fault, double Seconds)> FaultAsync(Grader grader, CodingTask task, CancellationToken cancel)
    {
        var gold = (await grader.GradeAsync(task, task.GoldPatch, cancel)).Verdict;
        if (gold.Outcome == VerdictOutcome.InfrastructureFailure) return (Infrastructure + gold.Detail, gold.Seconds);
        if (!gold.Resolved) return ($"gold: {gold.Reason}: {gold.Detail}", gold.Seconds);

        var empty = await grader.GradeAsync(task, "", cancel);
        var seconds = gold.Seconds + empty.Verdict.Seconds;
        if (empty.Verdict.Outcome == VerdictOutcome.InfrastructureFailure) return (Infrastructure + empty.Verdict.Detail, seconds);
        if (empty.Verdict.Resolved) return ("empty: resolved", seconds);
        var passing = task.FailToPass.Where(id => empty.Report!.Passed(id)).ToList();
        if (passing.Count > 0) return ($"empty: {passing.Count} FAIL_TO_PASS tests pass without a change, for example '{passing[0]}'", seconds);
        IReadOnlyList<string> unnamed = [.. empty.Verdict.Failing.Except(task.FailToPass).Except(task.Uncollected ?? [])];
        try
        {
            if (unnamed.Count > 0) unnamed = await grader.FailingAloneAsync(task, unnamed, cancel);
        }
        catch (SandboxException error)
        {
            return (Infrastructure + error.Message, seconds);
        }

        return (unnamed.Count > 0 ? $"empty: {unnamed.Count} PASS_TO_PASS tests do not pass without a change, for example '{unnamed[0]}'" : null, seconds);
    }
}
