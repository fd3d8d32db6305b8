using Runproof.Environments;
using Runproof.Sandboxes;

namespace Runproof.Injection;

/// <summary>
/// Runs the tests that decide a task again and again, each time in another order, with the bug and without it. One that wavers decides nothing; the task goes on without it.
/// Warm processes, and builds that hold many bugs, run first; what they find odd, plain runs in fresh sandboxes decide.
/// </summary>
internal sealed class Steadiness(EnvironmentContext context, TestSelector selector, IReadOnlyList<WarmProcesses> warm, Schemata schemata)
{
    /// <summary>Runs with the bug that are wanted beside the one that told what fails.</summary>
    private const int WithBug = 4;

    /// <summary>Runs without it that are wanted beside the four of the baseline: this one by themselves.</summary>
    private const int Without = 1;

    /// <param name="deciding">Tests that fail with the bug and pass without it.</param>
    /// <param name="layers">The bug.</param>
    /// <returns>Ids of tests that passed with the bug or did not pass without it.</returns>
    public async Task<IReadOnlySet<string>> WaveringAsync(Bug bug, IReadOnlyList<BaselineTest> deciding, IReadOnlyList<string> layers, int seed, CancellationToken cancel)
    {
        HashSet<string> wavering = [];
        for (var run = 0; run < WithBug + Without && deciding.Count > 0; run++)
        {
            var hasBug = run < WithBug;
            var order = deciding.ToArray();
            new Random(unchecked((seed * 31) + run)).Shuffle(order);
            var odd = Odd(await WarmAsync(bug, order, hasBug, cancel), order, hasBug) is { Count: 0 } none ? none : Odd(await PlainAsync(order, hasBug ? layers : [], cancel), order, hasBug)!;
            wavering.UnionWith(odd);
        }

        return wavering;
    }

    /// <summary>Null where there is no run.</summary>
    private static List<string>? Odd(SuiteRun? run, IReadOnlyList<BaselineTest> tests, bool hasBug) =>
        run is null ? null : [.. tests.Select(test => test.Id).Where(id => run.Report.Passed(id) == hasBug)];

    private async Task<SuiteRun?> WarmAsync(Bug bug, IReadOnlyList<BaselineTest> tests, bool hasBug, CancellationToken cancel) =>
        selector.WarmSuite(bug, tests) is { } suite ? await warm[suite].RunAsync(hasBug ? bug.Main.Edit : null, context.WholeSuite with { Selection = tests }, cancel)
            : await schemata.RunAsync(bug, hasBug, context.WholeSuite with { Selection = tests }, cancel);

    private async Task<SuiteRun> PlainAsync(IReadOnlyList<BaselineTest> tests, IReadOnlyList<string> layers, CancellationToken cancel)
    {
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, layers);
        return await context.Runner.RunAsync(sandbox, context.WholeSuite with { Selection = tests }, null, cancel);
    }
}
