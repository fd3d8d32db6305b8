using Runproof.Reports.Figures;

namespace Runproof.Reports.Pages;

/// <summary>What a reader who reads nothing else should know.</summary>
internal static class HeadSection
{
    public static Markup Write(ReportFigures figures)
    {
        var (funnel, coverage) = (figures.Funnel, figures.Coverage.Count);
        var quarantined = figures.Quarantined.Sum(group => group.Tests.Count);
        return Markup.Of(
            $"""
            <header class="head">
            <p class="kicker">Verified coding tasks from</p>
            <h1>{figures.Name}</h1>
            <p class="facts"><span>commit <code>{figures.Commit[..Math.Min(10, figures.Commit.Length)]}</code></span> {figures.Suites.Select(suite => Markup.Of($"<span>{suite}</span> "))}{(figures.Origin is { } origin ? Markup.Of($"<span>{origin}</span>") : Markup.Empty)}</p>
            <dl class="figures">
            {Figure(Words.Count(funnel.Kept), funnel.Kept == 1 ? "verified task" : "verified tasks", $"of {Words.Count(funnel.Judged, "judged bug", "judged bugs")}")}
            {Figure(Words.Percent(coverage.Share), "task coverage", $"{Words.Count(coverage.WithTask)} of {Words.Count(coverage.Reached, "function", "functions")}")}
            {Figure(Words.Count(figures.Tests), figures.Tests == 1 ? "test judges" : "tests judge", quarantined == 0 ? "every one of them steady" : $"{Words.Count(quarantined)} more judge nothing")}
            {Figure(Words.Seconds(figures.Time.SecondsPerTask), "of judging per task", $"one run of the suite takes {Words.Seconds(figures.SuiteSeconds)}")}
            </dl>
            <p class="lead">{Summary(figures)}</p>
            </header>
            """);
    }

    private static Markup Figure(string number, string what, string note) =>
        Markup.Of($"""<div><dt>{what}</dt><dd><span class="number">{number}</span> <span class="note">{note}</span></dd></div>""");

    private static Markup Summary(ReportFigures figures)
    {
        var (funnel, coverage) = (figures.Funnel, figures.Coverage.Count);
        if (funnel.Judged == 0) return Markup.Of($"No bug was judged: no operator found a place on a line that the tests reach.");
        var most = funnel.NotCaught.Concat(funnel.NotKept).MaxBy(loss => loss.Count);
        return Markup.Of(
            $"""
            {(funnel.Judged == 1 ? "One bug was" : $"{Words.Count(funnel.Judged)} bugs were")} put into the code, one at a time, and judged by running the tests.
            {Words.Count(funnel.Kept)} proved themselves: existing tests catch them the same way every time, and the reverse patch repairs every one of those tests.
            {(most is null ? "" : $"The commonest reason to lose one: {most.Words.Title.ToLowerInvariant()} ({Words.Count(most.Count)} of {Words.Count(funnel.Judged - funnel.Kept)}).")}
            {(coverage.Reached == 0 ? "" : $"Of {Words.Count(coverage.Reached, "function", "functions")} that the tests run, {Words.Count(coverage.WithTask)} now {(coverage.WithTask == 1 ? "has" : "have")} a task that running can judge.")}
            """);
    }
}
