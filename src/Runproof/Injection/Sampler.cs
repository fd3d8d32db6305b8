using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Runproof.Injection;

/// <summary>What is known of a judged candidate when the next ones are chosen.</summary>
internal readonly record struct Judged(BugSite Site, bool Kept);

/// <summary>
/// Chooses which sites to judge: spread over functions, files, families and operators, and towards functions that have no task yet. What it chooses depends on the seed and on the outcomes before, never on
/// timing.
/// </summary>
internal sealed class Sampler(IReadOnlyList<BugSite> sites, int seed)
{
    private const double KeptInFunction = 8;
    private const double TriedInFunction = 4;
    private const double TriedInFile = 1.5;
    private const double TriedInFamily = 1;
    private const double TriedOperator = 0.7;

    private readonly double[] _jitter = [.. sites.Select(site => Jitter(site, seed))];

    /// <summary>The next round, fewer than a round's size when sites run out.</summary>
    public IReadOnlyList<BugSite> Next(IReadOnlyList<Judged> before, int count)
    {
        var tally = new Tally();
        HashSet<BugSite> used = [];
        foreach (var judged in before)
        {
            tally.Count(judged.Site, judged.Kept);
            used.Add(judged.Site);
        }

        List<BugSite> round = [];
        while (round.Count < count)
        {
            var (best, cost) = (-1, double.MaxValue);
            for (var i = 0; i < sites.Count; i++)
            {
                if (used.Contains(sites[i])) continue;
                var own = tally.Cost(sites[i]) + _jitter[i];
                if (own < cost) (best, cost) = (i, own);
            }

            if (best < 0) break;
            round.Add(sites[best]);
            used.Add(sites[best]);
            tally.Count(sites[best], kept: false);
        }

        return round;
    }

    /// <summary>A number in [0, 2) that depends on nothing but the seed and the site.</summary>
    private static double Jitter(BugSite site, int seed)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\0{site.File}\0{site.Start}\0{site.End}\0{site.Replacement}"));
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) / (double)uint.MaxValue * 2;
    }

    private sealed class Tally
    {
        private readonly Dictionary<string, int> _kept = [];
        private readonly Dictionary<string, int> _tried = [];

        public void Count(BugSite site, bool kept)
        {
            foreach (var key in Keys(site)) _tried[key] = _tried.GetValueOrDefault(key) + 1;
            if (kept) _kept[site.Function] = _kept.GetValueOrDefault(site.Function) + 1;
        }

        public double Cost(BugSite site) =>
            (KeptInFunction * _kept.GetValueOrDefault(site.Function))
            + (TriedInFunction * _tried.GetValueOrDefault("function " + site.Function))
            + (TriedInFile * Math.Log2(1 + _tried.GetValueOrDefault("file " + site.File)))
            + (TriedInFamily * Math.Log2(1 + _tried.GetValueOrDefault("family " + site.Family)))
            + (TriedOperator * Math.Log2(1 + _tried.GetValueOrDefault("operator " + site.Operator)));

        private static string[] Keys(BugSite site) => ["function " + site.Function, "file " + site.File, "family " + site.Family, "operator " + site.Operator];
    }
}
