using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
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
        if (Volatile.Read(ref _failures) >= MostFailures) return null;
        var started = Stopwatch.GetTimestamp();
        Warm? process = null;
        try
        {
            if (!_idle.TryTake(out process)) process = await StartAsync(cancel);
            var wall = TimeSpan.FromSeconds(request.SecondsFor(suite) + 5) + (process.IsReady ? TimeSpan.Zero : StartTime);
            var answer = await process.Session.AskAsync(WarmRequest.Bytes(suite, edit, request), wall, cancel);
            process.IsReady = true;
            _idle.Add(process);
            process = null;
            Volatile.Write(ref _failures, 0);
            var parts = OutputParts.Read(answer);
            if (parts.ExitCode is not { } code || parts.Find("report") is not { } report) return Fail(answer.Text);
            var run = new SuiteRun(SuiteRunner.Parse(suite, report), [code], TimedOut: false, OutOfMemory: false, Stopwatch.GetElapsedTime(started).TotalSeconds, "", default);
            if (!run.Report.IsComplete) return Fail("its report is not whole");
            Interlocked.Increment(ref _answers);
            return run;
        }
        catch (SandboxException error)
        {
            Interlocked.Increment(ref _failures);
            return Fail(error.Message);
        }
        finally
        {
            if (process is not null) await process.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var process)) await process.DisposeAsync();
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

/// <summary>What a warm process is asked; <c>runproof_warm.py</c> reads it.</summary>
internal sealed record WarmRequest(
    [property: JsonPropertyName("file")] string? File,
    [property: JsonPropertyName("start")] int Start,
    [property: JsonPropertyName("end")] int End,
    [property: JsonPropertyName("replacement")] string Replacement,
    [property: JsonPropertyName("select")] IEnumerable<string>? Select,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("variables")] IReadOnlyDictionary<string, string> Variables)
{
    public static byte[] Bytes(Suite suite, FileEdit? edit, SuiteRequest request)
    {
        Dictionary<string, string> variables = [];
        if (request.TestSeconds is { } seconds) variables["TEST_SECONDS"] = seconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
        if (request.FailFast) variables["FAIL_FAST"] = "1";
        return JsonSerializer.SerializeToUtf8Bytes(new WarmRequest(
            edit is null ? null : $"{SandboxPaths.Testbed}/{edit.File}", edit?.Start ?? 0, edit?.End ?? 0, edit?.Replacement ?? "",
            request.Selection is null ? null : TestCommand.SelectionLines(suite, request.Selection), request.SecondsFor(suite), variables));
    }
}
