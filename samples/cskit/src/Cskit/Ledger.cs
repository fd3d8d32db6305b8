namespace Cskit;

/// <summary>One booking: money that came in (positive) or went out.</summary>
public sealed record Entry(string Account, decimal Amount, int Day);

/// <summary>Bookings of several accounts.</summary>
public sealed class Ledger
{
    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    public bool IsEmpty => _entries.Count == 0;

    public void Book(string account, decimal amount, int day)
    {
        if (string.IsNullOrWhiteSpace(account)) throw new ArgumentException("an account needs a name", nameof(account));
        if (amount == 0) return;
        _entries.Add(new(account.Trim(), amount, day));
    }

    public decimal Balance(string account)
    {
        var sum = 0m;
        foreach (var entry in _entries)
        {
            if (entry.Account == account) sum += entry.Amount;
        }

        return sum;
    }

    /// <summary>Moves money; refuses when there is too little.</summary>
    public bool Transfer(string from, string to, decimal amount, int day)
    {
        if (amount <= 0 || Balance(from) < amount) return false;
        Book(from, -amount, day);
        Book(to, amount, day);
        return true;
    }

    /// <summary>Bookings of some days, both ends included, the latest first.</summary>
    public IReadOnlyList<Entry> Between(int first, int last) =>
        _entries.Where(entry => entry.Day >= first && entry.Day <= last).OrderByDescending(entry => entry.Day).ToList();

    /// <summary>The account with the most money; null without bookings.</summary>
    public string? Richest()
    {
        string? best = null;
        var most = decimal.MinValue;
        foreach (var account in _entries.Select(entry => entry.Account).Distinct())
        {
            var balance = Balance(account);
            if (balance > most)
            {
                most = balance;
                best = account;
            }
        }

        return best;
    }
}
