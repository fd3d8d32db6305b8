using System.Globalization;
using System.Text;
using System.Text.Json;

/// <summary>
/// One run. Variables: RUNPROOF_REPORT (TRX documents to write), RUNPROOF_SELECT (tests to run, each a line "SECONDS ID" with its limit), RUNPROOF_SHUFFLE (seed), RUNPROOF_FAIL_FAST,
/// RUNPROOF_TEST_SECONDS (limit of each test without one of its own), RUNPROOF_REACH (JSON lines to write).
/// </summary>
internal static class Suite
{
    /// <summary>Class → test project, from the last whole run: a choice of tests builds only the projects that hold them.</summary>
    private static string Classes => Path.Combine(Tools.Home, "classes");

    public static int Run(string[] arguments)
    {
        var report = Tools.Variable("RUNPROOF_REPORT");
        var reach = Tools.Variable("RUNPROOF_REACH");
        var failFast = Tools.Variable("RUNPROOF_FAIL_FAST").Length > 0;
        var projects = TestProject.Read();
        if (projects.Count == 0) return Tools.Fail("no test project was restored");
        if (arguments.Length > 0) projects = [.. projects.Where(project => arguments.Any(argument => In(project.Path, argument)))];
        var chosen = Chosen();
        var owners = File.Exists(Classes) ? File.ReadAllLines(Classes).Select(line => line.Split('\t')).ToLookup(parts => parts[0], parts => parts[1]) : null;
        var wanted = chosen is null || owners is null ? projects : Owners(projects, chosen, owners);

        var probes = Path.Combine(Path.GetTempPath(), "runproof-probes");
        if (reach.Length > 0) Environment.SetEnvironmentVariable("RUNPROOF_PROBES", probes);
        var built = Build.All(wanted, reach.Length > 0, out var output);
        using var written = new FileStream(report, FileMode.Create);
        Dictionary<string, string> classes = [];
        HashSet<string> ids = [];
        var failed = false;
        foreach (var project in wanted)
        {
            if (!built.TryGetValue(project.Path, out var assembly) || !File.Exists(assembly))
            {
                var errors = Build.Errors(output);
                Console.WriteLine(string.Join('\n', errors));
                Trx.WriteCollectionFailure(written, Path.GetRelativePath(Directory.GetCurrentDirectory(), project.Path), errors.Count > 0 ? string.Join('\n', errors.Take(20).Reverse()) : output);
                failed = true;
                continue;
            }

            var run = TestRun.Of(assembly, project.Path, chosen, failFast);
            failed |= run.Failed;
            foreach (var document in run.Documents) Trx.Append(written, document);
            foreach (var id in run.Documents.SelectMany(Trx.Ids))
            {
                ids.Add(id);
                classes[TestIds.ClassOf(id)] = project.Path;
            }

            if (failFast && failed) break;
        }

        if (chosen is null && !failFast && reach.Length == 0) File.WriteAllLines(Classes, classes.Select(pair => $"{pair.Key}\t{pair.Value}").Order(StringComparer.Ordinal));
        if (reach.Length > 0) WriteReach(probes, reach, ids);
        return failed ? 1 : 0;
    }

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
