using Runproof.Injection;

namespace Runproof.Reports.Figures;

/// <summary>How many of the judged bugs became tasks.</summary>
/// <param name="Seconds">What judging took, all of them together.</param>
internal sealed record Yield(int Judged, int Kept, double Seconds)
{
    public double Share => Judged == 0 ? 0 : Kept / (double)Judged;

    public double SecondsEach => Judged == 0 ? 0 : Seconds / Judged;

    public static Yield Of(IReadOnlyCollection<CandidateRow> rows) => new(rows.Count, rows.Count(row => row.Verdict == "kept"), rows.Sum(row => row.Seconds));
}

/// <param name="Imitates">The mistake it imitates, in words; empty where the operator is no longer there.</param>
internal sealed record OperatorYield(string Operator, string Family, string Imitates, Yield Yield);

/// <summary>A family of operators, with its operators in the order of their names.</summary>
internal sealed record FamilyYield(string Family, Yield Yield, IReadOnlyList<OperatorYield> Operators)
{
    public static IReadOnlyList<FamilyYield> Of(IReadOnlyList<CandidateRow> rows, IReadOnlyDictionary<string, string> imitates) =>
    [
        .. rows.GroupBy(row => row.Family).OrderBy(group => group.Key, StringComparer.Ordinal).Select(family => new FamilyYield(
            family.Key,
            Yield.Of([.. family]),
            [
                .. family.GroupBy(row => row.Operator).OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(one => new OperatorYield(one.Key, family.Key, imitates.GetValueOrDefault(one.Key, ""), Yield.Of([.. one]))),
            ])),
    ];
}
