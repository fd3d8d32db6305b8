using System.Globalization;
using Runproof.Reports.Figures;

namespace Runproof.Reports.Pages;

/// <summary>How long bugs took, as a distribution: an average of seconds hides that most bugs are quick and a few hang.</summary>
internal static class TimeSection
{
    public static Markup Write(JudgingTime time)
    {
        if (time.Buckets.Count == 0) return Markup.Of($"<p>Nothing was judged.</p>");
        var most = (double)time.Buckets.Max(bucket => bucket.All);
        return Markup.Of(
            $"""
            <p>Judging took {Words.Seconds(time.Total)} with the seconds of all bugs added up (several are judged at once). A bug that no test catches is given up after one look; one that is kept has seen the whole suite at least four times.</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Seconds per bug">
            <table class="histogram">
            <thead><tr><th scope="col">Seconds</th><th scope="col" class="n">Kept</th><th scope="col" class="n">Not kept</th><th class="wide"><span class="key part">kept</span> <span class="key rest">not kept</span></th></tr></thead>
            <tbody>
            {time.Buckets.Select(bucket => Markup.Of($"""
                <tr><th scope="row">{Range(bucket)}</th><td class="n">{Zero(bucket.Kept)}</td><td class="n">{Zero(bucket.NotKept)}</td><td class="wide">{Bar.Of(bucket.Kept / most, bucket.NotKept / most)}</td></tr>

                """))}
            </tbody>
            </table>
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label="Median and longest">
            <table class="narrow">
            <thead><tr><td></td><th scope="col" class="n">Bugs</th><th scope="col" class="n">Median</th><th scope="col" class="n">90&#160;% within</th><th scope="col" class="n">Longest</th></tr></thead>
            <tbody>{Row("kept", time.Kept)}{Row("not kept", time.NotKept)}</tbody>
            </table>
            </div>
            """);
    }

    private static string Zero(int count) => count == 0 ? "·" : Words.Count(count);

    private static string Range(TimeBucket bucket) => bucket.To is { } to
        ? string.Create(CultureInfo.InvariantCulture, $"{bucket.From:0.#} – {to:0.#}") : string.Create(CultureInfo.InvariantCulture, $"over {bucket.From:0.#}");

    private static Markup Row(string name, TimeFigures figures) => figures.Count == 0 ? Markup.Empty : Markup.Of(
        $"""<tr><th scope="row">{name}</th><td class="n">{Words.Count(figures.Count)}</td><td class="n">{Words.Seconds(figures.Median)}</td><td class="n">{Words.Seconds(figures.NinetiethPercentile)}</td><td class="n">{Words.Seconds(figures.Longest)}</td></tr>""");
}
