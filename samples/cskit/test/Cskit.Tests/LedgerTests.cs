namespace Cskit.Tests;

public class LedgerTests
{
    private readonly Ledger _ledger = new();

    [Fact]
    public void A_new_ledger_is_empty()
    {
        Assert.True(_ledger.IsEmpty);
        Assert.Equal(0, _ledger.Count);
        Assert.Null(_ledger.Richest());
    }

    [Fact]
    public void A_balance_adds_up_what_was_booked()
    {
        _ledger.Book("rent", -500m, 1);
        _ledger.Book("cash", 120m, 1);
        _ledger.Book("cash", 30m, 2);
        Assert.Equal(150m, _ledger.Balance("cash"));
        Assert.Equal(3, _ledger.Count);
    }

    [Fact]
    public void Nothing_is_not_booked()
    {
        _ledger.Book("cash", 0m, 1);
        Assert.True(_ledger.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void An_account_needs_a_name(string account)
    {
        Assert.Throws<ArgumentException>(() => _ledger.Book(account, 1m, 1));
    }

    [Fact]
    public void A_transfer_moves_money()
    {
        _ledger.Book("cash", 100m, 1);
        Assert.True(_ledger.Transfer("cash", "bank", 100m, 2));
        Assert.Equal(0m, _ledger.Balance("cash"));
        Assert.Equal(100m, _ledger.Balance("bank"));
    }

    [Fact]
    public void A_transfer_of_too_much_is_refused()
    {
        _ledger.Book("cash", 100m, 1);
        Assert.False(_ledger.Transfer("cash", "bank", 101m, 2));
        Assert.False(_ledger.Transfer("cash", "bank", -1m, 2));
        Assert.Equal(1, _ledger.Count);
    }

    [Fact]
    public void Days_are_listed_the_latest_first()
    {
        for (var day = 1; day <= 5; day++) _ledger.Book("cash", day, day);
        Assert.Equal(new[] { 4, 3, 2 }, _ledger.Between(2, 4).Select(entry => entry.Day));
    }

    [Fact]
    public void The_richest_account_has_the_most()
    {
        _ledger.Book("a", 5m, 1);
        _ledger.Book("b", 9m, 1);
        _ledger.Book("c", 7m, 1);
        Assert.Equal("b", _ledger.Richest());
    }
}
