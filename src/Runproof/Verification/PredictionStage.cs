using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Verification;

/// <summary>How a prediction ended.</summary>
/// <param name="Outcome"><c>resolved</c>, <c>unresolved</c>, <c>empty_patch</c>, <c>error</c> (the patch cannot be applied), <c>infra_failure</c> (says nothing of the patch) or <c>unknown</c> (no such task here).</param>
/// <param name="Failing">Tests that should pass and do not.</param>
public sealed record GradedPrediction(string InstanceId, string Model, string Outcome, string Reason, IReadOnlyList<string> Failing, double Seconds);

/// <summary>
/// Grades predictions by the rule of the SWE-bench harness: all FAIL_TO_PASS pass and all PASS_TO_PASS still do; a skipped test is none that fails, and none that passes. What the machine did wrong is told apart and
/// never counts as a zero. Sentinels, countercheck and kept files are as for any answer. Restartable.
/// </summary>
internal sealed class PredictionStage(Workspace workspace, IProgressLog log, TimeProvider clock, int jobs)
{
    public async Task<IReadOnlyList<GradedPrediction>> RunAsync(IReadOnlyList<Prediction> predictions, CancellationToken cancel)
    {
        var sessions = new VerificationSessions(workspace, clock);
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', predictions.Select(one => one.Patch)))));
        var session = sessions.Open("predictions " + key, [.. predictions.Select(one => one.InstanceId)]);
        var done = workspace.Database.Query(
            "SELECT instance_id, outcome, reason, failing, seconds FROM predictions WHERE session = $session",
            row => (Id: row.GetString(0), Outcome: row.GetString(1), Reason: row.GetString(2), Failing: row.GetString(3), Seconds: row.GetDouble(4)), ("$session", session)).ToDictionary(row => row.Id);
        if (done.Count > 0) log.Say($"going on with a grading that was cut off: {done.Count} of {predictions.Count} done");
        var (tasks, environments) = (new TaskTable(workspace), new EnvironmentTable(workspace));
        using var progress = log.Begin("grading predictions", predictions.Count);
        progress.Skip(done.Count);
        var results = new GradedPrediction[predictions.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, predictions.Count), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (i, token) =>
        {
            var one = predictions[i];
            if (done.TryGetValue(one.InstanceId, out var known))
            {
                results[i] = new(one.InstanceId, one.Model, known.Outcome, known.Reason, JsonSerializer.Deserialize<string[]>(known.Failing)!, known.Seconds);
                return;
            }

            results[i] = await GradeAsync(one, tasks.Find(one.InstanceId), environments, token);
            if (results[i].Outcome != "infra_failure")
            {
                workspace.Database.Execute("INSERT OR REPLACE INTO predictions VALUES ($session, $id, $outcome, $reason, $failing, $seconds, $at)",
                    ("$session", session), ("$id", one.InstanceId), ("$outcome", results[i].Outcome), ("$reason", results[i].Reason), ("$failing", JsonSerializer.Serialize(results[i].Failing)), ("$seconds", results[i].Seconds), ("$at", sessions.Now()));
            }

            progress.Advance(1, $"{results.Count(result => result?.Outcome == "resolved")} resolved");
        });
        sessions.End(session);
        return results;
    }

    private async Task<GradedPrediction> GradeAsync(Prediction one, CodingTask? task, EnvironmentTable environments, CancellationToken cancel)
    {
        GradedPrediction As(string outcome, string reason, IReadOnlyList<string>? failing = null, double seconds = 0) => new(one.InstanceId, one.Model, outcome, reason, failing ?? [], Math.Round(seconds, 3));
        if (task is null) return As("unknown", "no such task in this workspace");
        if (string.IsNullOrWhiteSpace(one.Patch)) return As("empty_patch", "nothing is changed", task.FailToPass);
        var context = await EnvironmentContext.OpenAsync(workspace, environments.Find(task.EnvironmentHash)!, cancel);
        var verdict = (await new Grader(context, skippedIsKept: true).GradeAsync(task, one.Patch, cancel)).Verdict;
        var reason = $"{verdict.Reason}: {verdict.Detail}";
        return verdict.Outcome switch
        {
            VerdictOutcome.Resolved => As("resolved", reason, [], verdict.Seconds),
            VerdictOutcome.InfrastructureFailure => As("infra_failure", reason, [], verdict.Seconds),
            _ when verdict.Reason is "does_not_apply" or "refused_diff" => As("error", reason, task.FailToPass, verdict.Seconds),
            _ => As("unresolved", reason, verdict.Failing, verdict.Seconds),
        };
    }
}
