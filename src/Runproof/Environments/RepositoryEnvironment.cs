using System.Text.Json.Serialization;
using Runproof.Languages;

namespace Runproof.Environments;

/// <summary>How one repository at one commit is built and tested. Made once per content; everything later starts from it.</summary>
/// <param name="Hash">Of the repository's tree, the language profiles, the user's options and the tools' versions.</param>
/// <param name="Suites">The main one first.</param>
/// <param name="DebianPackages">Unpacked into the environment because a module was missing.</param>
/// <param name="Tests">Tests that passed in every baseline run, in any order: the only ones that judge anything.</param>
/// <param name="Steps">What was tried, in order, in words.</param>
/// <param name="Era">The environment whose installed dependencies this one uses; null where it has its own.</param>
/// <param name="AppliedPatch">What its files have beyond the commit: of a mined task the change and its tests.</param>
/// <param name="Hidden">Files of the machine that its sandboxes do not show: other versions of its own.</param>
public sealed record RepositoryEnvironment(
    string Hash,
    string Location,
    string Name,
    string GitDirectory,
    string Commit,
    string Tree,
    string OptionsText,
    IReadOnlyList<Suite> Suites,
    IReadOnlyList<string> DebianPackages,
    IReadOnlyList<BaselineTest> Tests,
    IReadOnlyList<QuarantinedTest> Quarantined,
    double BuildSeconds,
    IReadOnlyList<string> Steps,
    string? Era = null,
    string AppliedPatch = "",
    IReadOnlyList<string>? Hidden = null)
{
    /// <summary>Wall time of one run of all suites.</summary>
    [JsonIgnore]
    public double SuiteSeconds => Suites.Sum(suite => suite.Seconds);

    /// <summary>Limit of one test while judging: learnt from the slowest at baseline.</summary>
    [JsonIgnore]
    public double TestLimitSeconds => Math.Max(3, Tests.Select(LimitOf).DefaultIfEmpty().Max());

    [JsonIgnore]
    public IReadOnlyList<LanguageProfile> Profiles => [.. Suites.Select(suite => suite.Language).Distinct().Select(LanguageProfiles.Named)];

    /// <summary>Language and framework of each suite, for people.</summary>
    [JsonIgnore]
    public string Title => string.Join("; ", Suites.Select(suite => $"{suite.Profile.Title}, {suite.Framework}{(suite.Folder.Length > 0 ? $" in {suite.Folder}" : "")}"));

    /// <summary>Of paths the first that is written in a language of the environment, else the first; empty where there is none.</summary>
    internal string SourceAmong(IEnumerable<string> paths)
    {
        var all = paths.ToList();
        return all.FirstOrDefault(path => Profiles.Any(profile => profile.Extensions.Contains(Path.GetExtension(path)))) ?? (all.Count > 0 ? all[0] : "");
    }

    /// <summary>Limit of a test that is run because it may catch a bug.</summary>
    internal static double LimitOf(BaselineTest test) => 2 + (10 * test.Seconds);
}

/// <param name="File">Where the test stands, relative to the repository root; null where the framework does not tell.</param>
/// <param name="Suite">Place in <see cref="RepositoryEnvironment.Suites"/>.</param>
public sealed record BaselineTest(string Id, double Seconds, string? File, int Suite = 0)
{
    /// <summary>
    /// An example in the documentation of the code itself (a doctest, <c>pkg/a.py::pkg.a.function</c>): a solution changes the same file, so it can change what the test expects.
    /// </summary>
    [JsonIgnore]
    public bool StandsInCode => File is not null && Id.StartsWith(File + "::", StringComparison.Ordinal) && Id[(File.Length + 2)..].Split('[', ':')[0].Contains('.', StringComparison.Ordinal)
        && File.EndsWith(".py", StringComparison.Ordinal);
}

/// <summary>A test or file that judges nothing, and why.</summary>
public sealed record QuarantinedTest(string Id, string Reason);
