using Runproof.Coverage;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages.Reports;
using Runproof.Mining.Conversations;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Statements;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Mining;

/// <summary>Makes a task of a change that its tests tell from its base, and proves it.</summary>
/// <param name="quality">Refuse what is true and unfair.</param>
/// <param name="conversations">What people wrote about the changes.</param>
/// <param name="reader">Reads what the mechanical checks let through.</param>
internal sealed class MinedTask(TimeProvider clock, int seed, bool quality, ConversationIndex conversations, ModelWriter? writer, QualityJudge? reader)
{
    /// <param name="before">The layer of the state without the solution.</param>
    /// <exception cref="SandboxException">It could not be graded.</exception>
    public async Task<JudgedChange> MakeAsync(EnvironmentContext context, ToldChange found, string before, string scratch, CancellationToken cancel)
    {
        JudgedChange Rejected(string reason, string detail) => new(found.Change, reason, detail, 0, Fingerprint: PatchText.Fingerprint(found.Patches.Gold));
        if (new InstalledCopies(context, withRepository: false).Holding(found.Patches.Gold, before) is { } copy) return Rejected(ChangeRejection.InstalledCopy, copy);
        var (told, messages) = (conversations.Of(found.Change), MessagesOf(found.Change));
        IReadOnlyList<HistoryText> texts = [.. told.Select(one => HistoryText.Clean(one.Text, one.IsPull ? HistoryText.PullRequest : HistoryText.Issue)), .. messages.Select(message => HistoryText.Clean(message))];
        var statement = await new MinedStatement(context, seed).WriteAsync(found, texts, before, cancel);
        var findings = QualityCheck.Find(found, statement, string.Join("\n\n", told.Where(one => one.IsPull).Select(one => one.Body).Concat(messages)));
        if ((quality || statement.Text is null) && findings.Count > 0) return Rejected(ChangeRejection.Quality, string.Join("; ", findings.Select(finding => $"{finding.Code}: {finding.Detail}")));

        if (quality && reader is not null && await reader.FindAsync(found, statement.Text!, cancel) is { } unfair) return Rejected(ChangeRejection.Quality, $"{unfair.Code}: {unfair.Detail}");
        var (proven, environment, fault) = await ProvenAsync(context, Task(context, found, statement), before, scratch, cancel);
        if (fault is not null) return Rejected(ChangeRejection.NotRepaired, fault);
        if (writer is not null && statement.Origin == StatementOrigin.Template)
        {
            var (text, origin) = await writer.WriteAsync(statement.Brief, proven.ProblemStatement, cancel);
            proven = proven with { ProblemStatement = text, Statement = origin };
        }

        var functions = await FunctionsAsync(context, found, scratch, cancel);
        proven = proven with { Measurements = proven.Measurements with { Function = functions is [var first, ..] ? first.Id : "" } };
        return new(
            found.Change, "kept", $"{proven.FailToPass.Count} tests fail", 0, proven, environment, PatchText.Fingerprint(found.Patches.Gold), [.. functions.Select(function => $"{function.File}::{function.Name}")]);
    }

    /// <summary>The messages of a change's commits: that of the commit itself, then those of its branch, the oldest first.</summary>
    private static IReadOnlyList<string> MessagesOf(Change change) => [change.Newest.Message, .. change.Commits.Skip(1).Reverse().Select(commit => commit.Message)];

    private CodingTask Task(EnvironmentContext context, ToldChange found, WrittenStatement statement)
    {
        var (environment, patches) = (context.Environment, found.Patches);
        var solution = PatchFiles.Of(patches.Gold);
        var file = environment.SourceAmong(found.Parts.Solution);
        IReadOnlyList<string> hidden = [.. found.Tests.Where(context.Tree.Exists).Order(StringComparer.Ordinal)];
        var text = statement.Text ?? $"# {found.Change.Newest.Subject}\n";
        return new(
            $"{environment.Name.Replace("/", "__", StringComparison.Ordinal)}.{found.Change.Head[..8]}", environment.Name, environment.Commit, environment.Hash, TaskOrigin.Mined, TestVisibility.Hidden, text,
            found.Bug, patches.Gold, hidden, found.FailToPass, [.. found.Wavering.Order(StringComparer.Ordinal)], clock.GetUtcNow(),
            new("history", "history", file, "", PatchText.Added(patches.Gold).FirstOrDefault(line => line.File == file).Line, found.FailToPass.Count(id => found.Run.Report.OutcomeOf(id) == TestOutcome.Failed),
                environment.Tests.Count - found.FailToPass.Count - found.Wavering.Count, 0, environment.Suites.All(suite => suite.HasSentinels), statement.TellsAll, found.Wavering.Count,
                patches.Gold.Split('\n').Count(line => line.StartsWith("@@ ", StringComparison.Ordinal)), solution.Count, solution.Select(path => FolderDistance.ToNearest(path, hidden)).Max()),
            StatementOrigin.OfTemplate(text) with { Writer = statement.Origin }, patches.Test, found.Uncollected.Count > 0 ? found.Uncollected : null);
    }

    /// <summary>
    /// The solution goes the way of an answer: it must give the files with which the tests passed, and be graded as resolved. Tests that pass at one time and not at another are left out, once.
    /// </summary>
    private static async Task<(CodingTask Task, RepositoryEnvironment Environment, string? Fault)> ProvenAsync(EnvironmentContext context, CodingTask task, string before, string scratch, CancellationToken cancel)
    {
        var environment = context.Environment;
        if (await new RepairProof(context, counterchecked: false).FaultAsync(task, before, Directory.CreateDirectory(Path.Combine(scratch, "proof")).FullName, cancel) is { } unequal) return (task, environment, unequal);
        for (var attempt = 0; ; attempt++)
        {
            var graded = (await new Grader(context with { Environment = environment }, effort: CheckEffort.OfOwnRepair).GradeAsync(task, task.GoldPatch, cancel)).Verdict;
            if (graded.Outcome == VerdictOutcome.InfrastructureFailure) throw new SandboxException(graded.Detail);
            if (graded.Resolved) return (task, environment, null);
            if (attempt > 0 || graded.Reason != "pass_to_pass") return (task, environment, $"{graded.Reason}: {graded.Detail}");
            var unsteady = graded.Failing.ToHashSet();
            environment = environment with
            {
                Tests = [.. environment.Tests.Where(test => !unsteady.Contains(test.Id))],
                Quarantined = [.. environment.Quarantined, .. unsteady.Order(StringComparer.Ordinal).Select(id => new QuarantinedTest(id, "passes at one time and not at another"))],
            };
            task = task with { Measurements = task.Measurements with { PassToPass = task.Measurements.PassToPass - unsteady.Count } };
        }
    }

    /// <summary>The functions that the solution changes, as they are with it.</summary>
    private static async Task<IReadOnlyList<FunctionSpan>> FunctionsAsync(EnvironmentContext context, ToldChange found, string scratch, CancellationToken cancel)
    {
        var lines = PatchText.Added(found.Patches.Gold).ToLookup(line => line.File, line => line.Line);
        var functions = await FunctionFinder.FindAsync(context.Tree, context.Environment.Suites, ReachMap.Empty, scratch, cancel);
        return [.. functions.Where(function => lines[function.File].Any(line => line >= function.FirstLine && line <= function.LastLine)).OrderBy(function => function.File, StringComparer.Ordinal).ThenBy(function => function.FirstLine)];
    }
}
