using Runproof.Injection;

namespace Runproof.Reports.Figures;

/// <summary>Bugs whose judging took from <paramref name="From"/> up to, but not including, <paramref name="To"/> seconds; no end where it is null.</summary>
internal sealed record TimeBucket(double From, double? To, int Kept, int NotKept)
{
    public int All => Kept + NotKept;
}

/// <summary>Seconds; medians and percentiles by the nearest rank.</summary>
internal sealed record TimeFigures(int Count, double Median, double NinetiethPercentile, double Longest)
{
    public static TimeFigures Of(IEnumerable<double> seconds)
    {
        var sorted = seconds.Order().ToList();
        double Rank(double share) => sorted.Count == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
        return new(sorted.Count, Rank(0.5), Rank(0.9), sorted.Count == 0 ? 0 : sorted[^1]);
    }
}

/// <summary>How long bugs took to judge.</summary>
/// <param name="Total">Seconds of all bugs added up; several are judged at once, so less time passed on the clock.</param>
/// <param name="Buckets">From the shortest to the longest, without empty ones at the ends.</param>
internal sealed record JudgingTime(double Total, TimeFigures Kept, TimeFigures NotKept, IReadOnlyList<TimeBucket> Buckets)
{
    private static readonly double[] Edges = [0, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

    /// <summary>What a task cost: the bugs that were not kept had to be judged as well.</summary>
    public double SecondsPerTask => Kept.Count == 0 ? 0 : Total / Kept.Count;

    public static JudgingTime Of(IReadOnlyList<CandidateRow> rows)
    {
        var (kept, not) = (rows.Where(row => row.Verdict == "kept").Select(row => row.Seconds).ToList(), rows.Where(row => row.Verdict != "kept").Select(row => row.Seconds).ToList());
        var buckets = Edges.Select((from, i) =>
        {
            double? to = i + 1 < Edges.Length ? Edges[i + 1] : null;
            bool Within(double seconds) => seconds >= from && (to is null || seconds < to);
            return new TimeBucket(from, to, kept.Count(Within), not.Count(Within));
        }).ToList();
        var first = buckets.FindIndex(bucket => bucket.All > 0);
        var last = buckets.FindLastIndex(bucket => bucket.All > 0);
        return new(rows.Sum(row => row.Seconds), TimeFigures.Of(kept), TimeFigures.Of(not), first < 0 ? [] : buckets[first..(last + 1)]);
    }
}
