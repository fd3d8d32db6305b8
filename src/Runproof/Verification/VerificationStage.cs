using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Verification;

/// <param name="Holds">Gold passes and empty fails, in all repeats.</param>
public sealed record VerifiedTask(string InstanceId, bool Holds, string Reason, double Seconds);

/// <summary>
/// Judges tasks afresh: the gold patch must resolve and the empty diff must not, each in fresh sandboxes, as often as asked. A call that was cut off is gone on with by the next one
/// over the same tasks; a call that ended is not: the next one judges all again.
/// </summary>
internal sealed class VerificationStage(Workspace workspace, IProgressLog log, TimeProvider clock, int jobs)
{
    public async Task<IReadOnlyList<VerifiedTask>> RunAsync(IReadOnlyList<string> instanceIds, int repeats, CancellationToken cancel)
    {
        var session = OpenSession(instanceIds, repeats);
        var done = workspace.Database.Query(
            "SELECT instance_id, holds, reason, seconds FROM verifications WHERE session = $session",
            row => new VerifiedTask(row.GetString(0), row.GetInt32(1) != 0, row.GetString(2), row.GetDouble(3)), ("$session", session)).ToDictionary(task => task.InstanceId);
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
                workspace.Database.Execute("INSERT OR REPLACE INTO verifications VALUES ($session, $id, $holds, $reason, $seconds, $at)",
                    ("$session", session), ("$id", results[i].InstanceId), ("$holds", results[i].Holds ? 1 : 0), ("$reason", results[i].Reason), ("$seconds", results[i].Seconds), ("$at", Now()));
                progress.Advance(1, $"{results.Count(result => result?.Holds == true)} hold");
            });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            List<VerifiedTask> judged = [.. results.OfType<VerifiedTask>()];
            throw new InterruptedException($"{judged.Count} of {instanceIds.Count} tasks are judged, {judged.Count(result => result.Holds)} hold; the same command goes on from there");
        }

        workspace.Database.Execute("UPDATE verification_sessions SET ended_at = $at WHERE session = $session", ("$at", Now()), ("$session", session));
        return results;
    }

    private static async Task<VerifiedTask> VerifyAsync(Grader grader, CodingTask task, int repeats, CancellationToken cancel)
    {
        double seconds = 0;
        VerifiedTask End(bool holds, string reason) => new(task.InstanceId, holds, reason, Math.Round(seconds, 3));
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            var gold = (await grader.GradeAsync(task, task.GoldPatch, cancel)).Verdict;
            seconds += gold.Seconds;
            if (gold.Outcome == VerdictOutcome.InfrastructureFailure) return End(false, "infrastructure: " + gold.Detail);
            if (!gold.Resolved) return End(false, $"gold: {gold.Reason}: {gold.Detail}");

            var empty = await grader.GradeAsync(task, "", cancel);
            seconds += empty.Verdict.Seconds;
            if (empty.Verdict.Outcome == VerdictOutcome.InfrastructureFailure) return End(false, "infrastructure: " + empty.Verdict.Detail);
            if (empty.Verdict.Resolved) return End(false, "empty: resolved");
            var passing = task.FailToPass.Where(id => empty.Report!.Passed(id)).ToList();
            if (passing.Count > 0) return End(false, $"empty: {passing.Count} FAIL_TO_PASS tests pass without a change, for example '{passing[0]}'");
        }

        return End(true, "holds");
    }

    private string OpenSession(IReadOnlyList<string> instanceIds, int repeats)
    {
        var scope = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(repeats + "\n" + string.Join('\n', instanceIds))))[..16];
        var open = workspace.Database.Query("SELECT session FROM verification_sessions WHERE scope = $scope AND ended_at IS NULL", row => row.GetString(0), ("$scope", scope));
        if (open.Count > 0) return open[0];
        var session = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        workspace.Database.Execute("INSERT INTO verification_sessions VALUES ($session, $scope, $at, NULL)", ("$session", session), ("$scope", scope), ("$at", Now()));
        return session;
    }

    private string Now() => clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
}
