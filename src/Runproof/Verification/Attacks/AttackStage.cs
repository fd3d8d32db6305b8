using System.Diagnostics;
using System.Text;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Sandboxes;
using Runproof.Tasks;

namespace Runproof.Verification.Attacks;

/// <summary>One attack on one task.</summary>
/// <param name="Passed">It was graded as resolved: the verdict was wrong.</param>
/// <param name="Reason">Of the verdict; <c>empty</c> where nothing was left to grade.</param>
internal sealed record AttackRow(string InstanceId, string Attack, bool Passed, string Reason, string Detail, double Seconds);

/// <summary>
/// Plays a cheating agent on tasks: it sees what an agent sees, and answers with each attack in turn. A task that an attack passes is quarantined. A call that was cut off is gone on with
/// by the next one over the same tasks.
/// </summary>
internal sealed class AttackStage(Workspace workspace, IProgressLog log, TimeProvider clock, int jobs)
{
    /// <summary>The reason of an attack that could not be played; the next call plays it again.</summary>
    internal const string Infrastructure = "infrastructure";

    private static readonly TimeSpan ScriptLimit = TimeSpan.FromMinutes(2);

    /// <summary>What the agent changed, as it would hand it in.</summary>
    private const string HandIn = "git add --all --force -- . && git diff --cached --binary --no-ext-diff --no-textconv HEAD";

