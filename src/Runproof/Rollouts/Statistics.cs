namespace Runproof.Rollouts;

/// <summary>Rates of attempts that come in tasks.</summary>
internal static class Statistics
{
    private const double Z = 1.959963984540054;

    /// <summary>Unbiased pass@k, 1 − C(n−c, k) / C(n, k), over tasks with at least k attempts (Chen et al. 2021, arXiv 2107.03374).</summary>
    public static double PassAt(IReadOnlyList<(int N, int C)> tasks, int k)
    {
        var enough = tasks.Where(task => task.N >= k).ToList();
        return enough.Count == 0 ? 0 : enough.Average(task => task.N - task.C < k ? 1 : 1 - Enumerable.Range(task.N - task.C + 1, task.C).Aggregate(1.0, (product, i) => product * (1 - ((double)k / i))));
    }

    /// <summary>
    /// 95 % interval of the rate (Wilson 1927). Attempts at one task are alike: the variance between tasks says how many of them count as independent (a design effect; Kish 1965), never fewer than there are tasks.
    /// </summary>
    public static (double Low, double High) Interval(IReadOnlyList<(int N, int C)> tasks)
    {
        var (n, c) = ((double)tasks.Sum(task => task.N), (double)tasks.Sum(task => task.C));
        var p = c / n;
        var effective = n;
        if (tasks.Count < n)
        {
            var m = tasks.Count;
            var variance = m < 2 ? 0 : m / (m - 1.0) * tasks.Sum(task => Math.Pow(task.C - (p * task.N), 2)) / (n * n);
            effective = p is 0 or 1 ? m : variance <= 0 ? n : Math.Clamp(p * (1 - p) / variance, m, n);
        }

        var middle = (p + (Z * Z / (2 * effective))) / (1 + (Z * Z / effective));
        var half = Z / (1 + (Z * Z / effective)) * Math.Sqrt((p * (1 - p) / effective) + (Z * Z / (4 * effective * effective)));
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}
