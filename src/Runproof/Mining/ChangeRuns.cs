using Runproof.Environments;
using Runproof.Languages.Reports;

namespace Runproof.Mining;

/// <summary>Runs the tests of a change in its three states: at the base, with the new tests, and with the solution as well. What the first run of a state compiles, those after it find there.</summary>
/// <param name="before">On the context's files: the new tests without the solution.</param>
/// <param name="untouched">The base.</param>
/// <param name="added">Paths that the base does not have.</param>
/// <param name="scratch">Where build caches are kept.</param>
internal sealed class ChangeRuns(EnvironmentContext context, string before, string untouched, IReadOnlySet<string> added, string scratch)
{
    private const string After = "";

    /// <summary>Runs of the tests that decide, in each of the two states.</summary>
    private const int Runs = 5;

    /// <param name="expected">Tests that should report, where that is known.</param>
    public Task<SuiteRun> BeforeAsync(SuiteRequest request, IReadOnlyList<BaselineTest>? expected, CancellationToken cancel) => RunAsync(before, request, expected, cancel);

    public Task<SuiteRun> AfterAsync(SuiteRequest request, CancellationToken cancel) => RunAsync(After, request, null, cancel);

    /// <summary>Tests that pass after, and not before; of those that could not even be loaded before, the ones that do not pass at the base either.</summary>
    public async Task<(IReadOnlyList<string> FailToPass, IReadOnlyList<string> Uncollected)> ToldApartAsync(
        IEnumerable<string> passing, SuiteRun run, SuiteRequest request, CancellationToken cancel)
    {
        var failing = passing.Where(id => !run.Report.Passed(id)).Order(StringComparer.Ordinal).ToList();
        if (run.Report.CollectionFailures.Count == 0 || failing.All(run.Report.Tests.ContainsKey)) return (failing, []);
        var old = await RunAsync(untouched, request with { Behaviour = false, Files = request.Files?.Where(file => !added.Contains(file)).ToList() }, null, cancel);
        var uncollected = failing.Where(id => !run.Report.Tests.ContainsKey(id) && old.Report.Passed(id)).ToList();
        return ([.. failing.Except(uncollected)], uncollected);
    }

    /// <summary>Runs the tests that decide again and again, each time in another order, in both states.</summary>
    /// <param name="runsBefore">Runs that there were before; <paramref name="runsAfter"/>: with the solution, the one in which it is graded included.</param>
    /// <returns>Ids of tests that passed before or did not pass after.</returns>
    public async Task<HashSet<string>> WaveringAsync(IReadOnlyList<BaselineTest> deciding, int runsBefore, int runsAfter, int seed, CancellationToken cancel)
    {
        HashSet<string> wavering = [];
        for (var run = 0; run < (2 * Runs) - runsBefore - runsAfter; run++)
        {
            var order = deciding.ToArray();
            new Random(unchecked((seed * 31) + run)).Shuffle(order);
            var isBefore = run < Runs - runsBefore;
            var report = (await RunAsync(isBefore ? before : After, context.WholeSuite with { Selection = order }, deciding, cancel)).Report;
            wavering.UnionWith(deciding.Select(test => test.Id).Where(id => report.Passed(id) == isBefore));
        }

        return wavering;
    }

    /// <param name="state">Its layer on the context's files.</param>
    private async Task<SuiteRun> RunAsync(string state, SuiteRequest request, IReadOnlyList<BaselineTest>? expected, CancellationToken cancel)
    {
        var built = Path.Combine(scratch, $"built-{(state == After ? "after" : Path.GetFileName(state))}");
        IReadOnlyList<string> layers = state == After ? [] : [state];
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, Directory.Exists(built) ? [.. layers, built] : layers);
        var run = await context.Runner.RunAsync(sandbox, request, expected, cancel);
        if (!Directory.Exists(built)) await context.KeepBuildCacheAsync(sandbox, built, cancel);
        return run;
    }
}
