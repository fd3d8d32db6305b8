using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Runproof.Environments;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;
using Runproof.Statements;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Injection;

/// <summary>
/// Judges one bug by running. First only the tests that reach its lines, stopping at the first failure; what is caught sees the whole suite three times (the third time through
/// the grader, as an empty answer), and its repair once more through the grader. The tests that decide run five times in each of both states; one that wavers is left out by its name.
/// </summary>
internal sealed partial class CandidateJudge(EnvironmentContext context, TimeProvider clock, int seed, ModelWriter? writer = null) : IAsyncDisposable
{
    /// <summary>Of the whole suite, until a task is graded.</summary>
    private const int RunsWithBug = 3;

    private readonly HashSet<string> _steady = [.. context.Environment.Tests.Select(test => test.Id)];
    private readonly HashSet<string> _uncollected = [.. context.Environment.Quarantined.Select(test => test.Id)];
    private readonly TestSelector _selector = new(context);
    private readonly Grader _grader = new(context, effort: CheckEffort.OfOwnRepair);
    private readonly BugTask _tasks = new(context, clock, seed);
    private readonly IReadOnlyList<WarmProcesses> _warm = [.. context.Environment.Suites.Select(suite => new WarmProcesses(context.Workspace.Sandboxes, context.Layers.ToJudge([]), suite))];

    /// <summary>Bugs that were screened without a plain run.</summary>
    internal int ScreenedWarm => _warm.Sum(processes => processes.Answers);

    public async ValueTask DisposeAsync()
    {
        foreach (var processes in _warm) await processes.DisposeAsync();
    }

