using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Runproof.Chat;
using Runproof.Environments;
using Runproof.Statements;

namespace Runproof.Injection;

/// <param name="Sites">Places where an operator could put a bug; <paramref name="Eligible"/> of them lie on lines that tests reach.</param>
/// <param name="Judged">Candidates of this plan in the ledger, earlier calls included.</param>
/// <param name="JudgedNow">Of those, how many this call judged.</param>
/// <param name="Statements">How the statements of the kept tasks came about.</param>
internal sealed record InjectionResult(
    int Sites, int Eligible, int Judged, int JudgedNow, IReadOnlyList<string> Kept, IReadOnlyDictionary<string, int> Rejected, double Seconds, IReadOnlyList<CandidateRow> Rows,
    StatementCounts Statements);

/// <summary>Injects bugs into one environment and keeps those that running proves.</summary>
internal sealed class InjectionStage(EnvironmentContext context, IProgressLog log, TimeProvider clock, int jobs, ModelWriter? writer = null)
{
    /// <param name="count">Candidates judged in the end, those of earlier calls with the same seed included.</param>
    public async Task<InjectionResult> RunAsync(int count, int seed, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var sites = await SiteFinder.FindAsync(context, cancel);
        var sampler = new Sampler(sites.Eligible, seed);
        await using var judge = new CandidateJudge(context, clock, seed, writer, jobs);
        var judged = await new JudgingRounds(context, log, clock, jobs).RunAsync<BugSite>(
            PlanOf(seed, sites.Eligible), "judging bugs", Math.Min(count, sites.Eligible.Count),
            before => sampler.Next([.. before.Select(one => new Judged(one.Item, one.Kept))], JudgingRounds.Size),
            (site, token) => judge.JudgeAsync(Bug.At(site), token), cancel, judge.PrepareAsync);
        return new(
            sites.Found, sites.Eligible.Count, judged.Rows.Count, judged.JudgedNow, [.. judged.Tasks.Select(task => task.InstanceId)], judged.Rejected,
            clock.GetElapsedTime(started).TotalSeconds, judged.Rows, StatementCounts.Of([.. judged.Tasks.Select(task => task.Statement)], writer?.Used ?? ModelUsage.None));
    }

    /// <summary>A plan is what the seed, the environment, the operators and the rounds make of it: a changed operator starts another.</summary>
    private string PlanOf(int seed, IReadOnlyList<BugSite> sites)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Environment.Hash}\0{seed.ToString(CultureInfo.InvariantCulture)}\0{JudgingRounds.Size.ToString(CultureInfo.InvariantCulture)}"));
        foreach (var site in sites) hash.AppendData(Encoding.UTF8.GetBytes(site.Id(context.Environment.Tree)));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
