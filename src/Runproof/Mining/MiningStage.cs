using System.Security.Cryptography;
using System.Text;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Mining.Conversations;
using Runproof.Repositories;
using Runproof.Coverage;
using Runproof.Statements;
using Runproof.Tasks;

namespace Runproof.Mining;

/// <summary>
/// Makes tasks of a repository's history. Each change has its row, written as soon as it is judged; a call that was cut off, or asked for fewer, goes on where it ended.
/// </summary>
/// <param name="conversations">What people wrote about the changes, where that is known.</param>
/// <param name="today">The environment of the newest commit: it says which files are tests.</param>
internal sealed class MiningStage(Workspace workspace, Repository repository, RepositoryEnvironment today, IProgressLog log, TimeProvider clock, int jobs, bool quality = true, ConversationIndex? conversations = null, ModelWriter? writer = null, QualityJudge? reader = null, EraHelper? helper = null)
{
    /// <summary>Raised when the meaning of a verdict changes.</summary>
    private const string Version = "3";

    private readonly ChangeTable _ledger = new(workspace);
    private readonly TaskTable _tasks = new(workspace);
    private readonly EnvironmentTable _environments = new(workspace);

    /// <param name="limit">Candidates judged in the end, those of earlier calls included; null for all.</param>
    /// <param name="depth">Commits looked at, the newest ones; null for all.</param>
    /// <exception cref="InterruptedException">It was cancelled; what is judged stays.</exception>
    public async Task<MiningResult> RunAsync(int? limit, int? depth, int seed, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var plan = PlanOf();
        var finder = new ChangeFinder(repository.GitDirectory, today.Suites);
        var found = await finder.FindAsync(repository.Commit, depth, cancel);
        var known = _ledger.Of(plan).Where(row => !ChangeRejection.IsPassing(row.Reason)).ToDictionary(row => (row.Base, row.Head));
        Note(plan, found, known);
        List<(Change Change, ChangeParts Parts)> candidates = [.. found.Where(one => one.Parts.IsCandidate)];
        var wanted = candidates.Take(limit ?? int.MaxValue).ToList();
        var options = today.OptionsText.Length > 0 ? ProjectOptions.Parse(today.OptionsText, ProjectOptions.FileName) : null;
        var eras = new Eras(workspace, repository, today.Profiles, options, log, clock, jobs, helper);
        var judge = new ChangeJudge(workspace, repository, today.Suites, eras, new MinedTask(clock, seed, quality, conversations ?? ConversationIndex.None, writer, reader), seed);
        var (now, kept) = (0, 0);
        using (var progress = log.Begin("judging changes", wanted.Count))
        {
            try
            {
                await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (one, token) =>
                {
                    var isNew = await JudgedAsync(one.Change, one.Parts, token);
                    if (!isNew) progress.Skip(1);
                    else progress.Advance(1, $"{Volatile.Read(ref kept)} kept");
                });
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                throw new InterruptedException($"{now} changes were judged, {kept} kept; the same command goes on from there");
            }
        }

        Settle(plan, found);
        DerivedTree.Trim(workspace);
        return Result(plan, found, candidates.Count, wanted, now, eras.Count, clock.GetElapsedTime(started).TotalSeconds);

