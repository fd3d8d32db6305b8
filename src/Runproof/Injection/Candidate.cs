namespace Runproof.Injection;

/// <summary>Why a candidate was not kept; the words stand in the ledger.</summary>
public static class Rejection
{
    public const string DoesNotApply = "does_not_apply";
    public const string DoesNotCollect = "does_not_collect";
    public const string NotCaught = "not_caught";
    public const string TimeoutOnly = "timeout_only";
    public const string NotStrict = "not_strict";
    public const string Crash = "crash";
    public const string Memory = "memory";
    public const string NothingPasses = "nothing_passes";
    public const string BreaksTooMuch = "breaks_too_much";
    public const string Unsteady = "unsteady";
    public const string NotRepaired = "gold_does_not_repair";
    public const string InstalledCopy = "installed_copy";
    public const string DuplicateEffect = "duplicate_effect";
    public const string StatementLeaks = "statement_leaks";
    public const string StatementIncomplete = "statement_incomplete";
    public const string PartResolves = "part_resolves";
    public const string ModelReply = "model_reply";
    public const string Infrastructure = "infrastructure";
}

/// <summary>What judging a candidate found. A row of the catalogue, kept or not.</summary>
/// <param name="Reason"><c>kept</c> or one of <see cref="Rejection"/>.</param>
/// <param name="Site">The first one of several.</param>
/// <param name="Effect">Equal for two bugs in one function that make the same tests fail in the same way.</param>
/// <param name="Failing">Tests that failed.</param>
/// <param name="Sites">All of them where there are several.</param>
internal sealed record Candidate(
    string Id,
    BugSite Site,
    string Reason,
    string Detail,
    double Seconds,
    int TestsRun,
    IReadOnlyList<string> Failing,
    string? Effect,
    Tasks.CodingTask? Task,
    IReadOnlyList<BugSite>? Sites = null)
{
    public bool IsKept => Reason == "kept";
}
