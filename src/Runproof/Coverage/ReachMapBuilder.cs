namespace Runproof.Coverage;

/// <summary>Turns records "this test ran these lines" into a <see cref="ReachMap"/>.</summary>
/// <remarks>
/// Records come suite by suite: <see cref="Folder"/> and <see cref="IdPrefix"/> turn a suite's own paths and ids into those of the repository. Each suite's come once for each order of its tests; where each
/// test ran in a process of its own, one reading is that of any order.
/// </remarks>
internal sealed class ReachMapBuilder
{
    /// <summary>Where the suite whose records come runs; empty for the root.</summary>
    public string Folder { get; set; } = "";

    public string IdPrefix { get; set; } = "";

    /// <summary>The order of tests whose records come; null where order plays no part.</summary>
    public int? Order { get; set; }

    private readonly List<string> _tests = [];
    private readonly Dictionary<string, int> _places = [];
    private readonly Dictionary<string, Dictionary<int, HashSet<int>>>[] _lines = [[], []];
    private readonly Dictionary<string, HashSet<int>> _shared = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _imports = [];
    private readonly HashSet<int> _unmeasured = [];

    public int Test(string id)
    {
        id = IdPrefix + id;
        if (_places.TryGetValue(id, out var place)) return place;
        _places.Add(id, _tests.Count);
        _tests.Add(id);
        return _tests.Count - 1;
    }

    public void Unmeasured(string id) => _unmeasured.Add(Test(id));

    public void Imports(string testFile, IReadOnlyList<string> files) => _imports[Path(testFile)] = [.. files.Select(Path)];

    /// <summary>Lines are 1-based, both ends included.</summary>
    public void Lines(int test, string file, int first, int last)
    {
        file = Path(file);
        foreach (var files in Order is { } order ? [_lines[order]] : _lines)
        {
            if (!files.TryGetValue(file, out var lines)) files.Add(file, lines = []);
            for (var line = first; line <= last; line++)
            {
                if (!lines.TryGetValue(line, out var tests)) lines.Add(line, tests = []);
                tests.Add(test);
            }
        }
    }

    public void Shared(string file, int first, int last)
    {
        file = Path(file);
        if (!_shared.TryGetValue(file, out var lines)) _shared.Add(file, lines = []);
        for (var line = first; line <= last; line++) lines.Add(line);
    }

    public ReachMap Build() => new(
        _tests,
        _lines.SelectMany(files => files.Keys).Union(_shared.Keys).ToDictionary(file => file, file => (IReadOnlyList<ReachedLines>)Runs(file)),
        _imports,
        [.. _unmeasured.Order()]);

    private string Path(string file) => Folder.Length == 0 ? file : $"{Folder}/{file}";

    private List<ReachedLines> Runs(string file)
    {
        List<ReachedLines> runs = [];
        var (lines, other) = (_lines[0].GetValueOrDefault(file) ?? [], _lines[1].GetValueOrDefault(file) ?? []);
        var shared = _shared.GetValueOrDefault(file) ?? [];
        foreach (var line in lines.Keys.Union(other.Keys).Union(shared).Order())
        {
            var (tests, again) = (lines.GetValueOrDefault(line) ?? [], other.GetValueOrDefault(line) ?? []);
            var run = new ReachedLines(line, line, [.. tests.Union(again).Order()], shared.Contains(line), !tests.SetEquals(again));
            if (runs.Count > 0 && runs[^1] is var last && last.Last == line - 1 && last.Shared == run.Shared && last.Moves == run.Moves && last.Tests.SequenceEqual(run.Tests)) runs[^1] = last with { Last = line };
            else runs.Add(run);
        }

        return runs;
    }
}
