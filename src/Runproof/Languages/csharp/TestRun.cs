using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Text.RegularExpressions;

/// <summary>What is asked of a run of the tests of one assembly.</summary>
/// <param name="Project">Its project file.</param>
/// <param name="Report">The TRX document to write.</param>
/// <param name="Timeouts">Where the test is written, as a line "SECONDS ID", that exceeded its limit and whose process was ended for that.</param>
/// <param name="Names">Parts of names: only tests with one of them in their own. Null for all.</param>
/// <param name="Cut">Parts of names: no test with one of them.</param>
internal sealed record RunOfTests(string Project, string Report, string Timeouts, IReadOnlyList<string>? Names, IReadOnlySet<string> Cut, bool FailFast)
{
    /// <summary>Lines "SECONDS ID".</summary>
    public string[] Limits => Names is null ? [] : File.ReadAllLines(Tools.Variable("RUNPROOF_SELECT"));

    /// <summary>As VSTest writes it.</summary>
    public string Filter
    {
        get
        {
            var without = string.Join('&', Cut.Select(name => $"FullyQualifiedName!~{Escaped(name)}"));
            if (Names is null) return without;
            var only = string.Join('|', Names.Select(name => $"FullyQualifiedName~{Escaped(name)}"));
            return without.Length == 0 ? only : $"({only})&{without}";
        }
    }

    /// <summary>
    /// Whether the framework may end the run at the first failure: where tests were chosen it may be that of another one whose name has a chosen one's in it.
    /// </summary>
    public bool StopsAtFirst => FailFast && Names is null;

