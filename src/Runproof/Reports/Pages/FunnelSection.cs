using Runproof.Reports.Figures;

namespace Runproof.Reports.Pages;

/// <summary>Where bugs come from and where they are lost, with the reasons. Two scales: places are found all at once, and only a sample of them is judged.</summary>
internal static class FunnelSection
{
    public static Markup Write(Funnel funnel) => Markup.Of(
        $"""
        <ol class="funnel">
        {Step(funnel.Places, "Places for a bug", "Every place in the product code where an operator fits.", Share(funnel.Places, funnel.Places))}
        {Step(funnel.Reached, "On lines that tests reach", $"{Words.Percent(Share(funnel.Reached, funnel.Places))} of the places; a bug on any other line could not be noticed.", Share(funnel.Reached, funnel.Places))}
        </ol>
        <p class="break">{(funnel.Judged < funnel.Reached ? "Of these a sample is judged, spread over files, functions and families." : "All of these are judged.")} From here on bars show shares of what was judged.</p>
        <ol class="funnel">
        {Step(funnel.Judged, "Judged", "One bug at a time, by running the tests that reach it.", Share(funnel.Judged, funnel.Judged), funnel.NotCaught)}
        {Step(funnel.Caught, "Caught", $"{Words.Percent(Share(funnel.Caught, funnel.Judged))} of the judged: a test fails by its own assertion or exception.", Share(funnel.Caught, funnel.Judged), funnel.NotKept)}
        {Step(funnel.Kept, "Kept", $"{Words.Percent(Share(funnel.Kept, funnel.Caught))} of the caught: three whole runs agree, an empty answer fails, the reverse patch passes.", Share(funnel.Kept, funnel.Judged))}
        </ol>
        """);

    private static double Share(int part, int whole) => whole == 0 ? 0 : part / (double)whole;

    private static Markup Step(int count, string title, string words, double share, IReadOnlyList<Loss>? losses = null) => Markup.Of(
        $"""
        <li><div class="step"><b class="count">{Words.Count(count)}</b><div><h3>{title}</h3><p>{words}</p></div>{Bar.Of(share)}</div>{(losses is { Count: > 0 } ? Losses(losses) : Markup.Empty)}</li>

        """);

    private static Markup Losses(IReadOnlyList<Loss> losses) => Markup.Of(
        $"""
        <ul class="losses" aria-label="Lost here">
        {losses.Select(loss => Markup.Of($"""
            <li><b class="count"><span class="minus" aria-hidden="true">−</span>{Words.Count(loss.Count)}</b><div><h4>{loss.Words.Title}</h4> <p>{loss.Words.Explanation}</p></div></li>

            """))}
        </ul>
        """);
}
