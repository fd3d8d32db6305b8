using Runproof.Catalogue;
using Runproof.Languages.Reports;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Environments;

/// <param name="Suite">With what the baseline taught about it.</param>
internal sealed record BaselineResult(
    Suite Suite, IReadOnlyList<BaselineTest> Tests, IReadOnlyList<QuarantinedTest> Quarantined, IReadOnlyList<string> DebianPackages, IReadOnlyList<string> Steps);

/// <summary>
/// Runs a suite on the untouched code: twice in its own order, once in another, once with the sentinels of a grading run. A test that passes in all of
/// them judges; every other one is quarantined by name, and the rest goes on. A run in a warm process tells which tests bear that; it quarantines none.
/// </summary>
internal sealed class Baseline(Workspace workspace, IProgressLog log, int jobs)
{
    private const int PackageRounds = 6;
    public const int ShuffleSeed = 20260101;

    /// <summary>Why such a test is quarantined.</summary>
    public const string InCode = "stands in the code that a solution changes";

    /// <param name="place">Of the suite in the environment.</param>
    /// <param name="failure">Why its dependencies could not be installed.</param>
    /// <param name="once">Only whether it works, and where sentinels are loaded: what its tests are worth is asked elsewhere.</param>
    public async Task<BaselineResult> RunAsync(
        RepositoryTree tree, Suite suite, int place, string? failure, ProjectOptions options, EnvironmentLayers layers, bool once, string scratch, CancellationToken cancel)
    {
        using var progress = log.Begin(place == 0 ? "running the baseline suite" : $"running the baseline suite of {suite.Name}", once ? 2 : 5);
        var runner = new SuiteRunner(suite);
        List<string> packages = [];
        List<string> steps = [];
        var (first, cache) = await FirstAsync(runner, suite, options, layers, packages, steps, scratch, cancel);
        if (cache is not null) await KeepCacheAsync(cache, layers, suite.Profile.Packages.SharedCache, cancel);
        progress.Advance(1);
        var files = new TestFiles(tree, suite);
        var passing = first.Report.With(TestOutcome.Passed).Select(test => new BaselineTest(test.Id, test.Seconds, test.File ?? files.Of(test.Id[suite.IdPrefix.Length..]), place)).ToList();
        if (passing.Count == 0) throw new InputException(NothingPasses(first, suite, failure));

        var sentinels = Sentinels.Plant(tree, [suite], [.. passing.Select(test => test with { Suite = 0 })]);
        (SuiteRequest Request, IReadOnlyList<string> Above) graded = (new(options.SuiteSeconds), sentinels is null ? [] : [sentinels.WriteLayer(Path.Combine(scratch, "sentinels"))]);
        (SuiteRequest Request, IReadOnlyList<string> Above)[] requests = once ? [graded] : [(new(options.SuiteSeconds), []), (new(options.SuiteSeconds, ShuffleSeed: ShuffleSeed), []), graded];
        var runs = new SuiteRun[requests.Length];
        (SuiteRun? Run, string Failure) warm = (null, "");
        await Parallel.ForEachAsync(Enumerable.Range(0, requests.Length + 1), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (i, token) =>
        {
            if (i == requests.Length)
            {
                if (once) return;
                warm = await WarmAsync(suite, layers, new(options.SuiteSeconds), token);
                progress.Advance(1);
                return;
            }

            await using var sandbox = await workspace.Sandboxes.CreateAsync(layers.ToJudge(requests[i].Above), token);
            runs[i] = await runner.RunAsync(sandbox, requests[i].Request, passing, token);
            progress.Advance(1);
        });

        var sentinelFolders = sentinels?.HonestFolders(runs[^1].Report) ?? [];
        if (sentinelFolders.Count == 0) steps.Add("the framework does not load a sentinel test here: a forged report would be harder to notice");
        List<SuiteRun> all = [first, .. runs[..^1]];
        if (sentinelFolders.Count > 0) all.Add(runs[^1]);
        if (!once && warm.Run is null && WarmProcesses.Supports(suite)) steps.Add($"tests cannot be run from a warm process here: screening takes longer ({LastLine(warm.Failure)})");
        var quarantined = Quarantine(first, all, once ? null : runs[1]);
        quarantined.AddRange(passing.Where(test => StandsInCode(test, suite) && !quarantined.Exists(other => other.Id == test.Id)).Select(test => new QuarantinedTest(test.Id, InCode)));
        var names = quarantined.Select(test => test.Id).ToHashSet();
        List<BaselineTest> steady = [.. passing.Where(test => !names.Contains(test.Id))];
        IReadOnlyList<string>? notWarm = warm.Run is null ? null : [.. steady.Select(test => test.Id).Where(id => !warm.Run.Report.Passed(id))];
        if (notWarm is { Count: > 0 }) steps.Add($"{notWarm.Count} tests do not pass when forked from a warm process: bugs that they reach are screened the plain way");
        return new(suite with { Seconds = Math.Max(first.Seconds, runs[0].Seconds), SentinelFolders = sentinelFolders, NotWarm = notWarm }, steady, quarantined, packages, steps);
    }

