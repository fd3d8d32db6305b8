using Runproof.Reports.Figures;

namespace Runproof.Reports.Pages;

/// <summary>Tests that run but whose word does not count, by reason.</summary>
internal static class QuarantineSection
{
    private const int MostTests = 100;

    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["fails at baseline"] = "They fail on the code as it is, before any bug.",
        ["errors at baseline"] = "Their set-up or tear-down fails on the code as it is.",
        ["skipped"] = "They skip themselves here.",
        ["takes too long"] = "They are cut by the time limit on the code as it is.",
        ["missing"] = "They are not in the report of every run.",
        ["depends on the order of tests"] = "They pass in the suite's own order and not in another.",
        ["unsteady"] = "They passed in one run and not in another.",
        ["cannot be collected"] = "The framework cannot load them here.",
        ["stands in the code that a solution changes"] = "A solution changes the same file, so it could change what they expect.",
    };

    public static Markup Write(IReadOnlyList<QuarantineGroup> groups, int judging) => groups.Count == 0
        ? Markup.Of($"<p>None: all {Words.Count(judging, "test", "tests")} passed in every baseline run, in the suite's own order and in another.</p>")
        : Markup.Of(
            $"""
            <p>Only tests that passed in every baseline run judge. These run with the others, and nothing depends on what they say.</p>
            {groups.Select(Group)}
            """);

    private static Markup Group(QuarantineGroup group) => Markup.Of(
        $"""
        <details class="more"><summary><span class="count">{Words.Count(group.Tests.Count)}</span> {group.Reason} <span class="aside">{Meanings.GetValueOrDefault(group.Reason, "")}</span></summary>
        <ul class="ids">
        {group.Tests.Take(MostTests).Select(test => Markup.Of($"""
            <li><code>{test.Test}</code>{(test.Detail.Length > 0 ? Markup.Of($"""<span class="sub">{test.Detail}</span>""") : Markup.Empty)}</li>

            """))}
        </ul>
        {(group.Tests.Count > MostTests ? Markup.Of($"""<p class="sub">and {Words.Count(group.Tests.Count - MostTests)} more.</p>""") : Markup.Empty)}
        </details>

        """);
}
