using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Reports.Figures;

/// <summary>What may make a task easy or hard. Hints: whether an agent finds it hard only a rollout tells.</summary>
/// <param name="FailingTests">Many failing tests say more about what is wrong.</param>
/// <param name="FoldersApart">Steps through folders from the bug to the nearest failing test, 0 for the same folder; null where no test's file is known.</param>
/// <param name="FunctionsReached">What the most specific failing test runs: the fewer functions, the fewer places the bug can be in. Null where it was not measured.</param>
internal sealed record Difficulty(int FailingTests, int? FoldersApart, int? FunctionsReached)
{
    /// <summary>Up to here a test reaches few functions: they fit on a screen.</summary>
    public const int Few = 5;

    /// <summary>From here on it reaches many.</summary>
    public const int Many = 20;

    public static Difficulty Of(CodingTask task, IReadOnlyDictionary<string, BaselineTest> tests, TestBreadth breadth) => new(
        task.FailToPass.Count,
        task.Measurements.Distance ?? FolderDistance.ToNearest(task.Measurements.File, task.FailToPass.Select(id => tests.GetValueOrDefault(id)?.File).OfType<string>()),
        task.FailToPass.Select(breadth.Of).Min());
}
