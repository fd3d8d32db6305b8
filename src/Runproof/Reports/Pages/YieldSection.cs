using Runproof.Reports.Figures;

namespace Runproof.Reports.Pages;

/// <summary>Which kinds of bugs become tasks, and what they cost.</summary>
internal static class YieldSection
{
    public static Markup Write(IReadOnlyList<FamilyYield> families)
    {
        if (families.Count == 0) return Markup.Of($"<p>Nothing was judged.</p>");
        var operators = families.SelectMany(family => family.Operators).ToList();
        var all = new Yield(families.Sum(family => family.Yield.Judged), families.Sum(family => family.Yield.Kept), families.Sum(family => family.Yield.Seconds));
        return Markup.Of(
            $"""
            <p>A bug operator imitates one mistake that people make; a family holds those that are alike. The share is that of judged bugs which became tasks.</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Yield by family">
            <table class="sortable">
            <thead><tr><th scope="col" data-sort="text">Family</th>{Columns}</tr></thead>
            <tbody>
            {families.Select(family => Row(Markup.Of($"{family.Family}"), family.Yield))}
            </tbody>
            <tfoot>{Row(Markup.Of($"all"), all)}</tfoot>
            </table>
            </div>
            <details class="more"><summary>By operator <span class="aside">{Words.Count(operators.Count)} made a bug that was judged</span></summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Yield by operator">
            <table class="sortable">
            <thead><tr><th scope="col" data-sort="text">Operator</th>{Columns}</tr></thead>
            <tbody>
            {operators.Select(one => Row(Markup.Of($"""<code>{one.Operator}</code><span class="sub">{one.Imitates}</span>"""), one.Yield))}
            </tbody>
            </table>
            </div>
            </details>
            """);
    }

    private static Markup Columns => Markup.Of(
        $"""<th scope="col" class="n" data-sort="number">Judged</th><th scope="col" class="n" data-sort="number">Kept</th><th scope="col" class="n" data-sort="number">Seconds each</th><th scope="col" class="n" data-sort="number">Share</th><th class="wide"><span class="hidden">Share as a bar</span></th>""");

    private static Markup Row(Markup name, Yield yield) => Markup.Of(
        $"""
        <tr><th scope="row">{name}</th><td class="n">{Words.Count(yield.Judged)}</td><td class="n">{Words.Count(yield.Kept)}</td><td class="n">{yield.SecondsEach:0.00}</td><td class="n" data-value="{yield.Share:0.####}">{Words.Percent(yield.Share)}</td><td class="wide">{Bar.Of(yield.Share)}</td></tr>

        """);
}
