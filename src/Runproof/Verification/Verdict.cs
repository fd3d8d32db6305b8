namespace Runproof.Verification;

public enum VerdictOutcome
{
    Resolved,
    NotResolved,

    /// <summary>The sandbox or the machine failed: says nothing about the solution, and never counts as a zero.</summary>
    InfrastructureFailure,
}

/// <summary>The judgement of one solution.</summary>
/// <param name="Reason">Machine-readable, for example <c>resolved</c>, <c>fail_to_pass</c>, <c>pass_to_pass</c>, <c>forged_report</c>.</param>
/// <param name="Detail">One line for people.</param>
/// <param name="Failing">Tests that should pass and do not.</param>
/// <param name="LeftOut">Changed paths that were not applied: tests and what steers them.</param>
public sealed record Verdict(
    VerdictOutcome Outcome, string Reason, string Detail, IReadOnlyList<string> Failing, IReadOnlyList<string> LeftOut, double Seconds)
{
    public bool Resolved => Outcome == VerdictOutcome.Resolved;
}
