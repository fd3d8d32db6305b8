namespace Runproof.Reports.Pages;

/// <summary>A bar beside a number that says the same, so it is hidden from screen readers. SVG, since the security policy allows no style attributes, and since it is printed where backgrounds are not.</summary>
internal static class Bar
{
    /// <param name="share">0–1 of the whole length.</param>
    /// <param name="more">What follows the first part in a paler tone, 0–1.</param>
    public static Markup Of(double share, double more = 0) => Markup.Of(
        $"""<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" width="100" height="1"/>{Part("part", 0, share)}{Part("rest", share, more)}</svg>""");

    private static Markup Part(string kind, double from, double share) =>
        share <= 0 ? Markup.Empty : Markup.Of($"""<rect class="{kind}" x="{Math.Clamp(from, 0, 1) * 100:0.##}" width="{Math.Clamp(share, 0.004, 1) * 100:0.##}" height="1"/>""");
}
