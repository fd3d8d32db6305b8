using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Injection;

/// <summary>
/// Judges the candidates of a plan and keeps what becomes of them. Restartable: each is judged once, in rounds; a round is chosen knowing the outcomes of those before it and nothing of timing, so a call that
/// was cut off goes on with the same candidates.
/// </summary>
internal sealed class JudgingRounds(EnvironmentContext context, IProgressLog log, TimeProvider clock, int jobs)
{
    public const int Size = 24;

    private readonly CandidateTable _ledger = new(context.Workspace);
    private readonly TaskTable _tasks = new(context.Workspace);

    /// <param name="title">What the progress bar says.</param>
    /// <param name="target">Candidates judged in the end, those of earlier calls included.</param>
    /// <param name="next">The next round: from those judged before, and whether they were kept.</param>
    /// <param name="prepare">Gets ready for those of a round that are to be judged.</param>
    /// <exception cref="InterruptedException">It was cancelled; what is judged stays.</exception>
    public async Task<JudgedPlan> RunAsync<T>(
        string plan, string title, int target, Func<IReadOnlyList<(T Item, bool Kept)>, IReadOnlyList<T>> next, Func<T, CancellationToken, Task<Candidate>> judge, CancellationToken cancel,
        Func<IReadOnlyList<T>, CancellationToken, Task>? prepare = null)
    {
        var started = clock.GetTimestamp();
        var known = _ledger.Of(plan).Where(row => row.Reason != Rejection.Infrastructure).ToDictionary(row => row.Place);
        List<(T, bool)> before = [];
        Dictionary<string, string> effects = [];
        var (judgedNow, kept) = (0, 0);
        using var progress = log.Begin(title, target);
        try
        {
            while (before.Count < target)
            {
                var first = before.Count;

                // A round that the count cuts short is the beginning of a whole one, so that a later call with a larger count goes on the same way.
                IReadOnlyList<T> round = [.. next(before).Take(target - first)];
                if (round.Count == 0) break;
                if (prepare is not null) await prepare([.. round.Where((_, i) => !known.ContainsKey(first + i))], cancel);
                await Parallel.ForEachAsync(Enumerable.Range(0, round.Count), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (i, token) =>
                {
                    if (known.ContainsKey(first + i))
                    {
                        progress.Skip(1);
                        return;
                    }

                    var candidate = await judge(round[i], token);
                    _ledger.Add(plan, first + i, context.Environment.Hash, candidate, clock.GetUtcNow());
                    Interlocked.Increment(ref judgedNow);
                    if (candidate.IsKept) Interlocked.Increment(ref kept);
                    progress.Advance(1, $"{kept} kept");
                });
                before.AddRange(round.Zip(Settle(plan, first, round.Count, effects)));
                kept = before.Count(judged => judged.Item2);
                progress.Advance(0, $"{kept} kept");
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            var judged = _ledger.Of(plan).Where(row => row.Place < target).ToList();
            throw new InterruptedException($"{judged.Count} of {target} bugs are judged, {judged.Count(row => row.Verdict == "kept")} kept; the same command goes on from there");
        }

        var rows = _ledger.Of(plan).Where(row => row.Place < target).ToList();
        return new(rows, [.. rows.Where(row => row.Verdict == "kept").Select(row => _ledger.Read(row).Task!)], judgedNow, clock.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Ends a round, in the order of places whatever order judging ended in: of bugs with the same effect the first stays.</summary>
    private List<bool> Settle(string plan, int first, int count, Dictionary<string, string> effects)
    {
        List<bool> judged = [];
        context.Workspace.Database.Together(() =>
        {
            foreach (var row in _ledger.Of(plan).Where(row => row.Place >= first && row.Place < first + count))
            {
                var isKept = row.Verdict == "kept";
                if (isKept && !effects.TryAdd(row.Effect!, plan))
                {
                    _ledger.Reject(plan, row.Place, Rejection.DuplicateEffect);
                    isKept = false;
                }

                if (isKept)
                {
                    var candidate = _ledger.Read(row);
                    _tasks.Add(candidate.Task!, candidate.Id);
                }

                judged.Add(isKept);
            }
        });
        return judged;
    }
}

/// <summary>A plan's candidates, as far as they were asked for.</summary>
/// <param name="Tasks">Of the kept ones.</param>
/// <param name="JudgedNow">How many this call judged.</param>
internal sealed record JudgedPlan(IReadOnlyList<CandidateRow> Rows, IReadOnlyList<CodingTask> Tasks, int JudgedNow, double Seconds)
{
    public IReadOnlyDictionary<string, int> Rejected =>
        Rows.Where(row => row.Verdict != "kept").GroupBy(row => row.Reason).OrderByDescending(group => group.Count()).ToDictionary(group => group.Key, group => group.Count());
}
