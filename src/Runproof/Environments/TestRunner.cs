using System.Globalization;
using System.Text;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>Runs tests in a sandbox and reads what they reported.</summary>
internal sealed class TestRunner(TestRecipe recipe)
{
    /// <summary>Output kept of one run: it holds the report, whose details are capped by the parser.</summary>
    public const int OutputBytes = 96 << 20;

    private const int RerunsAfterCrash = 6;

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
            if (missing.Count == 0 || run.Report.Tests.Count == 0 || recipe.Framework.Selection != "go-run") break;
            var uncompiled = run.Report.CollectionFailures.Select(failure => failure.Where + ".").ToList();
            missing.RemoveAll(test => uncompiled.Any(package => test.Id.StartsWith(package, StringComparison.Ordinal)));

            // A subtest that is missing although its parent reported was not started by the code: that is an outcome, not a loss.
            missing = [.. missing.Where(test => !run.Report.Tests.ContainsKey(TopLevel(test.Id)))];
            if (missing.Count == 0) break;
            var again = await RunOnceAsync(sandbox, request with { Selection = missing }, cancel);
            if (again.TimedOut || !missing.Any(test => again.Report.Tests.ContainsKey(test.Id))) break;
            run = Merged(run, again);
        }

        return run;
    }

    private async Task<SuiteRun> RunOnceAsync(ISandbox sandbox, SuiteRequest request, CancellationToken cancel)
    {
        var result = await sandbox.ExecuteAsync(TestCommand.Build(recipe, request), cancel);
        var parts = OutputParts.Read(result.Output);
        var report = parts.Find("report") is { } bytes ? Parse(recipe, bytes) : TestReport.Empty;
        if (result.TimedOut) report = report with { IsComplete = false };
        return new(report, parts.ExitCode ?? result.ExitCode, result.TimedOut, result.OutOfMemory, result.Elapsed.TotalSeconds,
            parts.Find("log") is { } log ? Encoding.UTF8.GetString(log.Span) : result.Error.Text, parts.Find("behaviour") ?? default);
    }

    public static TestReport Parse(TestRecipe recipe, ReadOnlyMemory<byte> report) =>
        ReportParsers.For(recipe.Framework.Report).Parse(new MemoryStream(report.ToArray(), writable: false), ReportLimits.Default);

    /// <summary>The raw reach file of one run under coverage.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReachAsync(ISandbox sandbox, double seconds, CancellationToken cancel)
    {
        var result = await sandbox.ExecuteAsync(TestCommand.Build(recipe, new(seconds), reach: true), cancel);
        return OutputParts.Read(result.Output).Find("reach");
    }

    private static string TopLevel(string id) => TestCommand.GoTest().Match(id) is { Success: true } match ? $"{match.Groups["package"].Value}.{match.Groups["test"].Value}" : id;

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

/// <summary>The result files that the wrapper of <see cref="TestCommand"/> prints, and behind them the line <c>end EXIT NAME=SIZE...</c>.</summary>
internal sealed class OutputParts
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _parts = [];

    public int? ExitCode { get; private set; }

    public ReadOnlyMemory<byte>? Find(string name) => _parts.TryGetValue(name, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null;

    /// <summary>
    /// Reads from the end: code under test can write to the same stream while it lives, but not behind the wrapper, which first ends all that still runs. An output that was cut or
    /// whose form is wrong gives no part at all.
    /// </summary>
    public static OutputParts Read(CapturedOutput output)
    {
        var none = new OutputParts();
        var rest = output.Bytes;
        if (!output.IsWhole || rest.IsEmpty || rest.Span[^1] != '\n') return none;
        rest = rest[..^1];
        var words = Encoding.UTF8.GetString(rest.Span[(rest.Span.LastIndexOf((byte)'\n') + 1)..]).Split(' ');
        if (words.Length < 2 || words[0] != "end" || !Number(words[1], out var code)) return none;
        var parts = new OutputParts { ExitCode = code };
        rest = rest[..Math.Max(0, rest.Span.LastIndexOf((byte)'\n'))];
        foreach (var word in words.Skip(2).Reverse())
        {
            if (word.Split('=') is not [var name, var text] || !Number(text, out var size) || size > rest.Length) return none;
            parts._parts[name] = rest[^size..];
            rest = rest[..^size];
        }

        return parts;
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
