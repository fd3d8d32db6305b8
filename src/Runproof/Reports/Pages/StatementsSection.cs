using Runproof.Statements;

namespace Runproof.Reports.Pages;

/// <summary>Who wrote the problem statements, and what became of a model's drafts.</summary>
internal static class StatementsSection
{
    public static Markup Write(StatementCounts counts) => Markup.Of(
        $"""
        <p>{(counts.ByModel ? $"A model was asked for {Words.Count(counts.Asked, "statement", "statements")} and wrote {Words.Count(counts.Drafts, "draft", "drafts")}. A draft that leaks, or does not fit what was seen, is thrown away; in the end the template steps in." : "All statements come from the template: no model was asked.")}</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Statements">
        <table class="narrow">
        <thead><tr><td></td><th scope="col" class="n">Number</th><th scope="col" class="n">Share</th></tr></thead>
        <tbody>
        {Rows("written by ", counts.Writers, counts.Writers.Values.Sum())}
        {Rows("", counts.Lengths, counts.Lengths.Values.Sum())}
        {(counts.ByModel ? Markup.Of($"{Row("drafts that leaked", counts.Leaks, counts.LeakRate)}{Row("drafts that were unfit", counts.Unfit, counts.Drafts == 0 ? 0 : counts.Unfit / (double)counts.Drafts)}{Row("statements that took more than one draft", counts.Retried, counts.RetryRate)}") : Markup.Empty)}
        {Rows("left to the template: ", counts.Fallbacks, counts.Asked)}
        </tbody>
        </table>
        </div>
        """);

    private static IEnumerable<Markup> Rows(string before, IReadOnlyDictionary<string, int> counts, int all) =>
        counts.Select(pair => Row(before + pair.Key.Replace('_', ' '), pair.Value, all == 0 ? 0 : pair.Value / (double)all));

    private static Markup Row(string name, int count, double share) =>
        Markup.Of($"""<tr><th scope="row">{name}</th><td class="n">{Words.Count(count)}</td><td class="n">{Words.Percent(share)}</td></tr>""");
}
