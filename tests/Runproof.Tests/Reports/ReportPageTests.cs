using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Runproof.Coverage;
using Runproof.Reports.Figures;
using Runproof.Reports.Pages;

namespace Runproof.Tests.Reports;

/// <summary>The report as a browser gets it: well-formed, self-contained, small, and deaf to what a repository's names say.</summary>
public partial class ReportPageTests
{
    private static readonly string Page = ReportPage.Write(ReportFigures.Of(HandMadeRun.Input));

    /// <summary>Without what HTML does not read as markup. Parsing fails where something was left open or unescaped.</summary>
    private static XElement Parse(string page) => XDocument.Parse(RawText().Replace(page, "<$1></$1>")).Root!;

    [GeneratedRegex("<(script|style)>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex RawText();

    [Fact]
    public void It_is_well_formed_and_its_parts_are_named()
    {
        var root = Parse(Page);
        var ids = root.Descendants().Attributes("id").Select(id => id.Value).ToList();
        ids.ShouldBeUnique();
        foreach (var link in root.Descendants("a")) ids.ShouldContain(link.Attribute("href")!.Value.TrimStart('#'));
        foreach (var label in root.Descendants().Attributes("aria-labelledby")) ids.ShouldContain(label.Value);
        root.Descendants("h1").ShouldHaveSingleItem();
        root.Descendants("details").Count(one => one.Attribute("class")!.Value == "task").ShouldBe(4);
        root.Descendants("input").Concat(root.Descendants("select")).ShouldAllBe(field => field.Ancestors("label").Any());
    }

    [Fact]
    public void Everything_can_be_read_without_the_script()
    {
        var root = Parse(Page);
        root.Value.ShouldContain("No test notices");
        root.Value.ShouldContain("the last element is forgotten");
        root.Value.ShouldContain("cannot be collected");
        root.Descendants().Where(one => one.Attribute("hidden") is not null).Select(one => one.Attribute("id")!.Value).ShouldBe(["theme", "tools", "none"], "only what the script works is hidden until it is there");
        root.Descendants("pre").Single(pre => pre.Value.Contains("not-dropped", StringComparison.Ordinal)).Value.Trim('\n').Split('\n').ShouldBe(
            ["@@ -1,2 +1,2 @@", " def f(a):", "-    return a < 1  # not-dropped", "+    return a <= 1  # not-dropped"]);
    }

    [Fact]
    public void What_became_of_a_models_drafts_is_told()
    {
        var rows = Parse(Page).Descendants("section").Single(section => (string?)section.Attribute("id") == "statements").Descendants("tr").Select(row => string.Join(' ', row.Elements().Select(cell => cell.Value.Trim()))).ToList();
        rows.ShouldContain("written by a-model 2 50\u00A0%");
        rows.ShouldContain("drafts that leaked 3 50\u00A0%");
        rows.ShouldContain("left to the template: leaks 1 33\u00A0%");
    }

    [Fact]
    public void The_policy_lets_in_the_one_style_and_the_one_script_and_nothing_else()
    {
        var policy = Parse(Page).Descendants("meta").Single(meta => (string?)meta.Attribute("http-equiv") == "Content-Security-Policy").Attribute("content")!.Value;
        foreach (var kind in new[] { "style", "script" })
        {
            var content = Regex.Match(Page, $"<{kind}>(.*?)</{kind}>", RegexOptions.Singleline).Groups[1].Value;
            content.Length.ShouldBeGreaterThan(1000);
            policy.ShouldContain($"{kind}-src '{Assets.HashOf(content)}'");
        }

        policy.ShouldStartWith("default-src 'none';");
        policy.ShouldNotContain("unsafe");
        foreach (var tag in new[] { "<script", "<style", "</script", "</style" }) Occurrences(Page, tag).ShouldBe(1, tag);
        Parse(Page).Descendants().Attributes().Select(attribute => attribute.Name.LocalName).ShouldNotContain("style");
        Assets.Style.ShouldNotContain("url(");
        Assets.Style.ShouldNotContain("@import");
    }

    [Theory]
    [InlineData("</script><img src=x onerror=alert(1)>")]
    [InlineData("\"><svg onload=alert(1)>")]
    [InlineData("' onmouseover='alert(1)")]
    [InlineData("</code></pre></details><style>*{display:none}</style>")]
    [InlineData("<!-- ]]> &lt;script&gt; {{7*7}} ${1}")]
    [InlineData("</title><base href=//evil.example>")]
    [InlineData("a\0b\u001b[31m\u202Egnp.exe\u2066\uFFFF")]
    public void Text_of_a_repository_does_nothing(string hostile)
    {
        var figures = ReportFigures.Of(HandMadeRun.Hostile(hostile));
        var page = ReportPage.Write(figures);
        var root = Parse(page);
        var plain = Parse(Page);
        string[] Kinds(XElement tree) => [.. tree.DescendantsAndSelf().Select(one => one.Name.LocalName).Distinct().Order()];
        Kinds(root).ShouldBeSubsetOf([.. Kinds(plain), "b"], "no element comes from text");
        string[] Names(XElement tree) => [.. tree.DescendantsAndSelf().Attributes().Select(one => one.Name.LocalName).Distinct().Order()];
        Names(root).ShouldBeSubsetOf(Names(plain), "nor does an attribute");
        Occurrences(page, "<script").ShouldBe(1);
        Occurrences(page, "<style").ShouldBe(1);
        page.ShouldNotContain("secret");
        page.ShouldNotContain("\u202E");
        if (!hostile.Any(letter => char.IsControl(letter) || letter >= '\u2000'))
        {
            root.Descendants("h1").Single().Value.ShouldBe(hostile);
            root.Descendants("code").ShouldContain(code => code.Value == hostile);
        }
    }

    [Fact]
    public void Two_hundred_tasks_stay_below_a_megabyte()
    {
        var input = HandMadeRun.Input;
        var failing = Enumerable.Range(0, 300).Select(i => $"tests/test_two.py::TestSomething::test_with_a_long_name_that_says_what_it_is_about[{i}]").ToList();
        var body = string.Join('\n', Enumerable.Range(0, 25).Select(i => $" a line of context, the {i}th of them"));
        var task = HandMadeRun.Task("x", "src/package/module.py", "logic", "not-dropped", failing) with { ProblemStatement = "# `f` gives a wrong result\n\n" + new string('x', 1200) };
        task = task with { BugPatch = task.BugPatch + body };
        var page = ReportPage.Write(ReportFigures.Of(input with { Tasks = [.. Enumerable.Range(0, 200).Select(i => task with { InstanceId = $"toy.01234567.{i:x12}" })] }));
        Encoding.UTF8.GetByteCount(page).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void A_run_without_anything_has_a_page()
    {
        var nothing = HandMadeRun.Input with
        {
            Functions = [], Reach = ReachMap.Empty, Tasks = [], FunctionsWithTask = new HashSet<string>(), Result = new(0, 0, 0, 0, [], new Dictionary<string, int>(), 0, [], Runproof.Statements.StatementCounts.Of([], Runproof.Chat.ModelUsage.None)),
            Environment = HandMadeRun.Input.Environment with { Quarantined = [] },
        };
        Parse(ReportPage.Write(ReportFigures.Of(nothing))).Value.ShouldContain("No bug was judged");
    }

    private static int Occurrences(string text, string part) => text.Split(part, StringSplitOptions.None).Length - 1;
}
