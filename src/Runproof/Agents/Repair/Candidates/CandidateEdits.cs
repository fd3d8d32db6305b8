using System.Security.Cryptography;
using System.Text;
using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Trials;
using Runproof.Languages;

namespace Runproof.Agents.Repair.Candidates;

/// <summary>All small edits of what was read, the likeliest first: by how suspicious their lines are, by their kind, and by how natural they read.</summary>
internal static class CandidateEdits
{
    private const int Most = 6_000;

    /// <summary>What a bit per token counts in the order of trying, and among those that pass; and how many count. Measured by <c>bench/run ranks</c>.</summary>
    private const double OfBit = 0.03, OfBitAmongPassing = 0.12, MostBits = 4;

    /// <param name="seed">Tells edits apart that nothing else does.</param>
    public static async Task<IReadOnlyList<Edit>> FindAsync(IReadOnlyList<Source> sources, Suspicion suspicion, LanguageProfile profile, string workspace, int seed, CancellationToken cancel)
    {
        var rules = await RuleEdits.FindAsync(sources, suspicion, profile, workspace, cancel);
        var byPath = sources.ToDictionary(source => source.Path);
        var naturalness = new Naturalness(sources);
        return
        [
            .. rules.Concat(sources.SelectMany(source => LineEdits.Find(source, sources, suspicion))).Concat(sources.SelectMany(source => TokenEdits.Find(source, suspicion)))
                .Where(edit => edit.Changes(byPath[edit.File])).Select(edit => edit.Weighed(byPath[edit.File])).GroupBy(edit => edit.Key).Select(group => group.MaxBy(edit => edit.Score)!)
                .Select(edit => edit with { Gain = naturalness.Gain(byPath[edit.File], edit) })
                .OrderByDescending(edit => Math.Round(Likely(edit), 2)).ThenBy(edit => Lot(edit, seed), StringComparer.Ordinal).Take(Most),
        ];
    }

    /// <summary>How soon to try it.</summary>
    public static double Likely(Edit edit) => Weighed(edit, OfBit);

    /// <summary>How much to believe it where it passes and others do too.</summary>
    public static double Natural(Edit edit) => Weighed(edit, OfBitAmongPassing);

    private static double Weighed(Edit edit, double ofBit) => edit.Score * (1 + (ofBit * Math.Clamp(edit.Gain, -MostBits, MostBits)));

    private static string Lot(Edit edit, int seed) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {edit.Key}")));
}
