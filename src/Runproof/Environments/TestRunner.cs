using Runproof.Languages.Reports;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>Runs the tests of all suites of an environment, one suite after another in one sandbox.</summary>
internal sealed class TestRunner(IReadOnlyList<Suite> suites)
{
    /// <summary>Output kept of one run of a suite: it holds the report, whose details are capped by the parser.</summary>
    public const int OutputBytes = 96 << 20;

    private readonly IReadOnlyList<SuiteRunner> _runners = [.. suites.Select(suite => new SuiteRunner(suite))];

    /// <param name="expected">Tests that should report; null when that is not known yet.</param>
    public async Task<SuiteRun> RunAsync(ISandbox sandbox, SuiteRequest request, IReadOnlyList<BaselineTest>? expected, CancellationToken cancel)
    {
        SuiteRun? all = null;
        for (var i = 0; i < suites.Count; i++)
        {
            var selection = request.Selection?.Where(test => test.Suite == i).ToList();
            var files = request.Files?.Where(file => suites[i].Holds(file) && suites[i].Profile.Extensions.Contains(Path.GetExtension(file))).ToList();
            if (selection is { Count: 0 } || files is { Count: 0 }) continue;
            var run = await _runners[i].RunAsync(sandbox, request with { Selection = selection, Files = files }, expected?.Where(test => test.Suite == i).ToList(), cancel);
            all = all is null ? run : Joined(all, run);
            if (request.FailFast && run.Report.With(TestOutcome.Failed).Any()) break;
        }

        return all ?? new(TestReport.Empty, [], TimedOut: false, OutOfMemory: false, 0, "", default);
    }

    private static SuiteRun Joined(SuiteRun first, SuiteRun second)
    {
        var tests = new Dictionary<string, TestResult>(first.Report.Tests);
        foreach (var (id, result) in second.Report.Tests) tests[id] = result;
        return new(
            new(tests, [.. first.Report.CollectionFailures, .. second.Report.CollectionFailures], first.Report.IsComplete && second.Report.IsComplete),
            [.. first.ExitCodes, .. second.ExitCodes], first.TimedOut || second.TimedOut, first.OutOfMemory || second.OutOfMemory, first.Seconds + second.Seconds,
            first.Log + second.Log, new([.. first.Behaviour.Span, .. second.Behaviour.Span]));
    }
}
