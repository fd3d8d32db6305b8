using System.Security.Cryptography;
using System.Text;
using Runproof.Environments;
using Runproof.Statements;

namespace Runproof.Injection;

/// <param name="Judged">Combinations of this plan in the ledger, earlier calls included; <paramref name="JudgedNow"/>: those that this call judged.</param>
/// <param name="ByKind">Kept ones of each kind.</param>
internal sealed record CombinationResult(int Judged, int JudgedNow, IReadOnlyList<string> Kept, IReadOnlyDictionary<string, int> ByKind, IReadOnlyDictionary<string, int> Rejected, double Seconds);

/// <summary>Combines kept bugs of one environment into harder ones, and judges each combination anew: repairing all of its bugs but one must not be enough.</summary>
internal sealed class CombinationStage(EnvironmentContext context, IProgressLog log, TimeProvider clock, int jobs, ModelWriter? writer = null)
{
    /// <param name="count">Combinations judged in the end, those of earlier calls over the same bugs included.</param>
    public async Task<CombinationResult> RunAsync(int count, int seed, CancellationToken cancel)
    {
        var bugs = new CandidateTable(context.Workspace).Kept(context.Environment.Hash).Where(bug => bug is { Sites: null, Task: not null }).ToList();
        var chosen = new Combinations(bugs, context.Reach, seed).Choose(count);
        if (chosen.Count == 0) log.Say($"{bugs.Count} kept bugs give no combination");
        await using var judge = new CandidateJudge(context, clock, seed, writer);
        var judged = await new JudgingRounds(context, log, clock, jobs).RunAsync<Bug>(
            PlanOf(seed, bugs), "judging combinations", chosen.Count, before => [.. chosen.Skip(before.Count).Take(JudgingRounds.Size)], judge.JudgeAsync, cancel);
        return new(
            judged.Rows.Count, judged.JudgedNow, [.. judged.Tasks.Select(task => task.InstanceId)],
            judged.Tasks.GroupBy(task => task.Measurements.Operator).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count()), judged.Rejected, judged.Seconds);
    }

    private string PlanOf(int seed, IReadOnlyList<Candidate> bugs) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', bugs.Select(bug => bug.Id).Prepend($"{context.Environment.Hash} {seed} combined")))))[..16];
}