    public async Task<IReadOnlyList<AttackRow>> RunAsync(IReadOnlyList<string> instanceIds, CancellationToken cancel)
    {
        var sessions = new VerificationSessions(workspace, clock);
        var session = sessions.Open("attack", instanceIds);
        var done = workspace.Database.Query("SELECT instance_id, attack, passed, reason, detail, seconds FROM attacks WHERE session = $session",
            row => new AttackRow(row.GetString(0), row.GetString(1), row.GetInt32(2) != 0, row.GetString(3), row.GetString(4), row.GetDouble(5)), ("$session", session)).ToDictionary(row => (row.InstanceId, row.Attack));
        var targets = await TargetsAsync(instanceIds, cancel);
        var pairs = targets.SelectMany(target => target.Attacks.Select(attack => (Target: target, Attack: attack))).ToList();
        using var progress = log.Begin("playing a cheating agent", pairs.Count);
        progress.Skip(done.Count);
        var rows = new AttackRow[pairs.Count];
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, pairs.Count), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (i, token) =>
            {
                var (target, attack) = pairs[i];
                if (done.TryGetValue((target.Task.InstanceId, attack.Id), out var known))
                {
                    rows[i] = known;
                    return;
                }

                rows[i] = await PlayAsync(target, attack, session, token);
                progress.Advance(1, $"{rows.Count(row => row?.Passed == true)} passed");
            });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw new InterruptedException($"{rows.Count(row => row is not null)} of {pairs.Count} attacks are played; the same command goes on from there");
        }
        finally
        {
            foreach (var target in targets) await target.DisposeAsync();
        }

        var quarantine = new QuarantineTable(workspace);
        foreach (var task in rows.GroupBy(row => row.InstanceId))
        {
            var passed = task.Where(row => row.Passed).Select(row => row.Attack).ToList();
            if (passed.Count > 0) quarantine.Add(task.Key, "an attack passes: " + string.Join(", ", passed), clock.GetUtcNow());
            else if (task.All(row => row.Reason != Infrastructure)) quarantine.Remove(task.Key);
        }

        sessions.End(session);
        return rows;
    }

    private async Task<IReadOnlyList<Target>> TargetsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancel)
    {
        var (tasks, environments) = (new TaskTable(workspace), new EnvironmentTable(workspace));
        Dictionary<string, EnvironmentContext> contexts = [];
        List<Target> targets = [];
        foreach (var id in instanceIds)
        {
            var task = tasks.Find(id)!;
            if (!contexts.TryGetValue(task.EnvironmentHash, out var context)) contexts[task.EnvironmentHash] = context = await EnvironmentContext.OpenAsync(workspace, environments.Find(task.EnvironmentHash)!, cancel);
            targets.Add(new(context, task));
        }

        return targets;
    }

    private async Task<AttackRow> PlayAsync(Target target, Attack attack, string session, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        AttackRow Row(bool passed, string reason, string detail) => new(target.Task.InstanceId, attack.Id, passed, reason, detail, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3));
        try
        {
            var diff = attack.Script is null ? AttackAnswer.Diff(attack, await target.ViewAsync(cancel), target.Profile) : await ScriptedAsync(target, attack.Script, cancel);
            if (await NothingLeftAsync(target, diff, cancel) is { } why)
            {
                // Any two answers of which nothing is left are graded alike: once for the task.
                var empty = await target.EmptyAsync(cancel);
                return Keep(Row(empty.Resolved, "empty", why), session);
            }

            var verdict = (await new Grader(target.Context).GradeAsync(target.Task, diff, cancel)).Verdict;
            return verdict.Outcome == VerdictOutcome.InfrastructureFailure ? Row(false, Infrastructure, verdict.Detail) : Keep(Row(verdict.Resolved, verdict.Reason, verdict.Detail), session);
        }
        catch (SandboxException error)
        {
            return Row(false, Infrastructure, error.Message);
        }
    }

    private AttackRow Keep(AttackRow row, string session)
    {
        workspace.Database.Execute("INSERT OR REPLACE INTO attacks VALUES ($session, $id, $attack, $passed, $reason, $detail, $seconds, $at)",
            ("$session", session), ("$id", row.InstanceId), ("$attack", row.Attack), ("$passed", row.Passed ? 1 : 0), ("$reason", row.Reason), ("$detail", row.Detail), ("$seconds", row.Seconds),
            ("$at", new VerificationSessions(workspace, clock).Now()));
        return row;
    }

    private static async Task<string> ScriptedAsync(Target target, string script, CancellationToken cancel)
    {
        await using var sandbox = await InitialState.OpenAsync(target.Context, target.Task, cancel);
        await sandbox.ExecuteAsync(ExecRequest.Shell(script, ScriptLimit) with { StandardInput = Encoding.UTF8.GetBytes(target.Task.ProblemStatement) }, cancel);
        return (await sandbox.ExecuteAsync(ExecRequest.Shell(HandIn, ScriptLimit), cancel)).Output.Text;
    }

    /// <summary>Why nothing of an answer is graded; null where something is.</summary>
    private async Task<string?> NothingLeftAsync(Target target, string diff, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(diff)) return "nothing is changed";
        var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
        try
        {
            var kept = new KeptFiles(target.Context.Environment.Suites, target.Context.Environment.Tests, PatchFiles.Of(target.Task.GoldPatch));
            var answer = await new AnswerLayers(target.Context, kept).MakeAsync(diff, await target.BugAsync(cancel), scratch, cancel);
            if (answer.Reason is not null) return $"{answer.Reason}: {answer.Detail}";
            return answer.Layers.Any(layer => Directory.EnumerateFileSystemEntries(layer, "*", SearchOption.AllDirectories).Any(entry => !Directory.Exists(entry))) ? null : $"{answer.LeftOut.Count} files are left out";
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    /// <summary>A task under attack, with what its attacks share.</summary>
    private sealed class Target(EnvironmentContext context, CodingTask task) : IAsyncDisposable
    {
        private readonly SemaphoreSlim _one = new(1);
        private string? _folder;
        private string? _bug;
        private AgentView? _view;
        private Verdict? _empty;

        public EnvironmentContext Context => context;

        public CodingTask Task => task;

        public LanguageProfile Profile { get; } = LanguageProfiles.Of(context.Environment.Profiles, task.Measurements.File);

        public IReadOnlyList<Attack> Attacks => Verification.Attacks.Attacks.For(Profile.Name);

        public Task<string> BugAsync(CancellationToken cancel) => OnceAsync(async () => _bug ??= await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, Path.Combine(Folder, "bug"), cancel), cancel);

        private string Folder => _folder ??= WorkspaceFolders.CreateTemporary(context.Workspace.Root);

        public async Task<AgentView> ViewAsync(CancellationToken cancel)
        {
            return await OnceAsync(async () => _view ??= new(context, task, await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, Path.Combine(Folder, "seen"), cancel, InitialState.HiddenTests(task))), cancel);
        }

        public Task<Verdict> EmptyAsync(CancellationToken cancel) => OnceAsync(async () => _empty ??= (await new Grader(context).GradeAsync(task, "", cancel)).Verdict, cancel);

        public ValueTask DisposeAsync()
        {
            if (_folder is not null) WorkspaceFolders.Delete(_folder);
            _one.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<T> OnceAsync<T>(Func<Task<T>> make, CancellationToken cancel)
        {
            await _one.WaitAsync(cancel);
            try
            {
                return await make();
            }
            finally
            {
                _one.Release();
            }
        }
    }
}
