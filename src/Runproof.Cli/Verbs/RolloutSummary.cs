using System.Globalization;
using Runproof.Cli.Terminal;
using Runproof.Rollouts;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary>What <c>rollout</c> tells: as JSON, and for people.</summary>
internal static class RolloutSummary
{
    public static object Json(RolloutReport report) => new
    {
        plan = report.Plan.Hash, agent = report.Plan.Agent, model = report.Plan.Model, tests = Words.Of(report.Plan.Tests), tasks = report.Tasks, attempts = report.Attempts, judged = report.Judged, resolved = report.Resolved, kept = report.Kept,
        infrastructure_failures = report.InfrastructureFailures, resolve_rate = Rounded(report.ResolveRate), resolve_rate_ci = report.Interval is { } ci ? new[] { Rounded(ci.Low), Rounded(ci.High) } : null,
        pass_at = report.PassAt.ToDictionary(one => one.Key.ToString(CultureInfo.InvariantCulture), one => Rounded(one.Value)),
        turns = new { p50 = report.Turns.P50, p90 = report.Turns.P90, max = report.Turns.Max, histogram = report.Turns.Histogram },
        seconds_per_turn = new { model = new { p50 = Rounded(report.ModelSecondsPerTurn.P50), p90 = Rounded(report.ModelSecondsPerTurn.P90) }, tools = new { p50 = Rounded(report.ToolSecondsPerTurn.P50), p90 = Rounded(report.ToolSecondsPerTurn.P90) } },
        tokens = new { input = report.InputTokens, output = report.OutputTokens }, dollars = report.Dollars, tool_errors = report.ToolErrors, recoveries = report.Recoveries, resolved_after_error = report.ResolvedAfterError,
        lost = report.Losses, exits = report.Exits, hacks = report.Hacks,
        by = report.By.ToDictionary(kind => kind.Key, kind => kind.Value.ToDictionary(share => share.Name, share => new { judged = share.Judged, resolved = share.Resolved })),
        rollouts = report.Rollouts.Select(one => new { id = one.Key.Name, instance_id = one.Key.InstanceId, attempt = one.Key.Attempt, outcome = Words.Of(one.Outcome), reason = one.Reason, exit = Words.Of(one.End.Reason), turns = one.Counts.Turns, reward = one.Rewards.TryGetValue("total", out var total) ? Rounded(total) : null, kept = one.IsKept }),
    };

    public static void Show(IAnsiConsole console, RolloutReport report)
    {
        string Part(int count) => report.Judged == 0 ? $"{count}" : $"{count} of {report.Judged}";
        console.Write(Results.Facts(
            ("attempts", $"{report.Attempts} at {report.Tasks} tasks by {report.Plan.Agent}, {report.Plan.Model}, tests {Words.Of(report.Plan.Tests)}"),
            ("resolved", report.ResolveRate is { } rate && report.Interval is { } ci ? $"{Part(report.Resolved)}: {Percent(rate)} ({Percent(ci.Low)} to {Percent(ci.High)})" : "none was judged"),
            ("pass@k", string.Join("  ", report.PassAt.Select(one => $"{one.Key}: {Percent(one.Value)}"))),
            ("kept", Part(report.Kept) + (report.Losses.Count > 0 ? $" (not: {string.Join(", ", report.Losses.Select(loss => $"{loss.Key} {loss.Value}"))})" : "")),
            ("turns", string.Create(CultureInfo.InvariantCulture, $"median {report.Turns.P50}, 90 % at most {report.Turns.P90}, longest {report.Turns.Max}")),
            ("time", string.Create(CultureInfo.InvariantCulture, $"a turn: {report.ModelSecondsPerTurn.P50:0.00} s deciding, {report.ToolSecondsPerTurn.P50:0.00} s acting (medians)")),
            ("tokens", string.Create(CultureInfo.InvariantCulture, $"{report.InputTokens} in, {report.OutputTokens} out{(report.Dollars is { } dollars ? $", {dollars:0.00} dollars" : "")}")),
            ("errors", $"{report.ToolErrors} of tools, {report.Recoveries} recovered from; {report.ResolvedAfterError} resolved after something failed"),
            ("machine", $"{report.InfrastructureFailures} attempts without a verdict")));
        foreach (var kind in new[] { "repo", "language", "origin", "difficulty" }.Where(kind => report.By[kind].Count > 1))
            console.Write(Results.Table([kind, "attempts", "resolved", "rate"], report.By[kind].Select(share => new[] { share.Name, $"{share.Judged}", $"{share.Resolved}", Percent((double)share.Resolved / share.Judged) }), 1, 2, 3));
    }

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 4) : null;

    private static string Percent(double part) => (100 * part).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
