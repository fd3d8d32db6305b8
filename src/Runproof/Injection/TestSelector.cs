using Runproof.Environments;

namespace Runproof.Injection;

/// <summary>Chooses the tests that can tell whether a bug is there: those that reach its lines, the most specific first.</summary>
internal sealed class TestSelector
{
    private readonly EnvironmentContext _context;
    private readonly Dictionary<string, BaselineTest> _tests;
    private readonly int[] _breadth;

    public TestSelector(EnvironmentContext context)
    {
        _context = context;
        _tests = context.Environment.Tests.ToDictionary(test => test.Id);
        _breadth = new int[context.Reach.Tests.Count];
        foreach (var run in context.Reach.Files.Values.SelectMany(runs => runs))
        {
            foreach (var test in run.Tests) _breadth[test] += run.Last - run.First + 1;
        }
    }

    /// <summary>Null when every test may reach the bug.</summary>
    public IReadOnlyList<BaselineTest>? For(BugSite site)
    {
        var reaching = _context.Reach.TestsFor(site.File, site.FirstLine, site.LastLine, site.FunctionLine);
        if (reaching is null) return null;

        // A test that reaches fewer lines is more about these, and quicker.
        var chosen = reaching.Where(place => _tests.ContainsKey(_context.Reach.Tests[place])).OrderBy(place => _breadth[place]).ThenBy(place => place)
            .Select(place => _tests[_context.Reach.Tests[place]]).ToList();
        return chosen.Count == 0 || chosen.Count >= _tests.Count ? null : chosen;
    }
}
