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
/// Judges one bug by running. First the tests that reach its lines, until one fails; what is caught is run once with all tests that it can make fail: the whole suite, where the order of tests says who reaches
/// it. The tests that decide run five times in each of both states; one that wavers is left out by its name. The repair gives back what the baseline ran, byte for byte, and its tests tell right from wrong.
/// </summary>
internal sealed partial class CandidateJudge(EnvironmentContext context, TimeProvider clock, int seed, ModelWriter? writer = null, int jobs = 1) : IAsyncDisposable
{
    /// <summary>Seconds up to which a suite that no warm process bears is run at once, without a first look.</summary>
    private const double Short = 2;

    private readonly HashSet<string> _steady = [.. context.Environment.Tests.Select(test => test.Id)];
    private readonly HashSet<string> _uncollected = [.. context.Environment.Quarantined.Select(test => test.Id)];
    private readonly TestSelector _selector = new(context);
    private readonly Grader _grader = new(context, effort: CheckEffort.OfOwnRepair);
    private readonly RepairProof _repair = new(context);
    private readonly InstalledCopies _installed = new(context, withRepository: true);
    private readonly BugTask _tasks = new(context, clock, seed);
    private readonly Schemata _schemata = new(context);
    private WarmTrials? _trials;
    private readonly IReadOnlyList<WarmProcesses> _warm = [.. context.Environment.Suites.Select(suite => new WarmProcesses(context.Workspace.Sandboxes, context.Layers.ToJudge([]), suite))];

    /// <summary>Runs that needed no plain one.</summary>
    internal int ScreenedWarm => _warm.Sum(processes => processes.Answers) + _schemata.Answers;

    /// <summary>Gets ready for bugs that are judged next.</summary>
    public async Task PrepareAsync(IReadOnlyList<BugSite> sites, CancellationToken cancel)
    {
        await _schemata.PrepareAsync(sites, cancel);
        await (_trials ??= new(context, _warm, jobs)).PrepareAsync(sites, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var processes in _warm) await processes.DisposeAsync();
        await _schemata.DisposeAsync();
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
            IReadOnlyList<string> Layers() => Directory.Exists(built) ? [layer, built] : [layer];
            var mayFail = _selector.MayFail(bug);
            var run = IsShort && _selector.WarmSuite(bug, _selector.For(bug)) is null && !_schemata.Holds(bug) ? await SuiteAsync(mayFail, layer, built, cancel) : null;
            var screened = run is null ? await ScreenAsync(bug, layer, built, cancel) : ScreenVerdict(run);
            if (screened.Reason is { } notCaught) return End(notCaught, screened.Detail, screened.TestsRun);

            var first = run ?? await SuiteAsync(mayFail, layer, built, cancel);
            var ran = mayFail ?? context.Environment.Tests;
            Candidate Rejected(string reason, string detail) => End(reason, detail, first.Report.Tests.Count, FailingOf(first.Report));
            if (Fault(first, ran, new HashSet<string>()) is { } fault) return Rejected(fault.Reason, fault.Detail);

            // A test that wavers decides nothing; the task goes on without it where another one decides.
            var failing = FailingOf(first.Report);
            var deciding = context.Environment.Tests.Where(test => failing.Contains(test.Id)).ToList();
            var wavering = await new Steadiness(context, _selector, _warm, _schemata).WaveringAsync(bug, deciding, Layers(), seed, cancel);
            if (Fault(first, ran, wavering) is not null) return Rejected(Rejection.Unsteady, Wavering(wavering));
            var made = await _tasks.MakeAsync(bug, files, first, ran, [.. failing.Where(test => !wavering.Contains(test))], wavering, Layers(), scratch, cancel);
            if (made.Fault is { } untold) return Rejected(untold.Reason, untold.Detail);

            var task = made.Task!;
            if (_installed.Holding(task.GoldPatch, layer) is { } copy) return Rejected(Rejection.InstalledCopy, copy);
            if (await PartThatResolvesAsync(bug, files, task, scratch, cancel) is { } part) return Rejected(Rejection.PartResolves, part);
            if (await _repair.FaultAsync(task, layer, scratch, cancel) is { } unrepaired) return Rejected(Rejection.NotRepaired, unrepaired);

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
        if (_trials?.Caught(bug) is { } tests) return (null, "", tests);
        var selection = _selector.For(bug);
        if (_selector.WarmSuite(bug, selection) is { } suite && await _warm[suite].RunAsync(bug.Main.Edit, context.Screening(selection), cancel) is { } warm) return ScreenVerdict(warm);
        if (await _schemata.RunAsync(bug, hasBug: true, context.WholeSuite with { Selection = selection ?? context.Environment.Tests, FailFast = true }, cancel) is { } switched) return ScreenVerdict(switched);
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

    /// <summary>What one run of the whole suite says of a bug; <c>kept</c> where it would be, by that alone.</summary>
    internal async Task<(string Reason, IReadOnlyList<string> Failing)> ByWholeSuiteAsync(string layer, CancellationToken cancel)
    {
        var run = await SuiteAsync(null, layer, null, cancel);
        return (ScreenVerdict(run).Reason ?? Fault(run, context.Environment.Tests, new HashSet<string>())?.Reason ?? "kept", FailingOf(run.Report));
    }

    /// <param name="tests">Null for the whole suite.</param>
    /// <param name="built">Where the build cache of the bug is, or is to be kept; null to keep none.</param>
    private async Task<SuiteRun> SuiteAsync(IReadOnlyList<BaselineTest>? tests, string layer, string? built, CancellationToken cancel)
    {
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, Directory.Exists(built) ? [layer, built] : [layer]);
        var run = await context.Runner.RunAsync(sandbox, context.WholeSuite with { Selection = tests, Behaviour = built is not null }, tests ?? context.Environment.Tests, cancel);
        if (built is not null && !Directory.Exists(built) && FailingOf(run.Report).Count > 0) await context.KeepBuildCacheAsync(sandbox, built, cancel);
        return run;
    }

    private bool IsShort => context.Environment.Tests.Sum(test => test.Seconds) < Short;

    /// <param name="ran">The tests that were to run.</param>
    /// <param name="wavering">Tests that decide nothing.</param>
    private (string Reason, string Detail)? Fault(SuiteRun run, IReadOnlyList<BaselineTest> ran, IReadOnlySet<string> wavering)
    {
        if (NewCollectionFailure(run.Report) is { } broken) return (Rejection.DoesNotCollect, broken);
        if (run.OutOfMemory) return (Rejection.Memory, "needs more memory than the limit");
        if (run.TimedOut) return (Rejection.TimeoutOnly, "the whole suite does not end within its limit");
        if (!run.Report.IsComplete) return (Rejection.Crash, "the test process ended without a whole report");
        var passing = _steady.Count - ran.Count(test => !run.Report.Passed(test.Id));
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

    private static string Wavering(IReadOnlySet<string> tests) => $"{tests.Count} tests do not end the same way each time, for example '{tests.Order(StringComparer.Ordinal).First()}', and no other fails";

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
