using Runproof.Rollouts;

namespace Runproof.Tests.Rollouts;

/// <summary>Rates against values computed by hand or by others.</summary>
public sealed class StatisticsTests
{
    [Theory]
    [InlineData(10, 3, 1, 0.3)]
    [InlineData(10, 3, 5, 0.916666666666667)]
    [InlineData(4, 0, 4, 0)]
    [InlineData(4, 4, 2, 1)]
    [InlineData(4, 1, 4, 1)]
    public void Pass_at_k_is_unbiased(int n, int c, int k, double expected) => Statistics.PassAt([(n, c)], k).ShouldBe(expected, 1e-12);

    [Fact]
    public void Tasks_with_too_few_attempts_do_not_count() => Statistics.PassAt([(4, 0), (1, 1)], 2).ShouldBe(0);

    [Theory]
    [InlineData(100, 50, 0.403831, 0.596169)]
    [InlineData(10, 0, 0, 0.277533)]
    [InlineData(10, 10, 0.722467, 1)]
    public void One_attempt_each_gives_the_interval_of_Wilson(int n, int c, double low, double high)
    {
        var (from, to) = Statistics.Interval([.. Enumerable.Range(0, n).Select(i => (1, i < c ? 1 : 0))]);
        from.ShouldBe(low, 1e-5);
        to.ShouldBe(high, 1e-5);
    }

    [Fact]
    public void Attempts_that_are_all_alike_count_as_one_each()
    {
        (int, int)[] alike = [.. Enumerable.Range(0, 20).Select(i => (8, i < 10 ? 8 : 0))], single = [.. Enumerable.Range(0, 20).Select(i => (1, i < 10 ? 1 : 0))];
        Statistics.Interval(alike).Low.ShouldBe(Statistics.Interval(single).Low, 0.01);
        var mixed = Statistics.Interval([.. Enumerable.Range(0, 20).Select(_ => (8, 4))]);
        (mixed.High - mixed.Low).ShouldBeLessThan(0.2);
    }
}
