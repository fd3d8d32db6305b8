namespace Cskit.Tests;

public class SpanTests
{
    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public void A_span_holds_its_start_and_not_its_end(int minute, bool holds)
    {
        Assert.Equal(holds, new Span(10, 20).Contains(minute));
    }

    [Fact]
    public void A_span_has_a_length()
    {
        Assert.Equal(15, new Span(5, 20).Length);
    }

    [Fact]
    public void A_span_cannot_end_before_it_starts()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Span(5, 4));
        Assert.Equal(0, new Span(5, 5).Length);
    }

    [Fact]
    public void Touching_spans_do_not_overlap()
    {
        Assert.False(new Span(0, 10).Overlaps(new Span(10, 20)));
        Assert.True(new Span(0, 11).Overlaps(new Span(10, 20)));
    }

    [Fact]
    public void The_common_part_of_two_spans()
    {
        Assert.Equal(new Span(10, 15), new Span(5, 15).Common(new Span(10, 30)));
        Assert.Null(new Span(0, 10).Common(new Span(20, 30)));
    }

    [Fact]
    public void Spans_that_touch_are_merged()
    {
        var merged = Span.Merge([new(30, 40), new(0, 10), new(10, 20), new(12, 15)]);
        Assert.Equal([new Span(0, 20), new Span(30, 40)], merged);
    }

    [Fact]
    public void A_span_is_written_as_hours_and_minutes()
    {
        Assert.Equal("01:05-13:00", new Span(65, 780).ToString());
    }
}
