using System.Globalization;
using Runproof.Rollouts;

namespace Runproof.Reports.Pages;

/// <summary>What agents made of the tasks: the rate with its interval, how many turns it took, what was lost and why, each attempt.</summary>
internal static class RolloutsSection
{
    public static Markup Write(RolloutReport report)
    {
        if (report.Attempts == 0) return Markup.Of($"<p>Nobody has tried the tasks yet.</p>");
        var most = (double)report.Turns.Histogram.Values.DefaultIfEmpty(1).Max();
        return Markup.Of(
            $"""
            <p>{Who(report.Plan.Model)} made {Words.Count(report.Attempts, "attempt", "attempts")} at {Words.Count(report.Tasks, "task", "tasks")} with the tools of {report.Plan.Agent}, tests {(report.Plan.Tests == Tasks.TestVisibility.Visible ? "visible" : "hidden")}. {Rate(report)}
            {(report.InfrastructureFailures == 0 ? "" : $"{Words.Count(report.InfrastructureFailures)} ended by the machine's fault and count neither way.")}
            {Words.Count(report.Kept)} are verified trajectories: resolved, ended, well formed and honest.</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Turns">
            <table class="histogram">
            <thead><tr><th scope="col">Turns</th><th scope="col" class="n">Attempts</th><th class="wide"></th></tr></thead>
            <tbody>
            {report.Turns.Histogram.Select(bucket => Markup.Of($"""
                <tr><th scope="row">{bucket.Key}</th><td class="n">{Words.Count(bucket.Value)}</td><td class="wide">{Bar.Of(bucket.Value / most)}</td></tr>

                """))}
            </tbody>
            </table>
            </div>
            {Losses(report)}
            <div class="scroll" tabindex="0" role="region" aria-label="Attempts">
            <table>
            <thead><tr><th scope="col">Task</th><th scope="col">Outcome</th><th scope="col">Ended by</th><th scope="col" class="n">Turns</th><th scope="col" class="n">Reward</th><th scope="col">Kept</th></tr></thead>
            <tbody>
            {report.Rollouts.Select(one => Markup.Of($"""
                <tr><th scope="row"><code>{one.Key.InstanceId}</code></th><td>{Named(one.Outcome)}</td><td>{Named(one.End.Reason)}</td><td class="n">{Words.Count(one.Counts.Turns)}</td><td class="n">{Reward(one)}</td><td>{(one.IsKept ? "yes" : string.Join(", ", one.Losses.Select(loss => loss.Replace('_', ' '))))}</td></tr>

                """))}
            </tbody>
            </table>
            </div>
            """);
    }

    private static string Who(string model) => model == "repair" ? "The repair agent, which has no model," : model.Split('#')[^1];

    private static string Rate(RolloutReport report) => report.ResolveRate is { } rate && report.Interval is { } interval
        ? $"It resolved {Words.Count(report.Resolved)} of {Words.Count(report.Judged)}: {Words.Percent(rate)} (95 % of such intervals hold the true rate: {Words.Percent(interval.Low)} to {Words.Percent(interval.High)})."
        : "None was judged.";

    private static Markup Losses(RolloutReport report) => report.Losses.Count == 0 ? Markup.Empty : Markup.Of(
        $"""
        <p>Not kept, by reason (an attempt may have several): {string.Join(", ", report.Losses.Select(loss => $"{loss.Key.Replace('_', ' ')} {Words.Count(loss.Value)}"))}.</p>
        """);

    private static string Named<T>(T value) where T : struct, Enum => Rollouts.Words.Of(value).Replace('_', ' ');

    private static string Reward(Rollout rollout) => rollout.Rewards.TryGetValue("total", out var total) ? total.ToString("0.##", CultureInfo.InvariantCulture) : "none";
}
