using Runproof.Coverage;

namespace Runproof.Reports.Figures;

/// <summary>How many functions of the product code each test runs.</summary>
internal sealed class TestBreadth
{
    private readonly Dictionary<string, int> _functions = [];

    public TestBreadth(ReachMap reach, IReadOnlyList<FunctionSpan> functions)
    {
        var counts = new int[reach.Tests.Count];
        foreach (var file in functions.GroupBy(function => function.File))
        {
            if (!reach.Files.TryGetValue(file.Key, out var runs)) continue;
            foreach (var function in file)
            {
                // Lines of the head run when the function is defined, whichever test asks for it.
                foreach (var test in runs.Where(run => run.First <= function.LastLine && run.Last >= function.BodyLine).SelectMany(run => run.Tests).Distinct()) counts[test]++;
            }
        }

        for (var test = 0; test < counts.Length; test++) _functions[reach.Tests[test]] = counts[test];
        foreach (var test in reach.Unmeasured) _functions.Remove(reach.Tests[test]);
    }

    /// <summary>Null where it was not measured.</summary>
    public int? Of(string test) => _functions.TryGetValue(test, out var count) && count > 0 ? count : null;
}
