using Runproof.Environments;

namespace Runproof.Injection;

/// <summary>Chooses the tests that can tell whether a bug is there: those that reach its lines, the most specific first.</summary>
internal sealed class TestSelector
{
    private readonly EnvironmentContext _context;
    private readonly Dictionary<string, BaselineTest> _tests;
    private readonly HashSet<string>? _notWarm;
    private readonly int[] _breadth;

    public TestSelector(EnvironmentContext context)
    {
        _context = context;
        _tests = context.Environment.Tests.ToDictionary(test => test.Id);
        _notWarm = context.Environment.NotWarm?.ToHashSet();
        _breadth = new int[context.Reach.Tests.Count];
        foreach (var run in context.Reach.Files.Values.SelectMany(runs => runs))
        {
            foreach (var test in run.Tests) _breadth[test] += run.Last - run.First + 1;
        }
    }

    /// <summary>Whether a process that has loaded the code without the bug can be given it: nothing of it ran while loading, and its tests bear a warm process.</summary>
    public bool BearsWarm(BugSite site, IReadOnlyList<BaselineTest>? selection) =>
        _notWarm is not null && !_context.Reach.RunsOutsideTests(site.File, site.FirstLine, site.LastLine, site.FunctionLine)
        && (_notWarm.Count == 0 || (selection is not null && !selection.Any(test => _notWarm.Contains(test.Id))));

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
