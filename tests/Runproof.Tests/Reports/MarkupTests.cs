using Runproof.Reports.Pages;

namespace Runproof.Tests.Reports;

/// <summary>Pieces of HTML: what is put in is escaped, unless it is HTML already.</summary>
public class MarkupTests
{
    [Fact]
    public void Text_is_escaped_and_markup_is_not()
    {
        var inner = Markup.Of($"<b>{"<i> & \"'"}</b>");
        inner.ToString().ShouldBe("<b>&lt;i&gt; &amp; &quot;&#39;</b>");
        Markup.Of($"<p>{inner}{new[] { inner, inner }.Take(1)}{12}{0.5:0.00}{(string?)null}</p>").ToString().ShouldBe($"<p>{inner}{inner}120.50</p>");
    }

    [Fact]
    public void Signs_that_mislead_are_shown_by_number() => Markup.Of($"{"a\u202Eb\u0000c\u2067\td\r\ne"}").ToString().ShouldBe("a[U+202E]b[U+0000]c[U+2067]\td\ne");

    [Fact]
    public void Half_a_character_is_replaced() => Markup.Of($"{"a\ud800b\udc00\ud83d\ude00"}").ToString().ShouldBe("a\uFFFDb\uFFFD\ud83d\ude00");

    [Fact]
    public void A_statement_keeps_its_paragraphs_lists_and_code()
    {
        var html = StatementMarkup.Write("One `a < b` and ``c`d``.\nStill one.\n\n```python\nf(1)\n\nf(2)\n```\n- gives: `<x>`\n- expected: [y](javascript:z)\n\n## Head\nEnd ` alone").ToString();
        html.ShouldBe(
            "<div class=\"statement\"><p>One <code>a &lt; b</code> and <code>c`d</code>.\nStill one.</p><pre tabindex=\"0\"><code>f(1)\n\nf(2)</code></pre>"
            + "<ul><li>gives: <code>&lt;x&gt;</code></li><li>expected: [y](javascript:z)</li></ul><p><b>Head</b></p><p>End ` alone</p></div>");
    }

    [Fact]
    public void A_fence_that_is_never_closed_hides_nothing() => StatementMarkup.Write("a\n```\nb").ToString().ShouldContain("<code>b</code>");

    [Fact]
    public void A_diff_loses_its_head_but_no_line_that_looks_like_one()
    {
        var html = DiffMarkup.Write("diff --git a/x b/x\nindex 1..2\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a comment in SQL\n+++ i\n same\n\\ No newline at end of file\n").ToString();
        html.ShouldContain("<span class=\"del\">--- a comment in SQL\n</span><span class=\"add\">+++ i\n</span><span> same\n</span>");
        html.ShouldNotContain("a/x");
        DiffMarkup.Write("diff --git a/x b/x\n@@ -1 +1 @@\n-a\ndiff --git a/y b/y\n@@ -1 +1 @@\n+b\n").ToString().ShouldContain("<span class=\"file\">a/y b/y\n</span>");
    }

    [Theory]
    [InlineData(0.004, "< 1\u00A0%")]
    [InlineData(0.998, "> 99\u00A0%")]
    [InlineData(1, "100\u00A0%")]
    [InlineData(0.854, "85\u00A0%")]
    public void A_percentage_does_not_round_to_all_or_nothing(double share, string words) => Words.Percent(share).ShouldBe(words);
}