    /// <summary>What the frameworks read. NUnit is not asked to stop at the first failure: its adapter then waits for ever.</summary>
    public string Settings(string more = "") => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <RunSettings>
          <RunConfiguration>
            <MaxCpuCount>1</MaxCpuCount><DisableParallelization>true</DisableParallelization><CollectSourceInformation>false</CollectSourceInformation>
            <ResultsDirectory>{Path.GetDirectoryName(Report)}</ResultsDirectory>
            {(Filter is { Length: > 0 } filter ? $"<TestCaseFilter>{SecurityElement.Escape(filter)}</TestCaseFilter>" : "")}
          </RunConfiguration>
          <xUnit><ParallelizeTestCollections>false</ParallelizeTestCollections><ParallelizeAssembly>false</ParallelizeAssembly><StopOnFail>{Word(StopsAtFirst)}</StopOnFail></xUnit>
          <NUnit><NumberOfTestWorkers>0</NumberOfTestWorkers></NUnit>
          <MSTest><Parallelize><Workers>1</Workers></Parallelize></MSTest>
          {more}
        </RunSettings>
        """;

    private static string Word(bool value) => value ? "true" : "false";

    private static string Escaped(string name) => Regex.Replace(name, @"[\\()&|=!~]", "\\$0");
}

/// <summary>The tests of one assembly: xUnit v3 by its own program, all others by VSTest. A test that never ends is cut, and the others run again without it.</summary>
internal sealed record TestRun(IReadOnlyList<byte[]> Documents, bool Failed)
{
    private const int Restarts = 4;
    private const int TimeoutsToStop = 2;

    public static TestRun Of(string assembly, string project, IReadOnlyList<string>? chosen, bool failFast, Func<string, RunOfTests, int> way)
    {
        List<byte[]> documents = [];
        HashSet<string> cut = [];
        for (var restart = 0; restart <= Restarts; restart++)
        {
            var file = Path.Combine(Path.GetTempPath(), $"runproof-{Guid.NewGuid():N}.trx");
            var timeouts = Path.ChangeExtension(file, ".timeouts");
            var code = way(assembly, new(project, file, timeouts, Names(chosen), cut, failFast));
            var late = File.Exists(timeouts) ? File.ReadAllLines(timeouts).LastOrDefault(line => line.Contains(' ')) : null;
            if (late is null)
            {
                if (File.Exists(file)) documents.Add(File.ReadAllBytes(file));
                else documents.Add(Trx.Aborted(assembly));
                return new(documents, code != 0 || documents.Count > 1);
            }

            var space = late.IndexOf(' ');
            documents.Add(Trx.TimedOut(late[(space + 1)..], late[..space]));
            cut.Add(TestIds.MethodOf(late[(space + 1)..]));
            if (failFast && cut.Count >= TimeoutsToStop) return new(documents, true);
        }

        documents.Add(Trx.Aborted(assembly));
        return new(documents, true);
    }

    /// <summary>In a process of its own; the result is its exit code.</summary>
    public static int Plain(string assembly, RunOfTests run) => File.Exists(Path.Combine(Path.GetDirectoryName(assembly)!, "xunit.v3.core.dll")) ? Xunit3(assembly, run) : VsTest(assembly, run);

    /// <summary>The methods of the chosen tests. Where these would make a very long filter, whole classes.</summary>
    private static List<string>? Names(IReadOnlyList<string>? chosen)
    {
        if (chosen is null) return null;
        var names = chosen.Select(TestIds.MethodOf).Distinct().ToList();
        return names.Sum(name => name.Length) <= 60_000 ? names : [.. chosen.Select(id => TestIds.ClassOf(id) + ".").Distinct()];
    }

    private static int VsTest(string assembly, RunOfTests run)
    {
        var settings = Path.ChangeExtension(run.Report, ".runsettings");
        File.WriteAllText(settings, run.Settings($"""
            <InProcDataCollectionRunSettings>
                <InProcDataCollectors>
                  <InProcDataCollector friendlyName="Runproof" uri="inproc://runproof/1" assemblyQualifiedName="Runproof.Collector, runproof.collector, Version=0.0.0.0, Culture=neutral, PublicKeyToken=null" codebase="{Tools.Home}/runproof.collector.dll"><Configuration /></InProcDataCollector>
                </InProcDataCollectors>
              </InProcDataCollectionRunSettings>
            """));
        return Tools.Stream(["exec", Tools.VsTest, assembly, $"--settings:{settings}", $"--logger:trx;LogFileName={Path.GetFileName(run.Report)}"], new() { ["RUNPROOF_TIMEOUTS"] = run.Timeouts }, Path.GetDirectoryName(run.Project)!, Console.WriteLine);
    }

    private static int Xunit3(string assembly, RunOfTests run)
    {
        // The seed of the order; then only filters of one kind, since it joins those of different kinds with "and".
        List<string> words = [":" + (Tools.Variable("RUNPROOF_SHUFFLE") is { Length: > 0 } seed ? seed : "1"), "-trx", run.Report, "-noLogo", "-noColor", "-parallel", "none", "-noAutoReporters", "-reporter", "verbose"];
        if (run.StopsAtFirst) words.Add("-stopOnFail");
        static string Pattern(string name) => name.EndsWith('.') ? name + "*" : name;
        foreach (var name in run.Names ?? []) words.AddRange(["-method", Pattern(name)]);
        foreach (var name in run.Cut) words.AddRange(["-method-", Pattern(name)]);
        var response = Path.ChangeExtension(run.Report, ".rsp");
        File.WriteAllLines(response, words.Select(word => word.Contains(' ') ? $"\"{word}\"" : word));
        using var watch = new Xunit3Watch(run.Timeouts, run.Limits);
        return Tools.Stream(["exec", assembly, "@@", response], [], Path.GetDirectoryName(assembly)!, watch.Take, watch.Guard);
    }

    private sealed record RunningTest(string Id, Stopwatch Since);

    /// <summary>Which test runs, from what the program prints, and whether it exceeds its limit.</summary>
    private sealed class Xunit3Watch(string timeouts, string[] selection) : IDisposable
    {
        private static readonly Regex Started = new(@"^\s+(.+) \[STARTING\]\s*$");
        private static readonly Regex Finished = new(@"^\s+.+ \[FINISHED\]");
        private readonly Dictionary<string, double> _limits = selection.Where(line => line.Contains(' ')).DistinctBy(line => line[(line.IndexOf(' ') + 1)..]).ToDictionary(line => line[(line.IndexOf(' ') + 1)..], line => Number(line[..line.IndexOf(' ')]));
        private readonly double _usual = Number(Tools.Variable("RUNPROOF_TEST_SECONDS"));
        private Timer? _timer;
        private volatile RunningTest? _running;

        public void Dispose()
        {
            using var over = new ManualResetEvent(false);
            if (_timer?.Dispose(over) == true) over.WaitOne();
        }

        public void Take(string line)
        {
            if (Started.Match(line) is { Success: true } started) _running = new(started.Groups[1].Value, Stopwatch.StartNew());
            else if (Finished.IsMatch(line)) _running = null;
            else Console.WriteLine(line);
        }

        public void Guard(Process process)
        {
            if (_usual <= 0 && _limits.Count == 0) return;
            _timer = new(_ =>
            {
                if (_running is not { } running) return;
                var limit = _limits.TryGetValue(running.Id, out var own) ? own : _usual;
                if (limit <= 0 || running.Since.Elapsed.TotalSeconds < limit || File.Exists(timeouts)) return;
                File.WriteAllText(timeouts, $"{limit.ToString("0.###", CultureInfo.InvariantCulture)} {running.Id}\n");
                process.Kill(entireProcessTree: true);
            }, null, 100, 100);
        }

        private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
