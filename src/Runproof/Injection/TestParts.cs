using Runproof.Languages;

namespace Runproof.Injection;

/// <summary>The parts of product files that belong to tests: they get no bugs, and their functions do not count.</summary>
/// <param name="matches">Of a scan with <see cref="Rules"/> among its rules.</param>
internal sealed class TestParts(IReadOnlyList<AstMatch> matches)
{
    private const string Id = "test-part";
    private readonly ILookup<string, AstMatch> _parts = matches.Where(IsPart).ToLookup(match => match.File);

    public static IEnumerable<string> Rules(IEnumerable<LanguageProfile> profiles) =>
        profiles.Where(profile => profile.TestParts is not null).Select(profile => $"id: {Id}-{profile.Name}\nlanguage: {profile.Name}\nrule: {profile.TestParts!.Rule.ReplaceLineEndings(" ").Trim()}\n");

    /// <summary>Whether a match lies in one of them.</summary>
    public bool Hold(AstMatch match) => IsPart(match) || _parts[match.File].Any(part => part.Start <= match.Start && match.End <= part.End);

    private static bool IsPart(AstMatch match) => match.RuleId.StartsWith(Id, StringComparison.Ordinal);
}