    /// <summary>Whether a solution changes the file that a test stands in.</summary>
    public static bool StandsInCode(BaselineTest test, Suite suite) => (test.StandsInCode || (suite.Profile.TestParts is not null && test.File is not null)) && !suite.Sees(kinds => kinds.Test, test.File!);

    private async Task<(SuiteRun? Run, string Failure)> WarmAsync(Suite suite, EnvironmentLayers layers, SuiteRequest request, CancellationToken cancel)
    {
        if (!WarmProcesses.Supports(suite)) return (null, "");
        await using var processes = new WarmProcesses(workspace.Sandboxes, layers.ToJudge([]), suite);
        return (await processes.RunAsync(null, request, cancel), processes.Failure ?? "");
    }

    /// <summary>The first run; modules that it misses are brought and it is run again.</summary>
    private async Task<(SuiteRun Run, string? Cache)> FirstAsync(
        SuiteRunner runner, Suite suite, ProjectOptions options, EnvironmentLayers layers, List<string> packages, List<string> steps, string scratch, CancellationToken cancel)
    {
        var installer = new DependencyInstaller(workspace, log, scratch);
        for (var round = 0; ; round++)
        {
            await using var sandbox = await workspace.Sandboxes.CreateAsync(layers.Plain([]), cancel);
            var run = await runner.RunAsync(sandbox, new(options.SuiteSeconds), null, cancel);
            if (run.TimedOut)
            {
                throw new InputException(
                    $"the test suite did not end within {options.SuiteSeconds} s: raise suite_seconds or narrow arguments in {ProjectOptions.FileName}");
            }

            var wanted = DebianPackages.Wanted(suite.Profile.Packages, run).Except(packages).ToList();
            var brought = false;
            foreach (var package in round < PackageRounds ? wanted : [])
            {
                packages.Add(package);
                var unpacked = await installer.UnpackAsync(package, layers, cancel);
                steps.Add(unpacked ? $"unpacked Debian's {package}, which tests import" : $"tests import what Debian's {package} would have, and there is none");
                brought |= unpacked;
            }

            if (brought) continue;
            packages.RemoveAll(package => steps.Contains($"tests import what Debian's {package} would have, and there is none"));
            return (run, await CacheAsync(sandbox, scratch, cancel));
        }
    }

    /// <summary>What the run left outside of the repository: build caches, which hold the correct code.</summary>
    private static async Task<string?> CacheAsync(ISandbox sandbox, string scratch, CancellationToken cancel)
    {
        var written = Path.Combine(scratch, "cache");
        await sandbox.SnapshotAsync(written, cancel);
        foreach (var folder in Directory.EnumerateDirectories(written).Where(folder => Path.GetFileName(folder) != "env").ToList()) WorkspaceFolders.Delete(folder);
        return Directory.Exists(Path.Combine(written, "env")) ? written : null;
    }

