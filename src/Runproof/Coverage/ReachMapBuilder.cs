namespace Runproof.Coverage;

/// <summary>Turns records "this test ran these lines" into a <see cref="ReachMap"/>.</summary>
/// <remarks>Records come suite by suite: <see cref="Folder"/> and <see cref="IdPrefix"/> turn a suite's own paths and ids into those of the repository.</remarks>
internal sealed class ReachMapBuilder
{
    /// <summary>Where the suite whose records come runs; empty for the root.</summary>
    public string Folder { get; set; } = "";

    public string IdPrefix { get; set; } = "";

    private readonly List<string> _tests = [];
    private readonly Dictionary<string, int> _places = [];
    private readonly Dictionary<string, Dictionary<int, List<int>>> _lines = [];
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
        if (!_lines.TryGetValue(file, out var lines)) _lines.Add(file, lines = []);
        for (var line = first; line <= last; line++)
        {
            if (!lines.TryGetValue(line, out var tests)) lines.Add(line, tests = []);
            if (tests.Count == 0 || tests[^1] != test) tests.Add(test);
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
        _lines.Keys.Union(_shared.Keys).ToDictionary(file => file, file => (IReadOnlyList<ReachedLines>)Runs(file)),
        _imports,
        [.. _unmeasured.Order()]);

    private string Path(string file) => Folder.Length == 0 ? file : $"{Folder}/{file}";

    private List<ReachedLines> Runs(string file)
    {
        List<ReachedLines> runs = [];
        var lines = _lines.GetValueOrDefault(file) ?? [];
        var shared = _shared.GetValueOrDefault(file) ?? [];
        foreach (var line in lines.Keys.Union(shared).Order())
        {
            IReadOnlyList<int> tests = lines.TryGetValue(line, out var found) ? found : [];
            var isShared = shared.Contains(line);
            if (runs.Count > 0 && runs[^1] is var last && last.Last == line - 1 && last.Shared == isShared && last.Tests.SequenceEqual(tests)) runs[^1] = last with { Last = line };
            else runs.Add(new(line, line, tests, isShared));
        }

        return runs;
    }
}