        // A branch as a whole, and where that is no task its commits one by one.
        async Task<bool> JudgedAsync(Change change, ChangeParts parts, CancellationToken token)
        {
            ChangeRow? row;
            lock (known) row = known.GetValueOrDefault((change.Base, change.Head));
            var isKept = row?.IsKept ?? false;
            if (row is null)
            {
                var judged = await judge.JudgeAsync(change, parts, token);
                isKept = Keep(plan, judged, known);
                Interlocked.Increment(ref now);
                if (isKept) Interlocked.Increment(ref kept);
            }

            // A branch that does what another change does is one task already.
            if (isKept || row?.Reason == ChangeRejection.Duplicate || change.Single.Count < 2) return row is null;
            foreach (var single in change.Single)
            {
                var own = await finder.PartsAsync(single, token);
                if (own.IsCandidate) await JudgedAsync(single, own, token);
            }

            return row is null;
        }
    }

    /// <summary>Writes a row, and of a kept change its task.</summary>
    private bool Keep(string plan, JudgedChange judged, Dictionary<(string, string), ChangeRow> known)
    {
        lock (known)
        {
            workspace.Database.Together(() =>
            {
                _ledger.Add(plan, judged, clock.GetUtcNow());
                if (judged is not { Task: { } task, Environment: { } environment }) return;
                _environments.Add(environment, ReachMap.Empty, [], clock.GetUtcNow());
                _tasks.Add(task with { Measurements = task.Measurements with { JudgeSeconds = judged.Seconds } }, judged.Change.Head);
            });
            known[(judged.Change.Base, judged.Change.Head)] = new(
                judged.Change.Base, judged.Change.Head, judged.Change.Newest.Subject, [.. judged.Change.Commits.Select(commit => commit.Hash)], judged.Reason, judged.Detail, judged.Seconds, judged.Task?.InstanceId, judged.Fingerprint, judged.Functions ?? []);
        }

        return judged.IsKept;
    }

    /// <summary>Of kept changes that do the same the oldest stays, whatever order judging ended in.</summary>
    private void Settle(string plan, IReadOnlyList<(Change Change, ChangeParts Parts)> found)
    {
        var order = found.Reverse().SelectMany(one => one.Change.Single.Reverse().Prepend(one.Change)).Select((change, place) => (Key: (change.Base, change.Head), place)).DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.place);
        foreach (var same in _ledger.Of(plan).Where(row => row.IsKept && order.ContainsKey((row.Base, row.Head))).GroupBy(row => row.Fingerprint))
        {
            var rows = same.OrderBy(row => order[(row.Base, row.Head)]).ToList();
            foreach (var other in rows.Skip(1))
            {
                workspace.Database.Together(() =>
                {
                    _ledger.Reject(plan, other, ChangeRejection.Duplicate, $"does what {rows[0].Head[..10]} does");
                    _tasks.Remove(other.InstanceId!);
                });
            }
        }
    }

    /// <summary>Rows of changes that are no candidates.</summary>
    private void Note(string plan, IReadOnlyList<(Change Change, ChangeParts Parts)> found, Dictionary<(string, string), ChangeRow> known) => workspace.Database.Together(() =>
    {
        foreach (var (change, parts) in found.Where(one => !one.Parts.IsCandidate && !known.ContainsKey((one.Change.Base, one.Change.Head))))
        {
            var (reason, detail) = ChangeJudge.ByItsFiles(parts)!.Value;
            _ledger.Add(plan, new(change, reason, detail, 0), clock.GetUtcNow());
        }
    });

    private MiningResult Result(string plan, IReadOnlyList<(Change Change, ChangeParts Parts)> found, int candidates, List<(Change Change, ChangeParts Parts)> wanted, int now, int eras, double seconds)
    {
        var asked = wanted.SelectMany(one => one.Change.Single.Append(one.Change)).Concat(found.Where(one => !one.Parts.IsCandidate).Select(one => one.Change)).Select(change => (change.Base, change.Head)).ToHashSet();
        var rows = _ledger.Of(plan).Where(row => asked.Contains((row.Base, row.Head))).ToList();
        var order = found.SelectMany(one => one.Change.Single.Prepend(one.Change)).Select((change, place) => (Key: (change.Base, change.Head), place)).DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.place);
        var kept = rows.Where(row => row.IsKept).ToList();
        var changed = kept.SelectMany(row => row.Functions).ToHashSet();
        var reached = _environments.Functions(today.Hash).Where(function => function.IsReached).ToList();
        var statements = kept.Select(row => _tasks.Find(row.InstanceId!)).OfType<CodingTask>().Select(task => task.Statement).ToList();
        return new(
            found.Count, candidates, rows.Count(row => row.Reason is not (ChangeRejection.NoTests or ChangeRejection.NoSolution)), now, eras, [.. kept.Select(row => row.InstanceId!)], [.. kept.SelectMany(row => row.Commits).Distinct()],
            rows.Where(row => !row.IsKept).GroupBy(row => row.Reason).OrderByDescending(group => group.Count()).ToDictionary(group => group.Key, group => group.Count()), seconds,
            reached.Count, reached.Count(function => changed.Contains($"{function.File}::{function.Name}")), StatementCounts.Of(statements, writer?.Used ?? Chat.ModelUsage.None),
            [.. rows.OrderBy(row => order.GetValueOrDefault((row.Base, row.Head), int.MaxValue))]);
    }

    private string PlanOf() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [Version, repository.Name, today.OptionsText, $"{quality} {reader is not null}", .. today.Profiles.Select(profile => profile.Hash)]))))[..16];
}
