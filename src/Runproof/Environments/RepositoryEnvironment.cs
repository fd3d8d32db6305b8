using System.Text.Json.Serialization;
using Runproof.Languages;

namespace Runproof.Environments;

/// <summary>How one repository at one commit is built and tested. Made once per content; everything later starts from it.</summary>
/// <param name="Hash">Of the repository's tree, the language profile, the user's options and the tools' versions.</param>
/// <param name="Arguments">Added to the test command.</param>
/// <param name="SourceRoots">Folders inside the sandbox from which the code is imported.</param>
/// <param name="Variables">Of every command: the profile's, the pinned ones, the user's.</param>
/// <param name="DebianPackages">Unpacked into the environment because a module was missing.</param>
/// <param name="Tests">Tests that passed in every baseline run, in any order: the only ones that judge anything.</param>
/// <param name="SuiteSeconds">Wall time of one run of the whole suite.</param>
/// <param name="SentinelFolders">Where the framework loads a test file of ours; where it does nowhere, a forged report is harder to notice.</param>
/// <param name="NotWarm">Tests that do not pass in a process forked from a warm one; null where there is no warm process at all.</param>
/// <param name="Steps">What was tried, in order, in words.</param>
public sealed record RepositoryEnvironment(
    string Hash,
    string Location,
    string Name,
    string GitDirectory,
    string Commit,
    string Tree,
    string Language,
    string Framework,
    string OptionsText,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> SourceRoots,
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyList<string> DebianPackages,
    IReadOnlyList<BaselineTest> Tests,
    IReadOnlyList<QuarantinedTest> Quarantined,
    double SuiteSeconds,
    IReadOnlyList<string> SentinelFolders,
    IReadOnlyList<string>? NotWarm,
    double BuildSeconds,
    IReadOnlyList<string> Steps)
{
    /// <summary>Limit of one test while judging: learnt from the slowest at baseline.</summary>
    [JsonIgnore]
    public double TestLimitSeconds => LimitFor(Tests);

    /// <summary>Limit of one run of the suite while judging.</summary>
    [JsonIgnore]
    public double SuiteLimitSeconds => Math.Max(20, 10 + (5 * SuiteSeconds));

    /// <summary>Limit of a test that is run because it may catch a bug.</summary>
    internal static double LimitOf(BaselineTest test) => 2 + (10 * test.Seconds);

    private static double LimitFor(IEnumerable<BaselineTest> tests) => Math.Max(3, tests.Select(LimitOf).DefaultIfEmpty().Max());

    [JsonIgnore]
    public LanguageProfile Profile => LanguageProfiles.Named(Language);

    [JsonIgnore]
    public TestFramework TestFramework => Profile.Frameworks.First(framework => framework.Name == Framework);
}

/// <param name="File">Where the test stands, relative to the repository root; null where the framework does not tell.</param>
public sealed record BaselineTest(string Id, double Seconds, string? File)
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
