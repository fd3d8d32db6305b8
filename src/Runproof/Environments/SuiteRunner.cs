using System.Globalization;
using System.Text;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>Runs the tests of one suite in a sandbox and reads what they reported.</summary>
internal sealed class SuiteRunner(Suite suite)
{
    private const int RerunsAfterCrash = 24;

    /// <summary>
    /// Runs once; if the run lost tests because one of them took its process down, runs those that are missing again without it.
    /// </summary>
    /// <param name="expected">Tests that should report; null when that is not known yet.</param>
    public async Task<SuiteRun> RunAsync(ISandbox sandbox, SuiteRequest request, IReadOnlyList<BaselineTest>? expected, CancellationToken cancel)
    {
        var run = await RunOnceAsync(sandbox, request, cancel);
        if (expected is null || request.FailFast || run.TimedOut || run.OutOfMemory) return run;
        for (var round = 0; round < RerunsAfterCrash; round++)
        {
            // Only where others of the same run did report: a run without any report would end the same way again.
            var missing = expected.Where(test => !run.Report.Tests.ContainsKey(test.Id)).ToList();
            if (missing.Count == 0 || run.Report.Tests.Count == 0 || suite.TestFramework.Selection != "go-run") break;
            var uncompiled = run.Report.CollectionFailures.Select(failure => failure.Where + ".").ToList();
            missing.RemoveAll(test => uncompiled.Any(package => test.Id.StartsWith(package, StringComparison.Ordinal)));

            // A subtest that is missing although its parent reported was not started by the code: that is an outcome, not a loss.
            missing = [.. missing.Where(test => !run.Report.Tests.ContainsKey(suite.IdPrefix + TopLevel(test.Id[suite.IdPrefix.Length..])))];
            if (missing.Count == 0) break;
            var again = await RunOnceAsync(sandbox, request with { Selection = missing }, cancel);
            if (again.TimedOut || !missing.Any(test => again.Report.Tests.ContainsKey(test.Id))) break;
            run = Merged(run, again);
        }

        return run;
    }

    /// <summary>Runs test programs that hold several bugs, with one of them switched on; 0 for none.</summary>
    public Task<SuiteRun> SwitchedAsync(ISandbox sandbox, SuiteRequest request, int bug, CancellationToken cancel)
    {
        var command = TestCommand.Build(suite, request, "switched");
        return ReportedAsync(sandbox, command with { Environment = new Dictionary<string, string>(command.Environment!) { ["RUNPROOF_BUG"] = bug.ToString(CultureInfo.InvariantCulture) } }, cancel);
    }

    private Task<SuiteRun> RunOnceAsync(ISandbox sandbox, SuiteRequest request, CancellationToken cancel) => ReportedAsync(sandbox, TestCommand.Build(suite, request), cancel);

    private async Task<SuiteRun> ReportedAsync(ISandbox sandbox, ExecRequest command, CancellationToken cancel)
    {
        var result = await sandbox.ExecuteAsync(command, cancel);
        var parts = OutputParts.Read(result.Output);
        var report = parts.Find("report") is { } bytes ? Parse(suite, bytes) : TestReport.Empty;
        if (result.TimedOut) report = report with { IsComplete = false };
        return new(report, [parts.ExitCode ?? result.ExitCode], result.TimedOut, result.OutOfMemory, result.Elapsed.TotalSeconds,
            parts.Find("log") is { } log ? Encoding.UTF8.GetString(log.Span) : result.Error.Text, parts.Find("behaviour") ?? default);
    }

    /// <summary>A report as the framework wrote it, with test ids and paths as the repository's root sees them.</summary>
    public static TestReport Parse(Suite suite, ReadOnlyMemory<byte> bytes)
    {
        var report = ReportParsers.For(suite.TestFramework.Report).Parse(new MemoryStream(bytes.ToArray(), writable: false), ReportLimits.Default);
        if (suite.Folder.Length == 0 && suite.IdPrefix.Length == 0) return report;
        return report with
        {
            Tests = report.Tests.Values.Select(test => test with { Id = suite.IdPrefix + test.Id, File = test.File is null ? null : suite.PathOf(test.File) }).ToDictionary(test => test.Id),
            CollectionFailures = [.. report.CollectionFailures.Select(failure => failure with { Where = suite.IdPrefix + failure.Where })],
        };
    }

    /// <summary>The raw reach file of one run under coverage.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReachAsync(ISandbox sandbox, SuiteRequest request, CancellationToken cancel)
    {
        var result = await sandbox.ExecuteAsync(TestCommand.Build(suite, request, "reach"), cancel);
        return OutputParts.Read(result.Output).Find("reach");
    }

    private static string TopLevel(string id) => TestCommand.GoTest().Match(id) is { Success: true } match ? $"{match.Groups["package"].Value}.{match.Groups["test"].Value}" : id;

    /// <summary>Two runs of one suite: a test that is in both keeps its worst outcome.</summary>
    private static SuiteRun Merged(SuiteRun first, SuiteRun second)
    {
        var tests = new Dictionary<string, TestResult>(first.Report.Tests);
        foreach (var (id, result) in second.Report.Tests)
        {
            if (!tests.TryGetValue(id, out var known) || result.Outcome > known.Outcome) tests[id] = result;
        }

        return first with
        {
            Report = new(tests, [.. first.Report.CollectionFailures.Concat(second.Report.CollectionFailures).DistinctBy(failure => failure.Where)], first.Report.IsComplete && second.Report.IsComplete),
            Seconds = first.Seconds + second.Seconds,
        };
    }
}
