namespace Cskit.Tests;

public class WordsTests
{
    [Theory]
    [InlineData("harbour", 7, "harbour")]
    [InlineData("harbour", 6, "har...")]
    [InlineData("", 4, "")]
    public void Text_is_shortened(string text, int width, string expected)
    {
        Assert.Equal(expected, Words.Shorten(text, width));
    }

    [Fact]
    public void A_width_below_four_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Words.Shorten("harbour", 3));
    }

    [Fact]
    public void Text_is_wrapped_at_blanks()
    {
        Assert.Equal(["the sea", "is calm", "today"], Words.Wrap("the sea is  calm today", 7));
    }

    [Fact]
    public void A_word_that_is_too_long_stays_whole()
    {
        Assert.Equal(["a", "lighthouse", "b"], Words.Wrap("a lighthouse b", 4));
        Assert.Empty(Words.Wrap("  ", 4));
    }

    [Fact]
    public void Words_are_counted_without_case()
    {
        var tally = Words.Tally(["Sea", "sea", "", "sky"]);
        Assert.Equal(2, tally["SEA"]);
        Assert.Equal(2, tally.Count);
    }

    [Fact]
    public void A_title_begins_with_a_capital()
    {
        Assert.Equal("Sea", Words.Title("sea"));
        Assert.Equal("", Words.Title(""));
    }
}
