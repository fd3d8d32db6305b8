using Runproof.Environments;
using Runproof.Languages.Reports;

namespace Runproof.Mining;

/// <summary>Runs the tests of a change in its three states: at the base, with the new tests, and with the solution as well.</summary>
/// <param name="layers">On the context's files: the new tests without the solution.</param>
/// <param name="untouched">The base.</param>
/// <param name="added">Paths that the base does not have.</param>
internal sealed class ChangeRuns(EnvironmentContext context, IReadOnlyList<string> layers, IReadOnlyList<string> untouched, IReadOnlySet<string> added)
{
    /// <summary>Runs of the tests that decide, in each of the two states.</summary>
    private const int Runs = 5;

    /// <param name="expected">Tests that should report, where that is known.</param>
    public Task<SuiteRun> BeforeAsync(SuiteRequest request, IReadOnlyList<BaselineTest>? expected, CancellationToken cancel) => RunAsync(layers, request, expected, cancel);

    public Task<SuiteRun> AfterAsync(SuiteRequest request, CancellationToken cancel) => RunAsync([], request, null, cancel);

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
    /// <param name="before">Runs that there were before; <paramref name="after"/>: with the solution, the one in which it is graded included.</param>
    /// <returns>Ids of tests that passed before or did not pass after.</returns>
    public async Task<HashSet<string>> WaveringAsync(IReadOnlyList<BaselineTest> deciding, int before, int after, int seed, CancellationToken cancel)
    {
        HashSet<string> wavering = [];
        for (var run = 0; run < (2 * Runs) - before - after; run++)
        {
            var order = deciding.ToArray();
            new Random(unchecked((seed * 31) + run)).Shuffle(order);
            var isBefore = run < Runs - before;
            var report = (await RunAsync(isBefore ? layers : [], context.WholeSuite with { Selection = order }, deciding, cancel)).Report;
            wavering.UnionWith(deciding.Select(test => test.Id).Where(id => report.Passed(id) == isBefore));
        }

        return wavering;
    }

    private async Task<SuiteRun> RunAsync(IReadOnlyList<string> above, SuiteRequest request, IReadOnlyList<BaselineTest>? expected, CancellationToken cancel)
    {
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, above);
        return await context.Runner.RunAsync(sandbox, request, expected, cancel);
    }
}
