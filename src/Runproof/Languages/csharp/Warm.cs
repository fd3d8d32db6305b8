using System.Diagnostics;
using System.Text;
using System.Text.Json;

/// <summary>
/// A run for each of many bugs, by a compiler and test processes that stay. Requests and answers are those of <c>runproof_warm.py</c>. A bug's assemblies are loaded beside those of the bugs before it, by
/// processes that have loaded the framework; what tests leave behind elsewhere stays for the next bug. So an answer is good for a first look alone, and one without a report says that a plain run must tell.
/// </summary>
internal sealed class Warm
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("runproof-warm-").FullName;
    private readonly List<Compiler> _compilers = Compiler.All();
    private readonly Dictionary<string, string> _built = Suite.LastBuilt();
    private readonly Dictionary<string, TestHost> _hosts = [];
    private readonly Dictionary<string, List<Compiler>> _copies = [];

    public static int Serve(string[] arguments)
    {
        var (input, output) = (Console.OpenStandardInput(), Console.OpenStandardOutput());
        Console.SetOut(Console.Error);
        var warm = new Warm();
        Environment.SetEnvironmentVariable("TMPDIR", warm._scratch);
        while (ReadLine(input) is { } line)
        {
            var (nonce, length) = (line[..line.IndexOf(' ')], int.Parse(line[(line.IndexOf(' ') + 1)..]));
            var message = new byte[length];
            input.ReadExactly(message);
            output.Write(warm.Run(JsonSerializer.Deserialize<JsonElement>(message), arguments));
            output.Write(Encoding.ASCII.GetBytes(nonce));
            output.Flush();
            warm.CleanUp();
        }

        return 0;
    }

    /// <returns>The report and the line that ends it, or why a plain run must tell.</returns>
    private byte[] Run(JsonElement request, string[] arguments)
    {
        var select = Path.Combine(_scratch, "select");
        var variables = request.GetProperty("variables").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString());
        if (request.GetProperty("select") is { ValueKind: JsonValueKind.Array } lines) File.WriteAllLines(select, lines.EnumerateArray().Select(one => one.GetString()!));
        Environment.SetEnvironmentVariable("RUNPROOF_SELECT", File.Exists(select) ? select : null);
        foreach (var name in new[] { "TEST_SECONDS", "FAIL_FAST" }) Environment.SetEnvironmentVariable("RUNPROOF_" + name, variables.GetValueOrDefault(name));
        var until = Stopwatch.GetTimestamp() + (long)(request.GetProperty("seconds").GetDouble() * Stopwatch.Frequency);
        try
        {
            var suite = new Suite(arguments);
            var projects = suite.Projects.Where(project => _built.ContainsKey(project.Path)).ToDictionary(project => project.Path, project => _built[project.Path]);

            // A test process may start while the compiler works.
            foreach (var assembly in projects.Values) HostOf(assembly).Start();
            var change = request.GetProperty("file").GetString() is { } file ? Compile(file, request) : Untouched(projects.Values);
            var report = new MemoryStream();
            var code = suite.RunTests(
                report, project => projects.TryGetValue(project, out var assembly) && !change.BrokenFor(CopiesIn(assembly)) ? assembly : null, () => change.Errors,
                (assembly, run) => HostOf(assembly).Run(run, change.Images.Where(image => CopiesIn(assembly).Contains(image.Key)).ToDictionary(image => image.Key.Name, image => image.Value), CopiesIn(assembly), until));
            return [.. report.ToArray(), .. Encoding.ASCII.GetBytes($"\nend {code} report={report.Length}\n")];
        }
        catch (Cold cold)
        {
            return Encoding.UTF8.GetBytes(cold.Message);
        }
    }

    private Change Compile(string file, JsonElement request)
    {
        var old = File.ReadAllBytes(file);
        byte[] content = [.. old[..request.GetProperty("start").GetInt32()], .. Encoding.UTF8.GetBytes(request.GetProperty("replacement").GetString()!), .. old[request.GetProperty("end").GetInt32()..]];
        var change = new Change();
        var compilers = _compilers.Where(one => one.Has(file)).ToList();
        if (compilers.Count == 0) throw new Cold("no project that was built has the file");
        if (_compilers.Exists(other => compilers.Exists(other.IsAnalyzedBy))) throw new Cold("what the file's project generates would have to be compiled too");
        foreach (var compiler in compilers)
        {
            var image = Path.Combine(_scratch, $"{change.Images.Count}-{compiler.Name}.dll");
            var errors = compiler.Emit(file, content, image) ?? throw new Cold("other projects would have to be compiled too");
            if (errors.Count == 0) change.Images[compiler] = image;
            else change.Broken[compiler] = errors;
        }

        return change;
    }

    /// <summary>Without a change all assemblies but the tests' own are loaded as a changed one would be, so that tests which do not bear that are known.</summary>
    private Change Untouched(IEnumerable<string> assemblies)
    {
        var change = new Change();
        foreach (var compiler in assemblies.SelectMany(CopiesIn).Where(compiler => !_built.ContainsKey(compiler.Project))) change.Images[compiler] = compiler.Output;
        return change;
    }

    private List<Compiler> CopiesIn(string assembly)
    {
        if (!_copies.TryGetValue(assembly, out var copies)) _copies[assembly] = copies = [.. _compilers.Where(one => one.IsIn(Path.GetDirectoryName(assembly)!))];
        return copies;
    }

    private TestHost HostOf(string assembly)
    {
        if (!_hosts.TryGetValue(assembly, out var host)) _hosts[assembly] = host = new(assembly);
        return host;
    }

    private void CleanUp()
    {
        foreach (var file in Directory.EnumerateFiles(_scratch)) File.Delete(file);
        foreach (var folder in Directory.EnumerateDirectories(_scratch)) Directory.Delete(folder, recursive: true);
    }

    private static string? ReadLine(Stream input)
    {
        var line = new StringBuilder();
        for (int next; (next = input.ReadByte()) != '\n'; line.Append((char)next)) if (next < 0) return null;
        return line.ToString();
    }

    /// <summary>What a bug makes of the projects that hold its file.</summary>
    private sealed class Change
    {
        public Dictionary<Compiler, string> Images { get; } = [];

        public Dictionary<Compiler, IReadOnlyList<string>> Broken { get; } = [];

        public IReadOnlyList<string> Errors => [.. Broken.Values.SelectMany(errors => errors).Distinct()];

        public bool BrokenFor(List<Compiler> copies) => copies.Exists(Broken.ContainsKey);
    }
}

/// <summary>A plain run must tell.</summary>
internal sealed class Cold(string message) : Exception(message);
