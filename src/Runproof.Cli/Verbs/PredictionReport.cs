using Runproof.Cli.Terminal;
using Runproof.Verification;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary>What grading predictions brought: the summary that the SWE-bench harness writes (schema version 2), and a line for each.</summary>
internal static class PredictionReport
{
    private static readonly (string Outcome, string Name)[] Kinds = [("resolved", "resolved"), ("unresolved", "unresolved"), ("infra_failure", "infra_failure"), ("empty_patch", "empty_patch"), ("error", "error"), ("unknown", "unknown")];

    /// <param name="total">Tasks in the catalogue.</param>
    public static Dictionary<string, object> Json(IReadOnlyList<GradedPrediction> graded, int total)
    {
        var report = new Dictionary<string, object>
        {
            ["schema_version"] = 2, ["total_instances"] = total, ["submitted_instances"] = graded.Count, ["completed_instances"] = graded.Count(one => one.Outcome is "resolved" or "unresolved"),
            ["ambiguous_failure_instances"] = 0, ["submitted_ids"] = graded.Select(one => one.InstanceId), ["completed_ids"] = graded.Where(one => one.Outcome is "resolved" or "unresolved").Select(one => one.InstanceId),
        };
        foreach (var (outcome, name) in Kinds)
        {
            var ids = graded.Where(one => one.Outcome == outcome).Select(one => one.InstanceId).ToList();
            (report[name + "_instances"], report[name + "_ids"]) = (ids.Count, ids);
        }

        report["failure_reasons"] = graded.Where(one => one.Outcome is "infra_failure" or "error").ToDictionary(one => one.InstanceId, one => one.Reason);
        report["instances"] = graded.Select(one => new { instance_id = one.InstanceId, one.Outcome, one.Reason, one.Failing, one.Seconds });
        return report;
    }

    public static void Show(IAnsiConsole console, IReadOnlyList<GradedPrediction> graded)
    {
        var others = graded.Where(one => one.Outcome != "resolved").ToList();
        if (others.Count > 0) console.Write(Results.Table(["prediction", "is", "why"], others.Select(one => new[] { one.InstanceId, one.Outcome.Replace('_', ' '), one.Reason })));
        console.MarkupLineInterpolated($"{graded.Count - others.Count} of {graded.Count} predictions are resolved");
    }
}
