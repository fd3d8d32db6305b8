using System.Globalization;
using System.Text;
using System.Text.Json;

/// <summary>
/// One run. Variables: RUNPROOF_REPORT (TRX documents to write), RUNPROOF_SELECT (tests to run, each a line "SECONDS ID" with its limit), RUNPROOF_SHUFFLE (seed), RUNPROOF_FAIL_FAST,
/// RUNPROOF_TEST_SECONDS (limit of each test without one of its own), RUNPROOF_REACH (JSON lines to write).
/// </summary>
internal sealed class Suite
{
    private readonly List<string>? _chosen = Chosen();
    private readonly bool _failFast = Tools.Variable("RUNPROOF_FAIL_FAST").Length > 0;
    private readonly Dictionary<string, string> _classes = [];
    private readonly HashSet<string> _ids = [];

    /// <param name="arguments">Projects, or folders of them; none for all.</param>
    public Suite(string[] arguments)
    {
        Projects = TestProject.Read();
        if (arguments.Length > 0) Projects = [.. Projects.Where(project => arguments.Any(argument => In(project.Path, argument)))];
        if (_chosen is not null && File.Exists(Classes)) Projects = Owners(Projects, _chosen, Pairs(Classes).ToLookup(pair => pair.First, pair => pair.Second));
    }

    /// <summary>Class → test project, from the last whole run: a choice of tests builds only the projects that hold them.</summary>
    private static string Classes => Path.Combine(Tools.Home, "classes");

    private static string Built => Path.Combine(Tools.Home, "built");

    public List<TestProject> Projects { get; }

    public static int Run(string[] arguments)
    {
        if (TestProject.Read().Count == 0) return Tools.Fail("no test project was restored");
        var suite = new Suite(arguments);
        var reach = Tools.Variable("RUNPROOF_REACH");
        var probes = Path.Combine(Path.GetTempPath(), "runproof-probes");
        if (reach.Length > 0) Environment.SetEnvironmentVariable("RUNPROOF_PROBES", probes);
        var built = Build.All(suite.Projects, reach.Length > 0, out var output);
        using var written = new FileStream(Tools.Variable("RUNPROOF_REPORT"), FileMode.Create);
        var code = suite.RunTests(written, project => built.GetValueOrDefault(project), () => Build.Errors(output) is { Count: > 0 } errors ? errors : [output], TestRun.Plain);
        if (suite._chosen is null && !suite._failFast && reach.Length == 0)
        {
            WritePairs(Classes, suite._classes);
            WritePairs(Built, built);
        }

        if (reach.Length > 0) WriteReach(probes, reach, suite._ids);
        return code;
    }

    /// <summary>Test project → assembly, from the last whole run.</summary>
    public static Dictionary<string, string> LastBuilt() => File.Exists(Built) ? Pairs(Built).ToDictionary(pair => pair.First, pair => pair.Second) : [];

    /// <param name="built">Project → assembly, null where there is none.</param>
    /// <param name="errors">What is said of a project without an assembly.</param>
    /// <param name="way">How the tests of an assembly are run.</param>
    /// <returns>The exit code.</returns>
    public int RunTests(Stream report, Func<string, string?> built, Func<IReadOnlyList<string>> errors, Func<string, RunOfTests, int> way)
    {
        var failed = false;
        foreach (var project in Projects)
        {
            if (built(project.Path) is not { } assembly || !File.Exists(assembly))
            {
                var lines = errors();
                Console.WriteLine(string.Join('\n', lines));
                Trx.WriteCollectionFailure(report, Path.GetRelativePath(Directory.GetCurrentDirectory(), project.Path), string.Join('\n', lines.Take(20).Reverse()));
                failed = true;
                continue;
            }

            var run = TestRun.Of(assembly, project.Path, _chosen, _failFast, way);
            failed |= run.Failed;
            foreach (var document in run.Documents) Trx.Append(report, document);
            foreach (var id in run.Documents.SelectMany(Trx.Ids))
            {
                _ids.Add(id);
                _classes[TestIds.ClassOf(id)] = project.Path;
            }

            if (_failFast && failed) break;
        }

        return failed ? 1 : 0;
    }

    private static IEnumerable<(string First, string Second)> Pairs(string file) => File.ReadAllLines(file).Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1]));

    private static void WritePairs(string file, Dictionary<string, string> pairs) => File.WriteAllLines(file, pairs.Select(pair => $"{pair.Key}\t{pair.Value}").Order(StringComparer.Ordinal));

    private static bool In(string path, string argument) => Path.GetFullPath(argument) is var full && (path == full || path.StartsWith(full.TrimEnd('/') + "/", StringComparison.Ordinal));

    private static List<TestProject> Owners(List<TestProject> projects, IReadOnlyList<string> chosen, ILookup<string, string> owners)
    {
        var types = chosen.Select(TestIds.ClassOf).Distinct().ToList();
        if (types.Any(type => !owners.Contains(type))) return projects;
        var paths = types.SelectMany(type => owners[type]).ToHashSet();
        return [.. projects.Where(project => paths.Contains(project.Path))];
    }

    /// <summary>Ids of chosen tests; null for all.</summary>
    private static List<string>? Chosen()
    {
        var file = Tools.Variable("RUNPROOF_SELECT");
        if (file.Length == 0) return null;
        var lines = File.ReadAllLines(file).Where(line => line.Contains(' ')).ToList();
        return [.. lines.Select(line => line[(line.IndexOf(' ') + 1)..])];
    }

    /// <summary>A test whose cases are known only while it runs tells of itself once, under the name of its method: that stands for all its cases.</summary>
    private static void WriteReach(string probes, string reach, HashSet<string> ids)
    {
        using var output = new StreamWriter(reach, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        foreach (var line in File.Exists(probes) ? File.ReadLines(probes) : [])
        {
            using var document = JsonDocument.Parse(line);
            var id = document.RootElement.TryGetProperty("test", out var test) ? test.GetString()! : null;
            if (id is null || ids.Contains(id))
            {
                output.WriteLine(line);
                continue;
            }

            var numbers = document.RootElement.GetProperty("probes").GetRawText();
            foreach (var one in ids.Where(one => one.StartsWith(id, StringComparison.Ordinal) && one.Length > id.Length && one[id.Length] is '(' or ' ')) output.WriteLine($"{{\"test\":{JsonSerializer.Serialize(one)},\"probes\":{numbers}}}");
        }
    }
}
