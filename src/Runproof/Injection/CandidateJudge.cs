using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Repositories;
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
    private readonly Grader _grader = new(context);
    private readonly IReadOnlyList<WarmProcesses> _warm = [.. context.Environment.Suites.Select(suite => new WarmProcesses(context.Workspace.Sandboxes, context.Layers.ToJudge([]), suite))];

    /// <summary>Bugs that were screened without a plain run.</summary>
    internal int ScreenedWarm => _warm.Sum(processes => processes.Answers);

    public async ValueTask DisposeAsync()
    {
        foreach (var processes in _warm) await processes.DisposeAsync();
    }

    public async Task<Candidate> JudgeAsync(BugSite site, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        var id = site.Id(context.Environment.Tree);
        Candidate End(string reason, string detail, int testsRun = 0, IReadOnlyList<string>? failing = null, string? effect = null, CodingTask? task = null) =>
            new(id, site, reason, detail, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3), testsRun, failing ?? [], effect, task);
        try
        {
            var original = context.Tree.ReadBytes(site.File);
            var changed = site.Apply(original);
            var layer = WriteLayer(site.File, changed, Path.Combine(scratch, "bug"));

            var built = Path.Combine(scratch, "built");
            var screened = await ScreenAsync(site, layer, built, cancel);
            if (screened.Reason is { } notCaught) return End(notCaught, screened.Detail, screened.TestsRun);

            IReadOnlyList<string> layers = Directory.Exists(built) ? [layer, built] : [layer];
            var first = await WholeSuiteAsync(layers, behaviour: true, cancel);
            if (Fault(first, []) is { } fault) return End(fault.Reason, fault.Detail, first.Report.Tests.Count, FailingOf(first.Report));
            Candidate Rejected(string reason, string detail) => End(reason, detail, first.Report.Tests.Count, FailingOf(first.Report));

            // A test that wavers decides nothing; the task goes on without it where another one decides.
            HashSet<string> wavering = [.. Differing(first.Report, (await WholeSuiteAsync(layers, behaviour: false, cancel)).Report)];
            if (Fault(first, wavering) is not null) return Rejected(Rejection.Unsteady, Wavering(wavering));
            var task = await TaskAsync(site, id, original, changed, first, wavering, layers, scratch, cancel);
            if (task.Reason is { } leaks) return Rejected(Rejection.StatementLeaks, leaks);

            var empty = await _grader.GradeAsync(task.Task!, "", cancel, layers.Skip(1));
            if (empty.Verdict.Outcome == VerdictOutcome.InfrastructureFailure) return End(Rejection.Infrastructure, empty.Verdict.Detail);
            if (empty.Verdict.Resolved) return Rejected(Rejection.EmptyPasses, "an empty diff is graded as resolved");
            var known = wavering.Count;
            wavering.UnionWith(Differing(first.Report, empty.Report!));
            var deciding = context.Environment.Tests.Where(test => task.Task!.FailToPass.Contains(test.Id) && !wavering.Contains(test.Id)).ToList();
            wavering.UnionWith(await new Steadiness(context, _selector, _warm).WaveringAsync(site, deciding, layers, Steadiness.Repeats - RunsWithBug, Steadiness.Repeats - 1, seed, cancel));
            if (wavering.Count > known)
            {
                if (Fault(first, wavering) is not null) return Rejected(Rejection.Unsteady, Wavering(wavering));
                task = await TaskAsync(site, id, original, changed, first, wavering, layers, scratch, cancel);
                if (task.Reason is { } leaksNow) return Rejected(Rejection.StatementLeaks, leaksNow);
            }

            var gold = await _grader.GradeAsync(task.Task!, task.Task!.GoldPatch, cancel);
            if (gold.Verdict.Outcome == VerdictOutcome.InfrastructureFailure) return End(Rejection.Infrastructure, gold.Verdict.Detail);
            if (!gold.Verdict.Resolved) return Rejected(Rejection.NotRepaired, gold.Verdict.Detail);

            var seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3);
            var kept = await WordedAsync(task.Task, task.Statement!, cancel) with { Measurements = task.Task.Measurements with { JudgeSeconds = seconds } };
            return End("kept", $"{kept.FailToPass.Count} tests fail", first.Report.Tests.Count, FailingOf(first.Report), EffectOf(site, first.Report), kept);
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

    /// <summary>Runs only the tests that can reach the bug, until one fails. A null reason: it was caught.</summary>
    /// <param name="built">Where to keep the build cache of the bug, so that the runs that follow compile nothing again; null to keep none.</param>
    internal async Task<(string? Reason, string Detail, int TestsRun)> ScreenAsync(BugSite site, string layer, string? built, CancellationToken cancel)
    {
        var selection = _selector.For(site);
        if (_selector.WarmSuite(site, selection) is { } suite && await _warm[suite].RunAsync(new(site.File, site.Start, site.End, site.Replacement), context.Screening(selection), cancel) is { } warm) return ScreenVerdict(warm);
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

    internal string WriteLayer(string file, byte[] content, string layer)
    {
        var target = Path.Combine(layer, "testbed", file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, content);
        File.SetUnixFileMode(target, context.Tree.Mode(file));
        return layer;
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

    private async Task<(CodingTask? Task, Statement? Statement, string? Reason)> TaskAsync(BugSite site, string id, byte[] original, byte[] changed, SuiteRun run, HashSet<string> wavering, IReadOnlyList<string> layers, string scratch, CancellationToken cancel)
    {
        var mode = context.Tree.Mode(site.File);
        var bug = await Diffs.BetweenAsync(site.File, original, changed, mode, scratch, cancel);
        var gold = await Diffs.BetweenAsync(site.File, changed, original, mode, scratch, cancel);
        var failToPass = FailingOf(run.Report).Where(test => !wavering.Contains(test)).ToList();
        var files = context.Environment.Tests.Where(test => test.File is not null).ToDictionary(test => test.Id, test => test.File!);
        var hidden = failToPass.Select(files.GetValueOrDefault).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var statement = await BehaviourStatement.WriteAsync(context, id, [bug, gold], run, layers, failToPass, hidden, seed, LanguageProfiles.Of(context.Environment.Profiles, site.File).Name, cancel);
        if (statement.Text is null) return (null, null, string.Join(", ", statement.Leaks.Select(leak => $"{leak.Rule}: {leak.Text}").Distinct().Take(3)));
        var notCounted = _steady.Where(test => wavering.Contains(test) || run.Report.OutcomeOf(test) is TestOutcome.Missing or TestOutcome.Skipped).Order(StringComparer.Ordinal).ToList();
        var name = context.Environment.Name.Replace("/", "__", StringComparison.Ordinal);
        var task = new CodingTask(
            $"{name}.{context.Environment.Commit[..8]}.{id}", context.Environment.Name, context.Environment.Commit, context.Environment.Hash, TaskOrigin.Injected, TestVisibility.Hidden,
            statement.Text, bug, gold, hidden, failToPass, notCounted, clock.GetUtcNow(),
            new(site.Operator, site.Family, site.File, site.Function, site.FirstLine, failToPass.Count(test => run.Report.OutcomeOf(test) == TestOutcome.Failed),
                _steady.Count - failToPass.Count - notCounted.Count, 0, context.Environment.Suites.All(suite => suite.HasSentinels), statement.TellsAll, wavering.Count),
            StatementOrigin.OfTemplate(statement.Text));
        return (task, statement, null);
    }

    /// <summary>What failed and how, with numbers that change from run to run taken out.</summary>
    private string EffectOf(BugSite site, TestReport report)
    {
        var parts = FailingOf(report).Select(id => $"{id}\0{report.OutcomeOf(id)}\0{Volatile().Replace(report.Tests[id].Message ?? "", "#")}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(site.Function + "\0" + string.Join('\0', parts))))[..16];
    }

    [GeneratedRegex(@"0x[0-9a-fA-F]+|\d+\.\d+ ?m?s\b|/tmp/\S+|\bid=\d+")]
    private static partial Regex Volatile();
}
