using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
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
/// <param name="shortSuite">Seconds up to which the countercheck runs the whole suite.</param>
/// <param name="effort">How often the countercheck is made.</param>
/// <param name="skippedIsKept">A PASS_TO_PASS test that is skipped counts as one that still passes, as in the SWE-bench harness.</param>
internal sealed class Grader(EnvironmentContext context, double shortSuite = 2, CheckEffort? effort = null, bool skippedIsKept = false)
{
    private readonly CheckEffort _effort = effort ?? CheckEffort.OfAnswers;

    public async Task<Graded> GradeAsync(CodingTask task, string diff, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        Verdict Say(VerdictOutcome outcome, string reason, string detail, IReadOnlyList<string>? failing = null, IReadOnlyList<string>? leftOut = null) =>
            new(outcome, reason, detail, failing ?? [], leftOut ?? [], Stopwatch.GetElapsedTime(started).TotalSeconds);
        try
        {
            var kept = new KeptFiles(context.Environment.Suites, context.Environment.Tests, PatchFiles.Of(task.GoldPatch));
            var bug = await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, Path.Combine(scratch, "bug"), cancel);
            var answer = await new AnswerLayers(context, kept).MakeAsync(diff, bug, scratch, cancel);
            if (answer.Reason is not null) return new(Say(VerdictOutcome.NotResolved, answer.Reason, answer.Detail, leftOut: answer.LeftOut), null);

            var sentinels = Sentinels.Plant(context.Tree, context.Environment.Suites, context.Environment.Tests);
            List<string> layers = [.. answer.Layers, bug];
            if (sentinels is not null) layers.Insert(0, sentinels.WriteLayer(Path.Combine(scratch, "sentinels")));
            await using var sandbox = await context.SandboxToJudgeAsync(cancel, layers);
            var (run, touched) = await RunAsync(sandbox, kept, scratch, cancel);
            var (reason, detail, failing) = Judge(task, run, sentinels);
            if (reason == "resolved" && touched.Count > 0 && await ForeignAsync(task, touched, kept, bug, scratch, cancel) is { } foreign)
                (reason, detail) = ("tests_changed", $"'{foreign}' was written while the tests ran");
            if (reason == "resolved" && answer.Own is { } own && new TestMacros(context, kept).WriteRenamed(own, bug, Path.Combine(scratch, "renamed")) is { Count: > 0 } macros)
                (reason, detail, failing) = await WithoutMacrosAsync(task, macros, [Path.Combine(scratch, "renamed"), .. layers], sentinels, detail, cancel);
            if (reason == "resolved" && Countercheck.Of(task, context) is { } check) (reason, detail, failing) = await CheckAsync(check, layers, scratch, detail, cancel);
            return new(Say(reason == "resolved" ? VerdictOutcome.Resolved : VerdictOutcome.NotResolved, reason, detail, failing, answer.LeftOut), run.Report);
        }
        catch (RegexMatchTimeoutException)
        {
            return new(Say(VerdictOutcome.NotResolved, "refused_diff", "a file of the answer is made so that what it defines cannot be found in time"), null);
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

    /// <summary>
    /// Of these tests those that fail before a change when nothing but they run. What fails in the whole suite only may stand on what a failing test left behind.
    /// </summary>
    /// <exception cref="SandboxException">They could not be run.</exception>
    public async Task<IReadOnlyList<string>> FailingAloneAsync(CodingTask task, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        try
        {
            var bug = await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, Path.Combine(scratch, "bug"), cancel);
            await using var sandbox = await context.SandboxToJudgeAsync(cancel, bug);
            var wanted = ids.ToHashSet();
            var tests = context.Environment.Tests.Where(test => wanted.Contains(test.Id)).ToList();
            var run = await context.Runner.RunAsync(sandbox, context.WholeSuite with { Selection = tests }, tests, cancel);
            return [.. ids.Where(id => !run.Report.Passed(id))];
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    private async Task<(SuiteRun Run, IReadOnlySet<string> Touched)> RunAsync(ISandbox sandbox, KeptFiles kept, string scratch, CancellationToken cancel)
    {
        var begun = TouchedFiles.Now(scratch);
        var run = await context.Runner.RunAsync(sandbox, context.WholeSuite, context.Environment.Tests, cancel);
        return (run, await TouchedFiles.SinceAsync(sandbox, begun, path => context.Tree.Exists(path) && kept.Judges(path), cancel));
    }

    private async Task<(string Reason, string Detail, IReadOnlyList<string> Failing)> WithoutMacrosAsync(
        CodingTask task, IReadOnlyList<string> macros, IReadOnlyList<string> layers, Sentinels? sentinels, string resolved, CancellationToken cancel)
    {
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, layers);
        var (reason, _, failing) = Judge(task, await context.Runner.RunAsync(sandbox, context.WholeSuite, context.Environment.Tests, cancel), sentinels);
        return reason == "resolved" ? (reason, resolved, failing) : ("tests_changed", $"the tests pass only because the answer gives '{macros[0]}', which they use, another meaning", failing);
    }

    /// <summary>A judging file that was written although the suite does not do so by itself, with the gold patch; null where there is none.</summary>
    private async Task<string?> ForeignAsync(CodingTask task, IReadOnlySet<string> touched, KeptFiles kept, string bug, string scratch, CancellationToken cancel)
    {
        var folder = Path.Combine(scratch, "gold");
        Directory.CreateDirectory(folder);
        var gold = await new AnswerLayers(context, kept).MakeAsync(task.GoldPatch, bug, folder, cancel);
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, [.. gold.Layers, bug]);
        var (_, usual) = await RunAsync(sandbox, kept, scratch, cancel);
        return touched.Except(usual).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>
    /// Nothing may tell a run with tests made to fail from one that counts. A short suite runs whole, as it did before. Then the tests run by themselves, with and without, in random order and several times: what
    /// forges by chance would have to guess right each time.
    /// </summary>
    private async Task<(string Reason, string Detail, IReadOnlyList<string> Failing)> CheckAsync(
        Countercheck check, IReadOnlyList<string> layers, string scratch, string resolved, CancellationToken cancel)
    {
        var failing = check.WriteLayer(Path.Combine(scratch, "failing"));
        async Task<(string Reason, string Detail, IReadOnlyList<string> Failing)?> FaultAsync(bool made, IReadOnlyList<BaselineTest>? selection)
        {
            await using var sandbox = await context.SandboxToJudgeAsync(cancel, made ? [failing, .. layers] : layers);
            var run = await context.Runner.RunAsync(sandbox, context.WholeSuite with { Selection = selection }, null, cancel);
            return made ? check.FaultOf(run) is { } fault ? (fault.Reason, fault.Detail, []) : null : FaultOfTrue(check, run);
        }

        var alone = context.Environment.SuiteSeconds > shortSuite;
        if (!alone && await FaultAsync(made: true, null) is { } forged) return forged;
        var started = Stopwatch.GetTimestamp();
        var least = alone ? Math.Max(1, _effort.Least) : _effort.Least;
        for (var pair = 0; pair < least || (pair < _effort.Most && Stopwatch.GetElapsedTime(started) < _effort.Budget); pair++)
        {
            var madeFirst = RandomNumberGenerator.GetInt32(2) == 0;
            if ((await FaultAsync(madeFirst, check.Tests) ?? await FaultAsync(!madeFirst, check.Tests)) is { } fault) return fault;
        }

        return ("resolved", resolved, []);
    }

    private static (string, string, IReadOnlyList<string>)? FaultOfTrue(Countercheck check, SuiteRun run)
    {
        var failing = check.Tests.Select(test => test.Id).Where(id => !run.Report.Passed(id)).ToList();
        return failing.Count == 0 ? null : ("fail_to_pass", $"{failing.Count} FAIL_TO_PASS tests do not pass when they run by themselves", failing);
    }

    private (string Reason, string Detail, IReadOnlyList<string> Failing) Judge(CodingTask task, SuiteRun run, Sentinels? sentinels)
    {
        var sentinel = sentinels?.Judge(run.Report);
        if (sentinel == SentinelVerdict.Forged) return ("forged_report", "a sentinel test that must fail is reported as passed, or the other way round", []);
        if (context.Environment.Suites.Zip(run.ExitCodes).Any(pair => pair.First.HasSentinels && pair.Second == 0)) return ("forged_report", "the test command reports success although a sentinel test must fail", []);
        var failing = task.FailToPass.Where(id => !run.Report.Passed(id)).ToList();
        var broken = task.PassToPass(context.Environment.Tests.Select(test => test.Id)).Where(id => !run.Report.Passed(id) && !(skippedIsKept && run.Report.OutcomeOf(id) == TestOutcome.Skipped)).ToList();
        IReadOnlyList<string> all = [.. failing, .. broken];
        if (run.TimedOut) return ("timeout", $"the suite did not end within {context.Environment.Suites.Sum(suite => suite.LimitSeconds):0} s", all);
        if (run.OutOfMemory) return ("memory", "the suite needed more memory than the limit", all);
        if (failing.Count > 0) return ("fail_to_pass", $"{failing.Count} of {task.FailToPass.Count} FAIL_TO_PASS tests do not pass", all);
        if (broken.Count > 0) return ("pass_to_pass", $"{broken.Count} PASS_TO_PASS tests do not pass any more", all);
        if (sentinel == SentinelVerdict.Absent) return ("forged_report", "the report lacks a sentinel test that the framework loads", []);
        if (!run.Report.IsComplete) return ("incomplete_report", "the report is cut off or malformed", []);
        return ("resolved", $"all {task.FailToPass.Count} FAIL_TO_PASS and all PASS_TO_PASS tests pass", []);
    }
}
