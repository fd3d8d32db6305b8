using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Runproof.Catalogue;
using Runproof.Chat;
using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Statements;
using Runproof.Tasks;

namespace Runproof.Injection;

/// <param name="Sites">Places where an operator could put a bug; <paramref name="Eligible"/> of them lie on lines that tests reach.</param>
/// <param name="Judged">Candidates of this plan in the ledger, earlier calls included.</param>
/// <param name="JudgedNow">Of those, how many this call judged.</param>
/// <param name="Statements">How the statements of the kept tasks came about.</param>
internal sealed record InjectionResult(
    int Sites, int Eligible, int Judged, int JudgedNow, IReadOnlyList<string> Kept, IReadOnlyDictionary<string, int> Rejected, double Seconds, IReadOnlyList<CandidateRow> Rows,
    StatementCounts Statements);

/// <summary>Injects bugs into one environment and keeps those that running proves. Restartable: a plan's candidates are judged once, in rounds.</summary>
internal sealed class InjectionStage(EnvironmentContext context, IProgressLog log, TimeProvider clock, int jobs, ModelWriter? writer = null)
{
    private readonly CandidateTable _ledger = new(context.Workspace);
    private readonly TaskTable _tasks = new(context.Workspace);

    /// <param name="count">Candidates judged in the end, those of earlier calls with the same seed included.</param>
    public async Task<InjectionResult> RunAsync(int count, int seed, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var sites = await SiteFinder.FindAsync(context, cancel);
        var plan = PlanOf(seed, sites.Eligible);
        var sampler = new Sampler(sites.Eligible, seed);
        await using var judge = new CandidateJudge(context, clock, seed, writer);
        var known = _ledger.Of(plan).Where(row => row.Reason != Rejection.Infrastructure).ToDictionary(row => row.Place);
        List<Judged> before = [];
        Dictionary<string, string> effects = [];
        var judgedNow = 0;
        var kept = 0;
        var target = Math.Min(count, sites.Eligible.Count);
        using var progress = log.Begin("judging bugs", target);
        try
        {
            while (before.Count < target)
            {
                var first = before.Count;

                // A round that the count cuts short is the beginning of a whole one, so that a later call with a larger count goes on the same way.
                IReadOnlyList<BugSite> round = [.. sampler.Next(before, Sampler.RoundSize).Take(target - first)];
                if (round.Count == 0) break;
                await Parallel.ForEachAsync(Enumerable.Range(0, round.Count), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (i, token) =>
                {
                    if (known.ContainsKey(first + i))
                    {
                        progress.Skip(1);
                        return;
                    }

                    var candidate = await judge.JudgeAsync(round[i], token);
                    _ledger.Add(plan, first + i, context.Environment.Hash, candidate, clock.GetUtcNow());
                    Interlocked.Increment(ref judgedNow);
                    if (candidate.IsKept) Interlocked.Increment(ref kept);
                    progress.Advance(1, $"{kept} kept");
                });
                before.AddRange(Settle(plan, first, round, effects));
                kept = before.Count(judged => judged.Kept);
                progress.Advance(0, $"{kept} kept");
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            var judged = _ledger.Of(plan).Where(row => row.Place < target).ToList();
            throw new InterruptedException($"{judged.Count} of {target} bugs are judged, {judged.Count(row => row.Verdict == "kept")} kept; the same command goes on from there");
        }

        var rows = _ledger.Of(plan).Where(row => row.Place < target).ToList();
        var tasks = rows.Where(row => row.Verdict == "kept").Select(row => _ledger.Read(row).Task!).ToList();
        return new(
            sites.Found, sites.Eligible.Count, rows.Count, judgedNow,
            [.. tasks.Select(task => task.InstanceId)],
            rows.Where(row => row.Verdict != "kept").GroupBy(row => row.Reason).OrderByDescending(group => group.Count()).ToDictionary(group => group.Key, group => group.Count()),
            clock.GetElapsedTime(started).TotalSeconds, rows,
            StatementCounts.Of([.. tasks.Select(task => task.Statement)], writer?.Used ?? ModelUsage.None));
    }

    /// <summary>Ends a round, in the order of places whatever order judging ended in: of bugs with the same effect the first stays.</summary>
    private List<Judged> Settle(string plan, int first, IReadOnlyList<BugSite> round, Dictionary<string, string> effects)
    {
        List<Judged> judged = [];
        context.Workspace.Database.Together(() =>
        {
            foreach (var row in _ledger.Of(plan).Where(row => row.Place >= first && row.Place < first + round.Count))
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

                judged.Add(new(round[row.Place - first], isKept));
            }
        });
        return judged;
    }

    /// <summary>A plan is what the seed, the environment and the operators make of it: a changed operator starts another.</summary>
    private string PlanOf(int seed, IReadOnlyList<BugSite> sites)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Environment.Hash}\0{seed.ToString(CultureInfo.InvariantCulture)}"));
        foreach (var site in sites) hash.AppendData(Encoding.UTF8.GetBytes(site.Id(context.Environment.Tree)));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