    /// <summary>Suites share one layer of caches, each with folders of its own in it.</summary>
    private static async Task KeepCacheAsync(string cache, EnvironmentLayers layers, IReadOnlyList<string> shared, CancellationToken cancel)
    {
        Directory.CreateDirectory(layers.JudgeCache);
        await HostProcess.RunAsync(new("cp", ["-a", "--", Path.Combine(cache, "env"), layers.JudgeCache]), cancel);
        WorkspaceFolders.Delete(cache);
        foreach (var folder in shared)
        {
            var (source, target) = (Path.Combine(layers.JudgeCache, "env", folder), Path.Combine(layers.SharedCache, "env", folder));
            if (!Directory.Exists(source) || Directory.Exists(target)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await HostProcess.RunAsync(new("cp", ["-al", "--", source, target]), cancel);
        }
    }

    private static List<QuarantinedTest> Quarantine(SuiteRun first, List<SuiteRun> runs, SuiteRun? shuffled)
    {
        List<QuarantinedTest> quarantined = [.. first.Report.CollectionFailures.Select(failure => new QuarantinedTest(failure.Where, "cannot be collected: " + FirstLine(failure.Message)))];
        foreach (var id in runs.SelectMany(run => run.Report.Tests.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var outcomes = runs.Select(run => run.Report.OutcomeOf(id)).ToList();
            if (outcomes.All(outcome => outcome == TestOutcome.Passed)) continue;
            if (Sentinels.IsSentinel(id)) continue;
            var reason = outcomes.Distinct().Count() == 1 ? Word(outcomes[0])
                : runs.Where(run => run != shuffled).All(run => run.Report.Passed(id)) ? "depends on the order of tests"
                : $"unsteady: {string.Join(", ", outcomes.Select(Word))}";
            quarantined.Add(new(id, reason));
        }

        return quarantined;
    }

    private static string Word(TestOutcome outcome) => outcome switch
    {
        TestOutcome.Failed => "fails at baseline",
        TestOutcome.Errored => "errors at baseline",
        TestOutcome.Skipped => "skipped",
        TestOutcome.TimedOut => "takes too long",
        TestOutcome.Missing => "missing",
        _ => "passes",
    };

    private static string NothingPasses(SuiteRun run, Suite suite, string? failure)
    {
        var lacking = failure is null ? "" : $"dependencies could not be installed ({failure}); ";
        var hint = $"{lacking}see what '{suite.Framework}' needs and say it in {ProjectOptions.FileName}";
        if (run.Report.CollectionFailures.Count > 0) return $"no test passes at baseline: '{run.Report.CollectionFailures[0].Where}' cannot be collected: {FirstLine(run.Report.CollectionFailures[0].Message)}; {hint}";
        if (run.Report.Tests.Count > 0)
        {
            var worst = run.Report.Tests.Values.MaxBy(test => test.Outcome)!;
            return $"no test passes at baseline: {run.Report.Tests.Count} reported, for example '{worst.Id}': {FirstLine(worst.Message ?? worst.Outcome.ToString())}; {hint}";
        }

        return $"no tests found: '{suite.Framework}' ended with exit code {run.ExitCodes[0]} and reported none ({LastLine(run.Log)}); {hint}";
    }

    private static string FirstLine(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(one => !one.StartsWith("go: downloading ", StringComparison.Ordinal)).ToArray();
        var line = lines.LastOrDefault(one => one.Contains("Error", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? "no message";

        // A heading says nothing without what comes below it.
        if ((line.EndsWith(':') || line.StartsWith("# ", StringComparison.Ordinal)) && Array.IndexOf(lines, line) + 1 is var next && next < lines.Length) line = $"{line} {lines[next]}";
        return line.Length <= 200 ? line : line[..200];
    }

    private static string LastLine(string text) => FirstLine(text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no output");
}
