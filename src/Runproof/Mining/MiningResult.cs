using Runproof.Statements;

namespace Runproof.Mining;

/// <summary>What a call of <see cref="MiningStage"/> found.</summary>
/// <param name="Changes">Steps of the history that were looked at.</param>
/// <param name="Candidates">Of those, the ones that bring code and tests.</param>
/// <param name="Judged">Candidates that ran, in this call and before.</param>
/// <param name="KeptCommits">Full hashes of all commits that the tasks are made of.</param>
/// <param name="Ledger">Every change that was looked at, the newest first.</param>
/// <param name="Coverage">Share of the functions that tests reach today which some task changes, 0–1.</param>
internal sealed record MiningResult(
    int Changes, int Candidates, int Judged, int JudgedNow, int Eras, IReadOnlyList<string> Kept, IReadOnlyList<string> KeptCommits, IReadOnlyDictionary<string, int> Rejected, double Seconds, int FunctionsReached, int FunctionsWithTask,
    StatementCounts Statements, IReadOnlyList<ChangeRow> Ledger)
{
    public double Coverage => FunctionsReached == 0 ? 0 : Math.Round(FunctionsWithTask / (double)FunctionsReached, 4);
}
