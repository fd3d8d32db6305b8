using Runproof.Environments;

namespace Runproof.Reports.Figures;

/// <param name="Detail">What follows the reason, for example the message of an import that failed; empty where nothing does.</param>
internal sealed record QuarantinedEntry(string Test, string Detail);

/// <summary>Tests that judge nothing, for one reason.</summary>
internal sealed record QuarantineGroup(string Reason, IReadOnlyList<QuarantinedEntry> Tests)
{
    public static IReadOnlyList<QuarantineGroup> Of(IReadOnlyList<QuarantinedTest> tests) =>
    [
        .. tests.Select(test => (test.Id, Parts: test.Reason.Split(": ", 2)))
            .GroupBy(test => test.Parts[0], test => new QuarantinedEntry(test.Id, test.Parts.Length > 1 ? test.Parts[1] : ""))
            .Select(group => new QuarantineGroup(group.Key, [.. group]))
            .OrderByDescending(group => group.Tests.Count).ThenBy(group => group.Reason, StringComparer.Ordinal),
    ];
}
