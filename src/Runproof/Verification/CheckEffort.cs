namespace Runproof.Verification;

/// <summary>
/// How often the countercheck runs the deciding tests by themselves, made to fail and as they are. Code that forges in a share p of its runs passes n such pairs with probability (p(1 - p))^n, at most 1 in 4^n.
/// </summary>
/// <param name="Least">Pairs that are always run.</param>
/// <param name="Most">Pairs that are run as long as <paramref name="Budget"/> lasts.</param>
internal sealed record CheckEffort(int Least, int Most, TimeSpan Budget)
{
    /// <summary>Five pairs where they are quick: one chance in a thousand.</summary>
    public static CheckEffort OfAnswers { get; } = new(2, 5, TimeSpan.FromSeconds(8));

    /// <summary>For a repair that Runproof made itself, such as that of a part of a combination: nobody forges there.</summary>
    public static CheckEffort OfOwnRepair { get; } = new(0, 0, TimeSpan.Zero);
}