    public async Task<Candidate> JudgeAsync(Bug bug, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        Candidate End(string reason, string detail, int testsRun = 0, IReadOnlyList<string>? failing = null, string? effect = null, CodingTask? task = null) =>
            new(bug.Id(context.Environment.Tree), bug.Main, reason, detail, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3), testsRun, failing ?? [], effect, task, bug.Sites.Count > 1 ? bug.Sites : null);
        try
        {
            var files = new BugFiles(context, bug);
            var layer = files.WriteLayer(Path.Combine(scratch, "bug"));

            var built = Path.Combine(scratch, "built");
            var screened = await ScreenAsync(bug, layer, built, cancel);
            if (screened.Reason is { } notCaught) return End(notCaught, screened.Detail, screened.TestsRun);

            IReadOnlyList<string> layers = Directory.Exists(built) ? [layer, built] : [layer];
            var first = await WholeSuiteAsync(layers, behaviour: true, cancel);
            if (Fault(first, []) is { } fault) return End(fault.Reason, fault.Detail, first.Report.Tests.Count, FailingOf(first.Report));
            Candidate Rejected(string reason, string detail) => End(reason, detail, first.Report.Tests.Count, FailingOf(first.Report));

            // A test that wavers decides nothing; the task goes on without it where another one decides.
            HashSet<string> wavering = [.. Differing(first.Report, (await WholeSuiteAsync(layers, behaviour: false, cancel)).Report)];
            if (Fault(first, wavering) is not null) return Rejected(Rejection.Unsteady, Wavering(wavering));
            Task<(CodingTask? Task, Statement? Statement, (string Reason, string Detail)? Fault)> MakeAsync() =>
                _tasks.MakeAsync(bug, files, first, [.. FailingOf(first.Report).Where(test => !wavering.Contains(test))], wavering, layers, scratch, cancel);
            var made = await MakeAsync();
            if (made.Fault is { } untold) return Rejected(untold.Reason, untold.Detail);

            var empty = await _grader.GradeAsync(made.Task!, "", cancel, layers.Skip(1));
            if (empty.Verdict.Outcome == VerdictOutcome.InfrastructureFailure) return End(Rejection.Infrastructure, empty.Verdict.Detail);
            if (empty.Verdict.Resolved) return Rejected(Rejection.EmptyPasses, "an empty diff is graded as resolved");
            var known = wavering.Count;
            wavering.UnionWith(Differing(first.Report, empty.Report!));
            var deciding = context.Environment.Tests.Where(test => made.Task!.FailToPass.Contains(test.Id) && !wavering.Contains(test.Id)).ToList();
            wavering.UnionWith(await new Steadiness(context, _selector, _warm).WaveringAsync(bug, deciding, layers, Steadiness.Repeats - RunsWithBug, Steadiness.Repeats - 1, seed, cancel));
            if (wavering.Count > known)
            {
                if (Fault(first, wavering) is not null) return Rejected(Rejection.Unsteady, Wavering(wavering));
                made = await MakeAsync();
                if (made.Fault is { } untoldNow) return Rejected(untoldNow.Reason, untoldNow.Detail);
            }

            var task = made.Task!;
            if (await PartThatResolvesAsync(bug, files, task, scratch, cancel) is { } part) return Rejected(Rejection.PartResolves, part);
            var gold = await _grader.GradeAsync(task, task.GoldPatch, cancel);
            if (gold.Verdict.Outcome == VerdictOutcome.InfrastructureFailure) return End(Rejection.Infrastructure, gold.Verdict.Detail);
            if (!gold.Verdict.Resolved) return Rejected(Rejection.NotRepaired, gold.Verdict.Detail);

            var seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3);
            var kept = await WordedAsync(task, made.Statement!, cancel) with { Measurements = task.Measurements with { JudgeSeconds = seconds } };
            return End("kept", $"{kept.FailToPass.Count} tests fail", first.Report.Tests.Count, FailingOf(first.Report), EffectOf(bug, first.Report), kept);
        }
        catch (InvalidDataException error)
        {
            return End(Rejection.DoesNotApply, error.Message);
        }
        catch (SandboxException error)
        {
            return End(Rejection.Infrastructure, error.Message);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    /// <summary>A combination is a task of its own only if no repair of all of its bugs but one is graded as resolved.</summary>
    /// <exception cref="SandboxException">It could not be graded.</exception>
    private async Task<string?> PartThatResolvesAsync(Bug bug, BugFiles files, CodingTask task, string scratch, CancellationToken cancel)
    {
        foreach (var left in bug.IsCombined ? bug.Sites : [])
        {
            var graded = (await _grader.GradeAsync(task, await files.DiffToAsync(Bug.At(left), scratch, cancel), cancel)).Verdict;
            if (graded.Outcome == VerdictOutcome.InfrastructureFailure) throw new SandboxException(graded.Detail);
            if (graded.Resolved) return $"a repair that leaves the bug at {left.File}:{left.FirstLine} is graded as resolved";
        }

        return null;
    }

    /// <summary>Runs only the tests that can reach the bug, until one fails. A null reason: it was caught.</summary>
    /// <param name="built">Where to keep the build cache of the bug, so that the runs that follow compile nothing again; null to keep none.</param>
    internal async Task<(string? Reason, string Detail, int TestsRun)> ScreenAsync(Bug bug, string layer, string? built, CancellationToken cancel)
    {
        var selection = _selector.For(bug);
        if (_selector.WarmSuite(bug, selection) is { } suite && await _warm[suite].RunAsync(bug.Main.Edit, context.Screening(selection), cancel) is { } warm) return ScreenVerdict(warm);
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, layer);
        var run = await context.Runner.RunAsync(sandbox, context.Screening(selection), null, cancel);
        var verdict = ScreenVerdict(run);
        if (verdict.Reason is null && built is not null) await context.KeepBuildCacheAsync(sandbox, built, cancel);
        return verdict;
    }

    /// <summary>What the tests that ran say of a bug. A null reason: it was caught.</summary>
    internal (string? Reason, string Detail, int TestsRun) ScreenVerdict(SuiteRun run)
    {
        var ran = run.Report.Tests.Count;
        if (NewCollectionFailure(run.Report) is { } broken) return (Rejection.DoesNotCollect, broken, ran);
        if (run.Report.With(TestOutcome.Failed).Any(test => _steady.Contains(test.Id))) return (null, "", ran);
        if (run.OutOfMemory) return (Rejection.Memory, "needs more memory than the limit", ran);
        if (run.TimedOut || run.Report.With(TestOutcome.TimedOut).Any()) return (Rejection.TimeoutOnly, "tests are cut by the time limit and none fails", ran);
        if (!run.Report.IsComplete || ran == 0) return (Rejection.Crash, "the test process ended without a whole report", ran);
        if (run.Report.With(TestOutcome.Errored).Any(test => _steady.Contains(test.Id))) return (Rejection.NotStrict, "tests only fail in their set-up", ran);
        return (Rejection.NotCaught, $"none of {ran} tests fails", ran);
    }

    private async Task<SuiteRun> WholeSuiteAsync(IReadOnlyList<string> layers, bool behaviour, CancellationToken cancel)
    {
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, layers);
        return await context.Runner.RunAsync(sandbox, context.WholeSuite with { Behaviour = behaviour }, context.Environment.Tests, cancel);
    }

    /// <param name="wavering">Tests that decide nothing.</param>
    private (string Reason, string Detail)? Fault(SuiteRun run, HashSet<string> wavering)
    {
        if (NewCollectionFailure(run.Report) is { } broken) return (Rejection.DoesNotCollect, broken);
        if (run.OutOfMemory) return (Rejection.Memory, "needs more memory than the limit");
        if (run.TimedOut) return (Rejection.TimeoutOnly, "the whole suite does not end within its limit");
        if (!run.Report.IsComplete) return (Rejection.Crash, "the test process ended without a whole report");
        var passing = _steady.Count(run.Report.Passed);
        var failing = FailingOf(run.Report).Where(id => !wavering.Contains(id)).ToList();
        if (failing.Count == 0) return (Rejection.Unsteady, "caught when screened, not by the whole suite");
        if (!failing.Any(id => run.Report.OutcomeOf(id) == TestOutcome.Failed)) return (Rejection.NotStrict, "no test fails by its own assertion or exception");
        if (passing == 0) return (Rejection.NothingPasses, "no test passes any more");
        return 2 * passing < _steady.Count ? (Rejection.BreaksTooMuch, $"{_steady.Count - passing} of {_steady.Count} tests do not pass") : null;
    }

    private List<string> FailingOf(TestReport report) =>
        [.. report.Tests.Values.Where(test => test.Outcome is TestOutcome.Failed or TestOutcome.Errored or TestOutcome.TimedOut && _steady.Contains(test.Id)).Select(test => test.Id).Order(StringComparer.Ordinal)];

    private string? NewCollectionFailure(TestReport report) =>
        report.CollectionFailures.FirstOrDefault(failure => !_uncollected.Contains(failure.Where)) is { } failure ? $"{failure.Where}: {failure.Message.Trim().Split('\n')[^1]}" : null;

    private IEnumerable<string> Differing(TestReport one, TestReport other) => _steady.Where(id => one.OutcomeOf(id) != other.OutcomeOf(id));

    private static string Wavering(HashSet<string> tests) => $"{tests.Count} tests do not end the same way each time, for example '{tests.Order(StringComparer.Ordinal).First()}', and no other fails";

    /// <summary>Asks the model, where there is one, only for what is kept.</summary>
    private async Task<CodingTask> WordedAsync(CodingTask task, Statement statement, CancellationToken cancel)
    {
        if (writer is null) return task;
        var (text, origin) = await writer.WriteAsync(statement.Brief, task.ProblemStatement, cancel);
        return task with { ProblemStatement = text, Statement = origin };
    }

    /// <summary>What failed and how, with numbers that change from run to run taken out.</summary>
    private string EffectOf(Bug bug, TestReport report)
    {
        var parts = FailingOf(report).Select(id => $"{id}\0{report.OutcomeOf(id)}\0{Volatile().Replace(report.Tests[id].Message ?? "", "#")}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', bug.Sites.Select(site => site.Function).Distinct()) + "\0" + string.Join('\0', parts))))[..16];
    }

    [GeneratedRegex(@"0x[0-9a-fA-F]+|\d+\.\d+ ?m?s\b|/tmp/\S+|\bid=\d+")]
    private static partial Regex Volatile();
}
