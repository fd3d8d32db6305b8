using System.Diagnostics;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Languages.Reports;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Mining;

/// <summary>
/// Judges one change by running: its own test files first, before and after; where they tell the two apart, the whole suite in both states. The tests that decide run five times in each; one that wavers is left out
/// by its name. At last the solution is graded as an answer is.
/// </summary>
internal sealed class ChangeJudge(Workspace workspace, Repository repository, IReadOnlyList<Suite> suites, Eras eras, MinedTask tasks, int seed)
{
    /// <summary>Files above which a change is no task that anybody would be given.</summary>
    private const int MostFiles = 200;

    public async Task<JudgedChange> JudgeAsync(Change change, ChangeParts parts, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        JudgedChange End(string reason, string detail) => new(change, reason, detail, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3));
        if (ByItsFiles(parts) is { } reason) return End(reason.Reason, reason.Detail);
        DiskSpace.Require(workspace.Root);
        var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
        string? hash = null;
        var isKept = false;
        try
        {
            var era = await eras.OfAsync(change.Head, cancel);
            if (era.Environment is not { } shared) return End(ChangeRejection.Environment, era.Failure);
            var (patches, tests) = (await ChangePatches.OfAsync(repository.GitDirectory, change, parts, cancel), parts.Tests);
            if (shared.Profiles.Any(profile => profile.TestParts is not null)) (patches, tests) = await patches.WithMovedTestsAsync(repository with { Commit = change.Base }, parts, shared.Suites, scratch, cancel);
            var context = await DerivedEnvironment.OpenAsync(workspace, shared, repository, change.Base, patches.Applied, cancel);
            hash = context.Environment.Hash;
            var judged = await ByRunningAsync(context, change, patches, parts, tests, scratch, cancel);
            if (era.Draft is { } draft && await ByDraftAsync(draft, judged, cancel) is { } untold) return End(ChangeRejection.Environment, untold);
            isKept = judged.IsKept;
            return judged with { Seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3) };
        }
        catch (InputException error)
        {
            return End(ChangeRejection.DoesNotApply, error.Message);
        }
        catch (InvalidDataException error)
        {
            return End(ChangeRejection.DoesNotApply, error.Message);
        }
        catch (Exception error) when (error is SandboxException || (error is IOException && !DiskSpace.IsFull(error)))
        {
            return End(ChangeRejection.Infrastructure, error.Message);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
            if (hash is not null && !isKept) WorkspaceFolders.Delete(DerivedTree.Folder(workspace, hash));
        }
    }

    /// <summary>What a model says of an era counts from the first change on that it tells from its base; what it tells of others before that says nothing of them.</summary>
    private async Task<string?> ByDraftAsync(EraDraft draft, JudgedChange judged, CancellationToken cancel)
    {
        if (judged.Reason is ChangeRejection.NotToldApart or ChangeRejection.FailsAfter or ChangeRejection.Crash or ChangeRejection.Timeout or ChangeRejection.Memory)
        {
            await eras.DoubtAsync(draft, cancel);
            return $"set up as a model says, and not told apart: {judged.Detail}";
        }

        // What was refused before anything ran bears nothing out.
        if (judged.Reason is not (ChangeRejection.NoTests or ChangeRejection.NoSolution)) eras.Keep(draft);
        return null;
    }

    /// <summary>Why a change is no candidate at all; null where it is one.</summary>
    public static (string Reason, string Detail)? ByItsFiles(ChangeParts parts)
    {
        if (parts.Fault is { } fault) return (ChangeRejection.MissingParent, fault);
        if (parts.Tests.Count == 0 && !(parts.MayHoldTests && parts.Solution.Count > 0)) return (ChangeRejection.NoTests, parts.Solution.Count == 0 ? "changes neither code nor tests" : "changes code alone");
        if (parts.Solution.Count == 0) return (ChangeRejection.NoSolution, "changes tests alone");
        if (parts.Links.Count > 0) return (ChangeRejection.Links, $"changes a symbolic link or submodule: '{parts.Links[0]}'");
        return parts.Solution.Count + parts.Tests.Count > MostFiles ? (ChangeRejection.TooLarge, $"changes {parts.Solution.Count + parts.Tests.Count} files") : null;
    }

    private async Task<JudgedChange> ByRunningAsync(EnvironmentContext context, Change change, ChangePatches patches, ChangeParts parts, IReadOnlyList<string> tests, string scratch, CancellationToken cancel)
    {
        JudgedChange Rejected(string reason, string detail) => new(change, reason, detail, 0);
        if (patches.Gold.Length == 0) return Rejected(ChangeRejection.NoSolution, "changes tests alone, which stand in product files");
        if (patches.Test.Length == 0) return Rejected(ChangeRejection.NoTests, "changes code alone");
        var bug = await ReversedPatch.OfAsync(context.Tree, patches.Gold, scratch, cancel);
        var before = await PatchedLayer.WriteAsync(context.Tree, bug, Path.Combine(scratch, "before"), cancel);
        var untouched = await PatchedLayer.WriteAsync(context.Tree, bug, Path.Combine(scratch, "untouched"), cancel, patches.Test);
        var runs = new ChangeRuns(context, before, untouched, parts.Added, scratch);

        // The tests that the change itself brings, before all others.
        var own = tests.Where(file => context.Tree.Exists(file) && ChangeParts.HoldsTests(file, suites)).ToList();
        var look = own.Count == 0 ? null : await FirstLookAsync(context, runs, own, cancel);
        if (look?.Fault is { } none) return Rejected(none.Reason, none.Detail);

        var after = await runs.AfterAsync(context.WholeSuite with { ShuffleSeed = Baseline.ShuffleSeed }, cancel);
        if (Cut(after) is { } cut) return Rejected(cut, "with the change");
        context = context with { Environment = DerivedEnvironment.Measured(context, after) };
        runs = new(context, before, untouched, parts.Added, scratch);
        var run = await runs.BeforeAsync(context.WholeSuite with { Behaviour = true }, context.Environment.Tests, cancel);
        if (Cut(run) is { } cutBefore) return Rejected(cutBefore, "with the tests of the change and without its solution");
        var (failing, uncollected) = await runs.ToldApartAsync(context.Environment.Tests.Select(test => test.Id), run, context.WholeSuite, cancel);
        if (failing.Count == 0) return Rejected(ChangeRejection.NotToldApart, $"all {context.Environment.Tests.Count} tests that pass with it pass without it");

        var known = context.Environment.Tests.ToDictionary(test => test.Id);
        // The first look was a run of them too, where they all stand in the files that it ran.
        var looked = look is not null && failing.All(id => look.After.Passed(id));
        var wavering = await runs.WaveringAsync([.. failing.Select(id => known[id])], runsBefore: looked ? 2 : 1, runsAfter: looked ? 3 : 2, seed, cancel);
        if (looked) wavering.UnionWith(failing.Where(look!.Before.Passed));
        if (wavering.Count == failing.Count) return Rejected(ChangeRejection.Unsteady, $"none of the {failing.Count} tests that tell it apart does so each time, for example '{failing[0]}'");
        var found = new ToldChange(change, parts, patches, bug, tests, run, [.. failing.Where(id => !wavering.Contains(id))], uncollected, wavering);
        return await tasks.MakeAsync(context, found, before, scratch, cancel);
    }

    /// <param name="Fault">Why the tests of a change do not tell it from its base; null where they do.</param>
    private sealed record FirstLook((string Reason, string Detail)? Fault, TestReport Before, TestReport After);

    private static async Task<FirstLook> FirstLookAsync(EnvironmentContext context, ChangeRuns runs, IReadOnlyList<string> own, CancellationToken cancel)
    {
        var request = context.WholeSuite with { Files = own };
        var run = await runs.BeforeAsync(request, null, cancel);
        if (run.Report is { IsComplete: true, Tests.Count: > 0, CollectionFailures.Count: 0 } && run.Report.Tests.Values.All(test => test.Outcome == TestOutcome.Passed)) return new((ChangeRejection.NotToldApart, $"its {run.Report.Tests.Count} tests pass without it"), run.Report, TestReport.Empty);

        // What passes without the change tells nothing: where all could be loaded, only the rest runs with it.
        var rest = DerivedEnvironment.Located(context, run.Report).Where(one => one.Outcome != TestOutcome.Passed).Select(one => one.Test).ToList();
        var isRest = run.Report is { IsComplete: true, CollectionFailures.Count: 0 } && rest.Count > 0;
        var after = await runs.AfterAsync(isRest ? context.WholeSuite with { Selection = rest } : request, cancel);
        if (isRest && !rest.All(test => after.Report.Tests.ContainsKey(test.Id))) (isRest, after) = (false, await runs.AfterAsync(request, cancel));
        FirstLook Found((string, string)? fault) => new(fault, run.Report, after.Report);
        var passing = after.Report.With(TestOutcome.Passed).Concat(isRest ? run.Report.With(TestOutcome.Passed) : []).Select(test => test.Id).ToList();
        if (passing.Count == 0) return Found((ChangeRejection.FailsAfter, after.Report.CollectionFailures is [var failure, ..] ? $"'{failure.Where}' cannot be collected: {failure.Message.Trim().Split('\n')[^1]}" : $"none of its {after.Report.Tests.Count} tests passes with it"));
        var (failing, _) = await runs.ToldApartAsync(passing, run, request, cancel);
        return Found(failing.Count == 0 ? (ChangeRejection.NotToldApart, $"the {passing.Count} of its tests that pass with it pass without it") : null);
    }

    private static string? Cut(SuiteRun run) => run.TimedOut ? ChangeRejection.Timeout : run.OutOfMemory ? ChangeRejection.Memory : !run.Report.IsComplete || run.Report is { Tests.Count: 0, CollectionFailures.Count: 0 } ? ChangeRejection.Crash : null;
}
