namespace Runproof.Coverage;

/// <summary>Which tests reach which lines, measured once per environment.</summary>
/// <param name="Tests">Test ids; everything else names a test by its place here.</param>
/// <param name="Files">Source file → runs of lines that the same tests reach, ordered and apart.</param>
/// <param name="Imports">Test file → source files it imports, where the framework tells.</param>
/// <param name="Unmeasured">Tests of which nothing is known: always selected.</param>
internal sealed record ReachMap(
    IReadOnlyList<string> Tests,
    IReadOnlyDictionary<string, IReadOnlyList<ReachedLines>> Files,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Imports,
    IReadOnlyList<int> Unmeasured)
{
    /// <summary>Nothing was measured: any test may reach anything.</summary>
    public static ReachMap Empty { get; } = new([], new Dictionary<string, IReadOnlyList<ReachedLines>>(), new Dictionary<string, IReadOnlyList<string>>(), []);

    /// <summary>The tests that reach any of the lines, or null where that cannot be known and every test may.</summary>
    /// <param name="fallbackFrom">First line of the enclosing function: a line that no record names belongs to the nearest one before it.</param>
    public IReadOnlySet<int>? TestsFor(string file, int firstLine, int lastLine, int fallbackFrom)
    {
        if (Tests.Count == 0) return null;
        var touched = Touched(file, firstLine, lastLine, fallbackFrom);
        var tests = new HashSet<int>(touched.SelectMany(run => run.Tests));
        if (touched.Any(run => run.Shared))
        {
            if (Imports.Count == 0) return null;
            var importing = Imports.Where(pair => pair.Value.Contains(file)).Select(pair => pair.Key).ToHashSet();
            for (var i = 0; i < Tests.Count; i++)
            {
                if (importing.Contains(FileOf(Tests[i]))) tests.Add(i);
            }

            // Ids that do not name their file (unittest): the import map cannot be used.
            if (tests.Count == 0) return null;
        }

        if (tests.Count > 0) tests.UnionWith(Unmeasured);
        return tests;
    }

    /// <summary>Whether a test runs any of the lines; lines that only run at import do not count.</summary>
    public bool IsReachedByTests(string file, int firstLine, int lastLine) =>
        Tests.Count == 0 || Files.TryGetValue(file, out var runs) && runs.Any(run => run.Tests.Count > 0 && run.First <= lastLine && run.Last >= firstLine);

    /// <summary>
    /// Whether these are all the tests that stand on the lines: they reach them whatever ran before. A table that is filled once is reached by whichever test comes first, and read by others.
    /// </summary>
    public bool IsReachedInAnyOrder(string file, int firstLine, int lastLine, int fallbackFrom) =>
        Tests.Count > 0 && Touched(file, firstLine, lastLine, fallbackFrom) is { Count: > 0 } touched && !touched.Any(run => run.Shared || run.Moves);

    /// <summary>Whether some of the lines also run outside any one test: at import, or in a fixture that tests share.</summary>
    public bool RunsOutsideTests(string file, int firstLine, int lastLine, int fallbackFrom) => Tests.Count == 0 || Touched(file, firstLine, lastLine, fallbackFrom).Any(run => run.Shared);

    private List<ReachedLines> Touched(string file, int firstLine, int lastLine, int fallbackFrom)
    {
        if (!Files.TryGetValue(file, out var runs)) return [];
        var touched = runs.Where(run => run.First <= lastLine && run.Last >= firstLine).ToList();
        return touched.Count > 0 ? touched : [.. runs.Where(run => run.Last < firstLine && run.Last > fallbackFrom).TakeLast(1)];
    }

    private static string FileOf(string id) => id.IndexOf("::", StringComparison.Ordinal) is >= 0 and var end ? id[..end] : id;
}

/// <param name="Tests">Places in <see cref="ReachMap.Tests"/>.</param>
/// <param name="Shared">Also runs outside any one test: at import, or in a fixture that tests share.</param>
/// <param name="Moves">Other tests reach it when they run in another order, or only one order was measured.</param>
internal sealed record ReachedLines(int First, int Last, IReadOnlyList<int> Tests, bool Shared, bool Moves);
