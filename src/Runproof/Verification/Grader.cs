using System.Diagnostics;
using Runproof.Environments;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;
using Runproof.Tasks;

namespace Runproof.Verification;

/// <summary>A verdict and the outcomes it rests on; null where no test ran.</summary>
internal sealed record Graded(Verdict Verdict, TestReport? Report);

/// <summary>
/// Judges a solution: its diff alone, in a fresh sandbox that starts from the task's initial state with the base state's tests and steering files, with sentinels.
/// </summary>
internal sealed class Grader(EnvironmentContext context)
{
    /// <param name="built">Build caches of the initial state, made by Runproof itself.</param>
    public async Task<Graded> GradeAsync(CodingTask task, string diff, CancellationToken cancel, IEnumerable<string>? built = null)
    {
        var started = Stopwatch.GetTimestamp();
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        Verdict Say(VerdictOutcome outcome, string reason, string detail, IReadOnlyList<string>? failing = null, IReadOnlyList<string>? leftOut = null) =>
            new(outcome, reason, detail, failing ?? [], leftOut ?? [], Stopwatch.GetElapsedTime(started).TotalSeconds);
        try
        {
            var kept = new KeptFiles(context.Profile.Files, context.Environment.Tests, PatchFiles.Of(task.GoldPatch));
            var bug = await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, Path.Combine(scratch, "bug"), cancel);
            var answer = await new AnswerLayers(context, kept).MakeAsync(diff, bug, scratch, cancel);
            if (answer.Reason is not null) return new(Say(VerdictOutcome.NotResolved, answer.Reason, answer.Detail, leftOut: answer.LeftOut), null);

            var sentinels = context.Environment.SentinelFolders.Count == 0 ? null : Sentinels.Plant(context.Tree, context.Recipe, context.Environment.Tests, context.Environment.SentinelFolders);
            List<string> layers = [.. answer.Layers, bug, .. built ?? []];
            if (sentinels is not null) layers.Insert(0, sentinels.WriteLayer(Path.Combine(scratch, "sentinels")));
            await using var sandbox = await context.SandboxToJudgeAsync(cancel, layers);
            var untouched = TouchedFiles.Now(scratch);
            var run = await context.Runner.RunAsync(sandbox, context.WholeSuite, context.Environment.Tests, cancel);
            var (reason, detail, failing) = Judge(task, run, sentinels);
            if (reason == "resolved" && await TouchedFiles.FirstAsync(sandbox, untouched, path => context.Tree.Exists(path) && kept.Judges(path), cancel) is { } touched)
                (reason, detail) = ("tests_changed", $"'{touched}' was written while the tests ran");
            return new(Say(reason == "resolved" ? VerdictOutcome.Resolved : VerdictOutcome.NotResolved, reason, detail, failing, answer.LeftOut), run.Report);
        }
        catch (SandboxException error)
        {
            return new(Say(VerdictOutcome.InfrastructureFailure, "sandbox", error.Message), null);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    private (string Reason, string Detail, IReadOnlyList<string> Failing) Judge(CodingTask task, SuiteRun run, Sentinels? sentinels)
    {
        var sentinel = sentinels?.Judge(run.Report);
        if (sentinel == SentinelVerdict.Forged) return ("forged_report", "a sentinel test that must fail is reported as passed, or the other way round", []);
        if (sentinel is not null && run.ExitCode == 0) return ("forged_report", "the test command reports success although a sentinel test must fail", []);
        var failing = task.FailToPass.Where(id => !run.Report.Passed(id)).ToList();
        var broken = task.PassToPass(context.Environment.Tests.Select(test => test.Id)).Where(id => !run.Report.Passed(id)).ToList();
        IReadOnlyList<string> all = [.. failing, .. broken];
        if (run.TimedOut) return ("timeout", $"the suite did not end within {context.Environment.SuiteLimitSeconds:0} s", all);
        if (run.OutOfMemory) return ("memory", "the suite needed more memory than the limit", all);
        if (failing.Count > 0) return ("fail_to_pass", $"{failing.Count} of {task.FailToPass.Count} FAIL_TO_PASS tests do not pass", all);
        if (broken.Count > 0) return ("pass_to_pass", $"{broken.Count} PASS_TO_PASS tests do not pass any more", all);
        if (sentinel == SentinelVerdict.Absent) return ("forged_report", "the report lacks a sentinel test that the framework loads", []);
        if (!run.Report.IsComplete) return ("incomplete_report", "the report is cut off or malformed", []);
        return ("resolved", $"all {task.FailToPass.Count} FAIL_TO_PASS and all PASS_TO_PASS tests pass", []);
    }
}
