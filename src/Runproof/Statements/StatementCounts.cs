using System.Text.Json.Serialization;
using Runproof.Chat;

namespace Runproof.Statements;

/// <summary>How the statements of some tasks came about. Rates are shares of 1; 0 where nothing was asked.</summary>
/// <param name="Asked">Statements that a model was to write.</param>
/// <param name="Drafts">What it wrote for them.</param>
/// <param name="Leaks">Drafts that leaked.</param>
/// <param name="Unfit">Drafts thrown away for another reason.</param>
/// <param name="Retried">Statements that took more than one draft.</param>
/// <param name="Usage">What this run asked for; what earlier ones did is not counted again.</param>
internal sealed record StatementCounts(
    IReadOnlyDictionary<string, int> Writers, IReadOnlyDictionary<string, int> Lengths, int Asked, int Drafts, int Leaks, int Unfit, int Retried,
    IReadOnlyDictionary<string, int> Refused, IReadOnlyDictionary<string, int> Fallbacks, ModelUsage Usage)
{
    public double LeakRate => Share(Leaks, Drafts);

    public double RetryRate => Share(Retried, Asked);

    public double FallbackRate => Share(Fallbacks.Values.Sum(), Asked);

    [JsonIgnore]
    public bool ByModel => Asked > 0;

    /// <param name="origins">Null for tasks of older catalogues, which the template wrote.</param>
    public static StatementCounts Of(IReadOnlyList<StatementOrigin?> origins, ModelUsage usage)
    {
        var known = origins.OfType<StatementOrigin>().ToList();
        var asked = known.Where(one => one.Writer != StatementOrigin.Template || one.Fallback is not null).ToList();
        var refused = known.SelectMany(one => one.Refused).ToList();
        return new(
            Count(origins.Select(one => one?.Writer ?? StatementOrigin.Template)), Count(known.Select(one => one.Length.ToString().ToLowerInvariant())), asked.Count, asked.Sum(one => one.Attempts),
            refused.Count(draft => draft.Fault == DraftFault.Leak), refused.Count(draft => draft.Fault == DraftFault.Unfit), asked.Count(one => one.Attempts > 1),
            Count(refused.SelectMany(draft => draft.Rules)), Count(asked.Select(one => one.Fallback).OfType<string>()), usage);
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : Math.Round(part / (double)whole, 4);

    private static IReadOnlyDictionary<string, int> Count(IEnumerable<string> words) =>
        words.GroupBy(word => word).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count());
}
