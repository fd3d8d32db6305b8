using Runproof.Environments;
using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Statements;
using Runproof.Tasks;

namespace Runproof.Injection;

/// <summary>Makes a task of a bug that tests caught.</summary>
internal sealed class BugTask(EnvironmentContext context, TimeProvider clock, int seed)
{
    /// <param name="run">With the bug, of all tests that it can make fail.</param>
    /// <param name="ran">These tests.</param>
    /// <param name="failing">Of its tests those that decide.</param>
    /// <param name="wavering">Tests that decide nothing.</param>
    /// <param name="layers">The bug.</param>
    /// <returns>The task, or why there is none.</returns>
    public async Task<(CodingTask? Task, Statement? Statement, (string Reason, string Detail)? Fault)> MakeAsync(
        Bug bug, BugFiles files, SuiteRun run, IReadOnlyList<BaselineTest> ran, IReadOnlyList<string> failing, IReadOnlySet<string> wavering, IReadOnlyList<string> layers, string scratch, CancellationToken cancel)
    {
        var profile = LanguageProfiles.Of(context.Environment.Profiles, bug.Main.File);
        var (id, site) = (bug.Id(context.Environment.Tree), bug.Main);
        var (broken, gold) = (await files.DiffAsync(repair: false, scratch, cancel), await files.DiffAsync(repair: true, scratch, cancel));
        var tests = context.Environment.Tests.ToDictionary(test => test.Id);

        // A framework may name a file of its own, outside of the repository (doctest.py for some doctests).
        var hidden = failing.Select(test => tests[test].File).OfType<string>().Where(context.Tree.Exists).Distinct().Order(StringComparer.Ordinal).ToList();
        IReadOnlyList<IReadOnlySet<string>> parts = [.. bug.Parts.Select(part => part.FailToPass.ToHashSet())];
        var statement = await BehaviourStatement.WriteAsync(context, id, [broken, gold], run, layers, failing, parts, hidden, seed, profile.Name, [.. Operators.For(profile).Select(one => one.Id)], isRegression: true, cancel);
        if (statement.Text is null) return (null, null, (Rejection.StatementLeaks, string.Join(", ", statement.Leaks.Select(leak => $"{leak.Rule}: {leak.Text}").Distinct().Take(3))));
        if (parts.Any(part => !statement.Brief.Examples.Any(example => part.Contains(example.Test)))) return (null, null, (Rejection.StatementIncomplete, "the statement shows nothing of one of the bugs"));

        var notCounted = ran.Select(test => test.Id).Where(test => wavering.Contains(test) || run.Report.OutcomeOf(test) is TestOutcome.Missing or TestOutcome.Skipped).Order(StringComparer.Ordinal).ToList();
        var name = context.Environment.Name.Replace("/", "__", StringComparison.Ordinal);
        var task = new CodingTask(
            $"{name}.{context.Environment.Commit[..8]}.{id}", context.Environment.Name, context.Environment.Commit, context.Environment.Hash, bug.IsCombined ? TaskOrigin.Combined : TaskOrigin.Injected,
            TestVisibility.Hidden, statement.Text, broken, gold, hidden, failing, notCounted, clock.GetUtcNow(),
            new(site.Operator, site.Family, site.File, site.Function, site.FirstLine, failing.Count(test => run.Report.OutcomeOf(test) == TestOutcome.Failed),
                tests.Count - failing.Count - notCounted.Count, 0, context.Environment.Suites.All(suite => suite.HasSentinels), statement.TellsAll, wavering.Count,
                bug.Sites.Count, bug.Files.Count, DistanceOf(bug, hidden), [.. bug.Parts.Select(part => part.InstanceId)]),
            StatementOrigin.OfTemplate(statement.Text));
        return (task, statement, null);
    }

    /// <summary>Of the cause that lies farthest from the tests that fail.</summary>
    private static int? DistanceOf(Bug bug, IReadOnlyList<string> testFiles) => bug.Files.Select(file => FolderDistance.ToNearest(file, testFiles)).Max();
}
