using System.Collections.Concurrent;
using System.Diagnostics;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>A change of one file: the bytes from <paramref name="Start"/> to <paramref name="End"/> replaced.</summary>
internal sealed record FileEdit(string File, int Start, int End, string Replacement);

/// <summary>
/// Test processes that have the framework, the tests and the package loaded, and are forked for each run: a run starts within milliseconds. They answer for a first look only. What they
/// cannot tell, or tell in any odd way, a plain run in a fresh sandbox decides; so does it for everything that becomes a verdict.
/// </summary>
/// <param name="spec">Without any change on top.</param>
internal sealed class WarmProcesses(ISandboxProvider sandboxes, SandboxSpec spec, Suite suite) : IAsyncDisposable
{
    private const int MostFailures = 3;
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(2);
    private readonly ConcurrentBag<Warm> _idle = [];
    private int _failures;
    private int _answers;

    /// <summary>Runs that needed no plain one.</summary>
    public int Answers => _answers;

    /// <summary>What the last run said that gave no answer.</summary>
    public string? Failure { get; private set; }

    public static bool Supports(Suite suite) => suite.TestFramework.Modes.ContainsKey("warm") && suite.Command.Count == 0;

    /// <summary>Runs tests on a change (null: on none), as <paramref name="request"/> asks.</summary>
    /// <returns>A run with a whole report, or null: a plain run must tell.</returns>
    public async Task<SuiteRun?> RunAsync(FileEdit? edit, SuiteRequest request, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        if (await AnswerAsync(WarmRequest.Bytes(suite, edit, request), request.SecondsFor(suite), cancel) is not var (parts, said)) return null;
        if (parts.ExitCode is not { } code || parts.Find("report") is not { } report) return Fail(said);
        var run = new SuiteRun(SuiteRunner.Parse(suite, report), [code], TimedOut: false, OutOfMemory: false, Stopwatch.GetElapsedTime(started).TotalSeconds, "", default);
        if (!run.Report.IsComplete) return Fail("its report is not whole");
        Interlocked.Increment(ref _answers);
        return run;
    }

    /// <summary>Tries bugs that stand in the same files behind switches (<see cref="Languages.SchemataRule"/>), all in one worker.</summary>
    /// <param name="files">The files, by path.</param>
    /// <param name="tests">Of each bug, by its number, the tests that reach it; the first of them that fails ends its trial.</param>
    /// <returns>Null where there was no answer. Every bug that is not said to be caught must be tried in another way: state that the one before left may hide it.</returns>
    public async Task<WarmTrial?> TryAsync(IReadOnlyDictionary<string, byte[]> files, IReadOnlyDictionary<int, IReadOnlyList<BaselineTest>> tests, CancellationToken cancel)
    {
        if (!suite.TestFramework.Modes["warm"].Switches || WarmTrialRequest.Bytes(suite, files, tests) is not { } request) return null;
        if (await AnswerAsync(request, suite.LimitSeconds, cancel) is not var (parts, said)) return null;
        var trial = parts.ExitCode is not null && parts.Find("trial") is { } bytes ? WarmTrial.Parse(bytes.Span) : null;
        if (trial is null) Fail(said);
        Interlocked.Add(ref _answers, trial?.Caught.Count ?? 0);
        return trial;
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var process)) await process.DisposeAsync();
    }

    /// <summary>What an idle process, or a new one, answers; null where it fails.</summary>
    private async Task<(OutputParts Parts, string Said)?> AnswerAsync(byte[] request, double seconds, CancellationToken cancel)
    {
        if (Volatile.Read(ref _failures) >= MostFailures) return null;
        Warm? process = null;
        try
        {
            if (!_idle.TryTake(out process)) process = await StartAsync(cancel);
            var wall = TimeSpan.FromSeconds(seconds + 5) + (process.IsReady ? TimeSpan.Zero : StartTime);
            var answer = await process.Session.AskAsync(request, wall, cancel);
            process.IsReady = true;
            Volatile.Write(ref _failures, 0);
            var parts = OutputParts.Read(answer);
            if (parts.Find("leaves") is not null) return (parts, answer.Text);
            _idle.Add(process);
            process = null;
            return (parts, answer.Text);
        }
        catch (SandboxException error)
        {
            Interlocked.Increment(ref _failures);
            Fail(error.Message);
            return null;
        }
        finally
        {
            if (process is not null) await process.DisposeAsync();
        }
    }

    private SuiteRun? Fail(string reason)
    {
        Failure = reason;
        return null;
    }

    private async Task<Warm> StartAsync(CancellationToken cancel)
    {
        var sandbox = await sandboxes.CreateAsync(spec, cancel);
        try
        {
            return new(sandbox, await sandbox.StartAsync(TestCommand.Warm(suite), cancel));
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    private sealed class Warm(ISandbox sandbox, ISandboxSession session) : IAsyncDisposable
    {
        public ISandboxSession Session => session;

        public bool IsReady { get; set; }

        public async ValueTask DisposeAsync()
        {
            await session.DisposeAsync();
            await sandbox.DisposeAsync();
        }
    }
}
