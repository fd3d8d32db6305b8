using Runproof.Environments;

namespace Runproof.Injection;

/// <summary>Chooses the tests that can tell whether a bug is there: those that reach its lines, the most specific first.</summary>
internal sealed class TestSelector
{
    private readonly EnvironmentContext _context;
    private readonly Dictionary<string, BaselineTest> _tests;
    private readonly HashSet<string> _measured;
    private readonly IReadOnlyList<HashSet<string>?> _notWarm;
    private readonly int[] _breadth;

    public TestSelector(EnvironmentContext context)
    {
        _context = context;
        _tests = context.Environment.Tests.ToDictionary(test => test.Id);
        _measured = [.. context.Reach.Tests];
        _notWarm = [.. context.Environment.Suites.Select(suite => suite.NotWarm?.ToHashSet())];
        _breadth = new int[context.Reach.Tests.Count];
        foreach (var run in context.Reach.Files.Values.SelectMany(runs => runs))
        {
            foreach (var test in run.Tests) _breadth[test] += run.Last - run.First + 1;
        }
    }

    /// <summary>
    /// The suite whose warm process can be given the bug: it is in one place, nothing of it ran while the code was loaded, where that is loaded once, and its tests, all of one suite, bear a warm process. Null
    /// where there is none.
    /// </summary>
    public int? WarmSuite(Bug bug, IReadOnlyList<BaselineTest>? selection)
    {
        var tests = selection ?? _context.Environment.Tests;
        if (bug.Sites.Count > 1 || tests.Count == 0 || _notWarm[tests[0].Suite] is not { } notWarm || tests.Any(test => test.Suite != tests[0].Suite || notWarm.Contains(test.Id))) return null;
        var (place, site) = (tests[0].Suite, bug.Main);
        var loadsAnew = _context.Environment.Suites[place].TestFramework.Modes["warm"].LoadsAnew;
        return !loadsAnew && _context.Reach.RunsOutsideTests(site.File, site.FirstLine, site.LastLine, site.FunctionLine) ? null : place;
    }

    /// <summary>Null when every test may reach the bug.</summary>
    public IReadOnlyList<BaselineTest>? For(Bug bug)
    {
        HashSet<int> reaching = [];
        foreach (var site in bug.Sites)
        {
            if (Reaching(site) is not { } tests) return null;
            reaching.UnionWith(tests);
        }

        // A test that reaches fewer lines is more about these, and quicker.
        var chosen = reaching.Where(place => _tests.ContainsKey(_context.Reach.Tests[place])).OrderBy(place => _breadth[place]).ThenBy(place => place)
            .Select(place => _tests[_context.Reach.Tests[place]]).ToList();
        return chosen.Count == 0 || chosen.Count >= _tests.Count ? null : chosen;
    }

    /// <summary>The tests that can fail because of the bug, in their own order; null when any may, since some lines of it are reached by other tests in another order, or outside of tests.</summary>
    public IReadOnlyList<BaselineTest>? MayFail(Bug bug)
    {
        if (!bug.Sites.All(site => _context.Reach.IsReachedInAnyOrder(site.File, site.FirstLine, site.LastLine, site.FunctionLine)) || For(bug) is not { } reaching) return null;
        var ids = reaching.Select(test => test.Id).ToHashSet();

        // What a test reaches, its subtests may; of a test that was not measured nothing is known.
        bool IsIn(HashSet<string> tests, string id) => tests.Contains(id) || (id.LastIndexOf('/') is > 0 and var end && IsIn(tests, id[..end]));
        return [.. _context.Environment.Tests.Where(test => IsIn(ids, test.Id) || !IsIn(_measured, test.Id))];
    }

    private IReadOnlySet<int>? Reaching(BugSite site) => _context.Reach.TestsFor(site.File, site.FirstLine, site.LastLine, site.FunctionLine);
}
