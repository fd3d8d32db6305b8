using Runproof.Injection;

namespace Runproof.Reports.Figures;

/// <summary>Bugs that were lost at one step, for one reason.</summary>
internal sealed record Loss(string Reason, int Count)
{
    public ReasonWords Words => Reasons.Of(Reason);
}

/// <summary>From places for a bug to tasks. Places are found all at once; of those that tests reach a sample is judged.</summary>
/// <param name="Caught">A test failed over the bug by its own assertion or exception.</param>
/// <param name="NotCaught">Why the others were not, the commonest first.</param>
/// <param name="NotKept">Why bugs that were caught are no tasks, the commonest first.</param>
internal sealed record Funnel(int Places, int Reached, int Judged, int Caught, int Kept, IReadOnlyList<Loss> NotCaught, IReadOnlyList<Loss> NotKept)
{
    public static Funnel Of(InjectionResult result)
    {
        var losses = result.Rejected.Where(pair => pair.Value > 0).Select(pair => new Loss(pair.Key, pair.Value))
            .OrderByDescending(loss => loss.Count).ThenBy(loss => loss.Reason, StringComparer.Ordinal).ToLookup(loss => loss.Words.Caught);
        return new(result.Sites, result.Eligible, result.Judged, result.Judged - losses[false].Sum(loss => loss.Count), result.Kept.Count, [.. losses[false]], [.. losses[true]]);
    }
}
