using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Text.RegularExpressions;

/// <summary>The tests of one assembly: xUnit v3 by its own program, all others by VSTest. A test that never ends is cut, and the others run again without it.</summary>
internal sealed record TestRun(IReadOnlyList<byte[]> Documents, bool Failed)
{
    private const int Restarts = 4;
    private const int TimeoutsToStop = 2;

    public static TestRun Of(string assembly, string project, IReadOnlyList<string>? chosen, bool failFast)
    {
        List<byte[]> documents = [];
        HashSet<string> cut = [];
        for (var restart = 0; restart <= Restarts; restart++)
        {
            var file = Path.Combine(Path.GetTempPath(), $"runproof-{Guid.NewGuid():N}.trx");
            var timeouts = Path.ChangeExtension(file, ".timeouts");
            var isOwn = File.Exists(Path.Combine(Path.GetDirectoryName(assembly)!, "xunit.v3.core.dll"));
            var code = isOwn ? Xunit3(assembly, project, file, timeouts, chosen, cut, failFast) : VsTest(assembly, project, file, timeouts, chosen, cut, failFast);
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

    private static int VsTest(string assembly, string project, string file, string timeouts, IReadOnlyList<string>? chosen, HashSet<string> cut, bool failFast)
    {
        var settings = Path.ChangeExtension(file, ".runsettings");
        File.WriteAllText(settings, $"""
            <?xml version="1.0" encoding="utf-8"?>
            <RunSettings>
              <RunConfiguration>
                <MaxCpuCount>1</MaxCpuCount><DisableParallelization>true</DisableParallelization><CollectSourceInformation>false</CollectSourceInformation>
                <ResultsDirectory>{Path.GetDirectoryName(file)}</ResultsDirectory>
                {(Filter(chosen, cut) is { Length: > 0 } filter ? $"<TestCaseFilter>{SecurityElement.Escape(filter)}</TestCaseFilter>" : "")}
              </RunConfiguration>
              <xUnit><ParallelizeTestCollections>false</ParallelizeTestCollections><ParallelizeAssembly>false</ParallelizeAssembly><StopOnFail>{Word(failFast)}</StopOnFail></xUnit>
              <NUnit><NumberOfTestWorkers>0</NumberOfTestWorkers><StopOnError>{Word(failFast)}</StopOnError></NUnit>
              <MSTest><Parallelize><Workers>1</Workers></Parallelize></MSTest>
              <InProcDataCollectionRunSettings>
                <InProcDataCollectors>
                  <InProcDataCollector friendlyName="Runproof" uri="inproc://runproof/1" assemblyQualifiedName="Runproof.Collector, runproof.collector, Version=0.0.0.0, Culture=neutral, PublicKeyToken=null" codebase="{Tools.Home}/runproof.collector.dll"><Configuration /></InProcDataCollector>
                </InProcDataCollectors>
              </InProcDataCollectionRunSettings>
            </RunSettings>
            """);
        return Tools.Stream(["exec", Tools.VsTest, assembly, $"--settings:{settings}", $"--logger:trx;LogFileName={Path.GetFileName(file)}"], new() { ["RUNPROOF_TIMEOUTS"] = timeouts }, Path.GetDirectoryName(project)!, Console.WriteLine);
    }

    private static string Word(bool value) => value ? "true" : "false";

    /// <summary>A name that contains a chosen one, and none of those that were cut. A filter that would be very long chooses whole classes.</summary>
    private static string Filter(IReadOnlyList<string>? chosen, HashSet<string> cut)
    {
        var without = string.Join('&', cut.Select(name => $"FullyQualifiedName!~{Escaped(name)}"));
        if (chosen is null) return without;
        var names = chosen.Select(TestIds.MethodOf).Distinct().ToList();
        if (names.Sum(name => name.Length) > 60_000) names = [.. chosen.Select(id => TestIds.ClassOf(id) + ".").Distinct()];
        var only = string.Join('|', names.Select(name => $"FullyQualifiedName~{Escaped(name)}"));
        return without.Length == 0 ? only : $"({only})&{without}";
    }

    private static string Escaped(string name) => Regex.Replace(name, @"[\\()&|=!~]", "\\$0");

    private static int Xunit3(string assembly, string project, string file, string timeouts, IReadOnlyList<string>? chosen, HashSet<string> cut, bool failFast)
    {
        // The seed of the order; then only filters of one kind, since it joins those of different kinds with "and".
        List<string> words = [":" + (Tools.Variable("RUNPROOF_SHUFFLE") is { Length: > 0 } seed ? seed : "1"), "-trx", file, "-noLogo", "-noColor", "-parallel", "none", "-noAutoReporters", "-reporter", "verbose"];
        if (failFast) words.Add("-stopOnFail");
        static string Pattern(string name) => name.EndsWith('.') ? name + "*" : name;
        foreach (var name in (chosen ?? []).Select(TestIds.MethodOf).Distinct()) words.AddRange(["-method", Pattern(name)]);
        foreach (var name in cut) words.AddRange(["-method-", Pattern(name)]);
        var response = Path.ChangeExtension(file, ".rsp");
        File.WriteAllLines(response, words.Select(word => word.Contains(' ') ? $"\"{word}\"" : word));
        var watch = new Xunit3Watch(timeouts, chosen is null ? [] : File.ReadAllLines(Tools.Variable("RUNPROOF_SELECT")));
        return Tools.Stream(["exec", assembly, "@@", response], [], Path.GetDirectoryName(assembly)!, watch.Take, watch.Guard);
    }

    private sealed record RunningTest(string Id, Stopwatch Since);

    /// <summary>Which test runs, from what the program prints, and whether it exceeds its limit.</summary>
    private sealed class Xunit3Watch(string timeouts, string[] selection)
    {
        private static readonly Regex Started = new(@"^\s+(.+) \[STARTING\]\s*$");
        private static readonly Regex Finished = new(@"^\s+.+ \[FINISHED\]");
        private readonly Dictionary<string, double> _limits = selection.Where(line => line.Contains(' ')).DistinctBy(line => line[(line.IndexOf(' ') + 1)..]).ToDictionary(line => line[(line.IndexOf(' ') + 1)..], line => Number(line[..line.IndexOf(' ')]));
        private readonly double _usual = Number(Tools.Variable("RUNPROOF_TEST_SECONDS"));
        private Timer? _timer;
        private volatile RunningTest? _running;

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
