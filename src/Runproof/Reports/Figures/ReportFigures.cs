using Runproof.Coverage;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Rollouts;
using Runproof.Statements;
using Runproof.Tasks;

namespace Runproof.Reports.Figures;

/// <summary>What the catalogue knows of a run.</summary>
/// <param name="Tasks">Those that this run's plan kept, in the order of its places.</param>
/// <param name="FunctionsWithTask">Ids, tasks of other runs on the environment included.</param>
/// <param name="TasksOfEnvironment">How many tasks the catalogue holds for the environment, those of other runs included.</param>
/// <param name="Imitates">Operator → the mistake it imitates.</param>
internal sealed record ReportInput(
    RepositoryEnvironment Environment,
    IReadOnlyList<FunctionSpan> Functions,
    ReachMap Reach,
    InjectionResult Result,
    IReadOnlyList<CodingTask> Tasks,
    IReadOnlySet<string> FunctionsWithTask,
    int TasksOfEnvironment,
    IReadOnlyDictionary<string, string> Imitates,
    DateTimeOffset WrittenAt,
    RolloutReport? Rollouts = null);

/// <summary>Everything that a report shows, computed apart from how it is shown.</summary>
/// <param name="Origin">Where the repository comes from, when that is a web address; a path on the machine that ran is nobody else's business.</param>
/// <param name="TasksOfOtherRuns">Tasks that count towards coverage but are not listed.</param>
internal sealed record ReportFigures(
    string Name,
    string? Origin,
    string Commit,
    string EnvironmentHash,
    IReadOnlyList<string> Suites,
    int Tests,
    double SuiteSeconds,
    DateTimeOffset WrittenAt,
    Funnel Funnel,
    IReadOnlyList<FamilyYield> Families,
    FunctionCoverage Coverage,
    JudgingTime Time,
    StatementCounts Statements,
    IReadOnlyList<TaskEntry> Tasks,
    int TasksOfOtherRuns,
    IReadOnlyList<QuarantineGroup> Quarantined,
    RolloutReport? Rollouts = null)
{
    public static ReportFigures Of(ReportInput input)
    {
        var environment = input.Environment;
        var tests = environment.Tests.ToDictionary(test => test.Id);
        var breadth = new TestBreadth(input.Reach, input.Functions);
        return new(
            environment.Name,
            WebAddress(environment.Location),
            environment.Commit,
            environment.Hash,
            [.. environment.Suites.Select(suite => $"{suite.Profile.Title}, {suite.Framework}{(suite.Folder.Length > 0 ? $" in {suite.Folder}" : "")}")],
            environment.Tests.Count,
            environment.SuiteSeconds,
            input.WrittenAt,
            Funnel.Of(input.Result),
            FamilyYield.Of(input.Result.Rows, input.Imitates),
            FunctionCoverage.Of(input.Functions, input.FunctionsWithTask),
            JudgingTime.Of(input.Result.Rows),
            input.Result.Statements,
            [.. input.Tasks.Select(task => TaskEntry.Of(task, tests, breadth, input.Imitates))],
            Math.Max(0, input.TasksOfEnvironment - input.Tasks.Count),
            QuarantineGroup.Of(environment.Quarantined),
            input.Rollouts);
    }

    /// <summary>An address may carry a password or a token; a report is passed on.</summary>
    private static string? WebAddress(string location) =>
        Uri.TryCreate(location, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? $"{address!.Scheme}://{address.Authority}{address.AbsolutePath}" : null;
}
