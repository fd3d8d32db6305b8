using Runproof.Coverage;
using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Mining;

/// <summary>Why a change is no task; the words stand in the ledger.</summary>
public static class ChangeRejection
{
    public const string NoTests = "no_tests";
    public const string NoSolution = "no_solution";
    public const string Links = "links";
    public const string TooLarge = "too_large";
    public const string MissingParent = "missing_parent";
    public const string Environment = "environment";
    public const string DoesNotApply = "does_not_apply";
    public const string NotToldApart = "not_told_apart";
    public const string FailsAfter = "fails_after";
    public const string Timeout = "timeout";
    public const string Memory = "memory";
    public const string Crash = "crash";
    public const string Unsteady = "unsteady";
    public const string NotRepaired = "gold_does_not_repair";
    public const string InstalledCopy = "installed_copy";
    public const string Quality = "quality";
    public const string Duplicate = "duplicate";
    public const string Infrastructure = "infrastructure";

    /// <summary>Says something of this machine, not of the change: judged again by the next call.</summary>
    internal static bool IsPassing(string reason) => reason is Environment or Infrastructure;
}

/// <summary>What judging a change found: a row of the ledger, kept or not.</summary>
/// <param name="Reason"><c>kept</c> or one of <see cref="ChangeRejection"/>.</param>
/// <param name="Environment">Of a kept one.</param>
/// <param name="Fingerprint">Equal for two changes that do the same.</param>
/// <param name="Functions">That the solution changes, as <c>file::name</c>.</param>
internal sealed record JudgedChange(
    Change Change, string Reason, string Detail, double Seconds, CodingTask? Task = null, RepositoryEnvironment? Environment = null, string? Fingerprint = null, IReadOnlyList<string>? Functions = null)
{
    public bool IsKept => Reason == "kept";
}
