using Runproof.Statements;

namespace Runproof.Tests.Statements;

public class HistoryTextTests
{
    [Theory]
    [InlineData("Fix #294: Prevent \"cache stampede\" in decorators.", "Prevent \"cache stampede\" in decorators", "")]
    [InlineData("Fix #292, fix #205, fix #103: TTLCache.expire() returns pairs.", "TTLCache.expire() returns pairs", "")]
    [InlineData("feat(parser): accept trailing commas (#1234)", "Accept trailing commas", "")]
    [InlineData("Merge pull request #12 from someone/branch\n\nTotals may be negative\n\nCloses #11\nCo-authored-by: B <b@example.org>", "Totals may be negative", "")]
    [InlineData("Round half up\n\nSee https://github.com/a/b/issues/17 and GH-3.\nReverts 1a2b3c4d5e.\n\n\n\nAs the manual says (https://example.org/rounding).", "Round half up", "As the manual says (https://example.org/rounding).")]
    [InlineData("Keep item #1 of the list\n\ncherry picked from commit 0123456789abcdef0123456789abcdef01234567", "Keep item of the list", "")]
    [InlineData("Merge branch 'main' into topic", "", "")]
    public void What_belongs_to_the_history_goes(string message, string title, string body)
    {
        var text = HistoryText.Clean(message);
        (text.Title, text.Body).ShouldBe((title, body));
    }

    [Theory]
    [InlineData("Round half up as the manual says", true)]
    [InlineData("Fix", false)]
    [InlineData("fix tests", false)]
    [InlineData("Added test for New function", false)]
    [InlineData("Release v6.2.0.", false)]
    [InlineData("Fix the parser", false)]
    [InlineData("Fix the parser\n\nIt drops the last token when the text ends in a space.", true)]
    [InlineData("Merge branch 'main' into topic", false)]
    public void Some_say_that_something_was_done_and_not_what(string message, bool says) => HistoryText.Clean(message).SaysSomething.ShouldBe(says);
}
