namespace Runproof.Agents.Repair.Reproduction;

/// <summary>What tells that the problem is solved.</summary>
/// <param name="SetUp">Shell text that writes the script of the deciding tests.</param>
/// <param name="Failing">Their ids, as the measurement names them.</param>
/// <param name="Measured">Shell text that adds what they run to the measurement; empty where that sees them by itself.</param>
/// <param name="Why">What the agent says when it first runs them.</param>
/// <param name="IsTest">Failing tests of the repository; otherwise examples, which many an edit satisfies.</param>
internal sealed record Goal(string SetUp, IReadOnlyList<string> Failing, string Measured, string Why, bool IsTest = false);
