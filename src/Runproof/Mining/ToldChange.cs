using Runproof.Environments;

namespace Runproof.Mining;

/// <summary>A change that its tests tell from its base.</summary>
/// <param name="Bug">Takes the solution out.</param>
/// <param name="Tests">Paths of its tests.</param>
/// <param name="Run">All tests, without the solution.</param>
/// <param name="FailToPass">Those that decide.</param>
/// <param name="Uncollected">Tests that pass in both states, and cannot be loaded with the new tests alone.</param>
/// <param name="Wavering">Tests that decide nothing.</param>
internal sealed record ToldChange(
    Change Change, ChangeParts Parts, ChangePatches Patches, string Bug, IReadOnlyList<string> Tests, SuiteRun Run, IReadOnlyList<string> FailToPass, IReadOnlyList<string> Uncollected, IReadOnlySet<string> Wavering);
