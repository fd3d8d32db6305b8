using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Rollouts.Imports;

/// <summary>What became of a file.</summary>
/// <param name="Id">Of the attempt that it is now; null where it did not come in.</param>
/// <param name="IsNew">It was not here before this call.</param>
/// <param name="Reason">Why it did not come in, or how it was judged.</param>
internal sealed record ImportedFile(string File, string? Format, string? InstanceId, string? Id, bool IsNew, RolloutOutcome? Outcome, bool IsKept, string Reason);

/// <summary>
/// Brings attempts of other people's agents in: each is matched to a task of this workspace, its patch is graded afresh, and it is kept only if the tests pass and nothing in it speaks against it. What its file says of its
/// success counts for nothing. Killed at any moment, the same call goes on; a file that came in once does not come in again.
/// </summary>
/// <param name="patches">By task, for files that hold none.</param>
internal sealed class TrajectoryImport(Workspace workspace, IProgressLog log, TimeProvider clock, int jobs, RewardPlan rewards, IReadOnlyDictionary<string, string> patches)
{
    private readonly RolloutTable _table = new(workspace, clock);
    private readonly ImportTable _imports = new(workspace, clock);
    private readonly TaskTable _tasks = new(workspace);

    /// <exception cref="InputException">A path does not exist, or a folder holds nothing that could be one.</exception>
    public async Task<IReadOnlyList<ImportedFile>> RunAsync(IReadOnlyList<string> paths, CancellationToken cancel)
    {
        var files = ForeignFiles.Find(paths);
        var quarantined = new QuarantineTable(workspace).All().Select(task => task.InstanceId).ToHashSet();
        List<(ImportedFile File, RolloutKey? Key)> taken = [];
        foreach (var (file, isNamed) in files)
        {
            cancel.ThrowIfCancellationRequested();
            if (Take(file, isNamed, quarantined) is { } one) taken.Add(one);
        }

        // Files of equal content are one attempt.
        var todo = taken.Where(one => one.Key is not null && one.File.Outcome is null).Select(one => one.Key!).Distinct().Select(key => (Key: key, Task: _tasks.Find(key.InstanceId)!)).ToList();
        var judged = new ConcurrentDictionary<RolloutKey, (Rollout? Rollout, string Reason)>();
        using var progress = log.Begin("grading imported attempts", todo.Count);
        await using var states = new TaskStates(workspace, new EnvironmentTable(workspace));
        foreach (var (_, task) in todo) states.Expect(task);
        await Parallel.ForEachAsync(todo, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (one, token) =>
        {
            judged[one.Key] = await JudgeAsync(states, one.Task, one.Key, token);
            progress.Advance(1, $"{judged.Values.Count(verdict => verdict.Rollout?.Outcome == RolloutOutcome.Resolved)} resolved");
        });
        return [.. taken.Select(one => one.Key is not { } key || !judged.TryGetValue(key, out var verdict) ? one.File : verdict.Rollout is { } rollout ? Judged(one.File, rollout) : one.File with { Reason = verdict.Reason })];
    }

    /// <summary>Reads a file and keeps what it holds, not judged yet; null for JSON that is no trajectory and was not named.</summary>
    private (ImportedFile File, RolloutKey? Key)? Take(string file, bool isNamed, HashSet<string> quarantined)
    {
        string? format = null;
        (ImportedFile, RolloutKey?) Refused(string reason, string? task = null) => (new(file, format, task, null, false, null, false, reason), null);
        try
        {
            var (bytes, root) = ForeignFiles.Read(file);
            if (ForeignReader.All.FirstOrDefault(reader => reader.Reads(root)) is not { } reader) return isNamed ? Refused("it is none of ATIF, mini-swe-agent's .traj.json and SWE-agent's .traj") : null;
            format = reader.Name;
            var foreign = reader.Read(root, clock.GetUtcNow());
            var names = foreign.Names.Concat(ForeignFiles.Names(file)).Distinct().ToList();
            if (names.Select(_tasks.Find).OfType<CodingTask>().FirstOrDefault() is not { } task) return Refused($"this workspace has no task '{string.Join("' or '", foreign.Names.Count > 0 ? foreign.Names : names)}'");
            if (quarantined.Contains(task.InstanceId)) return Refused("its task is quarantined: see 'runproof tasks list --quarantined'", task.InstanceId);
            var patch = ForeignFiles.Mended(new[] { foreign.Patch, patches.GetValueOrDefault(task.InstanceId, ""), ForeignFiles.Patch(file) }.FirstOrDefault(one => !string.IsNullOrWhiteSpace(one)) ?? "");
            if (patch.Length == 0) return Refused($"it holds no patch ({foreign.End.Detail}), and none lies beside it: --predictions FILE can give one", task.InstanceId);
            var source = Convert.ToHexStringLower(SHA256.HashData([.. bytes, 0, .. Encoding.UTF8.GetBytes(patch)]));
            var known = _imports.Find(source);
            var key = known ?? _imports.Add(
                source, new(foreign.Agent, foreign.Model, null, task.Tests, 0, 0, 0, null, null, null, 0) { Origin = RolloutPlan.Imported }, task.InstanceId,
                new(format, Path.GetFileName(file), foreign.Opening, foreign.End, patch, foreign.Turns[0].At), foreign.Turns);
            var here = new ImportedFile(file, format, task.InstanceId, key.Name, known is null, null, false, "");
            return (_table.Find(key) is { Outcome: not RolloutOutcome.Infrastructure } ended ? Judged(here, ended) : here, key);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return isNamed || format is not null ? Refused(error is FormatException or IOException ? error.Message : $"it is broken: {error.Message.Split('\n')[0]}") : null;
        }
    }

    private async Task<(Rollout? Rollout, string Reason)> JudgeAsync(TaskStates states, CodingTask task, RolloutKey key, CancellationToken cancel)
    {
        try
        {
            var state = await states.TakeAsync(task, cancel);
            var record = _imports.Record(key);
            var turns = _table.Turns(key);
            var seconds = turns.Sum(turn => turn.Reply.Seconds + turn.Observations.Sum(seen => seen.Seconds));
            var rollout = await new Judgement(rewards).JudgeAsync(state, key, record.End, record.Patch, turns, 0, record.StartedAt, () => seconds, cancel);
            _table.End(rollout);
            return (rollout, "");
        }
        catch (InputException error)
        {
            return (null, error.Message);
        }
        finally
        {
            await states.ReturnAsync(task);
        }
    }

    private static ImportedFile Judged(ImportedFile file, Rollout rollout) => file with { Outcome = rollout.Outcome, IsKept = rollout.IsKept, Reason = rollout.IsKept ? rollout.Reason : $"{rollout.Reason} (not kept: {string.Join(", ", rollout.Losses)})" };
}
