using Runproof.Environments;
using Runproof.Languages;
using Runproof.Verification;

namespace Runproof.Tasks.Harbor;

/// <summary>What <c>judge.py</c> has to know of a task: <c>tests/judge.json</c>.</summary>
/// <param name="Failing">Tests that the files in <c>tests/failing</c> make fail by their own text.</param>
/// <param name="WrittenBySuite">Files that judge and that the suite itself writes while it runs.</param>
/// <param name="Links">Symbolic links of the initial state → where they lead; others do not count.</param>
internal sealed record JudgePlan(
    IReadOnlyList<string> FailToPass,
    IReadOnlyList<string> PassToPass,
    IReadOnlyList<string> Failing,
    IReadOnlyList<string> WrittenBySuite,
    IReadOnlyDictionary<string, string> Links,
    KeptRules Kept,
    IReadOnlyList<SentinelFile> Sentinels,
    IReadOnlyList<SuitePlan> Suites,
    MacroPlan? Macros);

/// <summary><see cref="TestMacros"/> as data.</summary>
/// <param name="Defined">Regular expressions of Python.</param>
/// <param name="Names">That an answer has no reason to define.</param>
/// <param name="Suffix">What is put behind those that it defines.</param>
internal sealed record MacroPlan(IReadOnlyList<string> Defined, IReadOnlyList<string> Names, string Suffix)
{
    /// <param name="before">The layer of the state without the solution.</param>
    public static MacroPlan? Of(TestMacros macros, string before) =>
        macros.Rules is { Count: > 0 } rules ? new([.. rules.Select(rule => rule.Defined.ToString().Replace("(?<name>", "(?P<name>", StringComparison.Ordinal)).Distinct()], [.. macros.ForeignEverywhere(before).Order(StringComparer.Ordinal)], TestMacros.Suffix) : null;
}

/// <summary><see cref="KeptFiles"/> as data: regular expressions for whole paths.</summary>
internal sealed record KeptRules(IReadOnlyList<SuiteFiles> Suites, IReadOnlyList<string> Files, IReadOnlyList<string> Gold);

internal sealed record SuiteFiles(string Folder, string Test, string Steering, string BuildOutput)
{
    public static SuiteFiles Of(Suite suite)
    {
        FileKinds files = suite.Profile.Files;
        return new(suite.Folder, files.Test.Expression, files.Steering.Expression, files.BuildOutput.Expression);
    }
}

/// <summary>Path and content hold <c>{nonce}</c>.</summary>
internal sealed record SentinelFile(string Path, string Content);

/// <param name="Words">The command, without the <paramref name="Places"/> that it names.</param>
/// <param name="Tests">Those that report in every run.</param>
/// <param name="WallSeconds">Generous: the machine is another one, and it has no build cache of the correct code.</param>
internal sealed record SuitePlan(
    string Name,
    string Folder,
    IReadOnlyList<string> Words,
    IReadOnlyList<string> Places,
    IReadOnlyDictionary<string, string> Variables,
    string Prefix,
    string Report,
    string Selection,
    bool Sentinels,
    double WallSeconds,
    IReadOnlyList<string> Tests)
{
    private static readonly string[] Reports = ["junit", "trx", "go-test-json"];

    /// <exception cref="InputException">Grading in a container cannot read the framework's report.</exception>
    public static SuitePlan Of(EnvironmentContext context, int place)
    {
        var suite = context.Environment.Suites[place];
        var framework = suite.TestFramework;
        if (!Reports.Contains(framework.Report)) throw new InputException($"{suite.Profile.Title}, {framework.Name} cannot be exported to Harbor: judge.py reads {string.Join(", ", Reports)}, not {framework.Report}");
        var (words, places, variables) = TestCommand.Parts(suite, context.WholeSuite);
        return new(
            suite.Name, suite.Folder, words, places, variables, suite.IdPrefix, framework.Report, framework.Selection, suite.HasSentinels, Math.Ceiling(60 + (3 * suite.LimitSeconds)),
            [.. context.Environment.Tests.Where(test => test.Suite == place).Select(test => test.Id)]);
    }
}
