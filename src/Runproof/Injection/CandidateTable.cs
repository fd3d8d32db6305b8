using System.Globalization;
using Runproof.Catalogue;

namespace Runproof.Injection;

/// <summary>A candidate at its place in a plan.</summary>
internal sealed record CandidateRow(int Place, string Verdict, string Reason, double Seconds, int TestsRun, string? Effect, string Family, string Operator, string RecordHash);

/// <summary>The ledger of candidates: one row each, written as soon as it is judged.</summary>
internal sealed class CandidateTable(Workspace workspace)
{
    public void Add(string plan, int place, string environment, Candidate candidate, DateTimeOffset now) => workspace.Database.Together(() =>
        workspace.Database.Execute(
            """
            INSERT OR REPLACE INTO candidates VALUES
                ($id, $plan, $place, $environment, $operator, $family, $file, $line, $function, $verdict, $reason, $seconds, $tests, $effect, $record, $at)
            """,
            ("$id", candidate.Id), ("$plan", plan), ("$place", place), ("$environment", environment), ("$operator", candidate.Site.Operator), ("$family", candidate.Site.Family),
            ("$file", candidate.Site.File), ("$line", candidate.Site.FirstLine), ("$function", candidate.Site.Function), ("$verdict", candidate.IsKept ? "kept" : "rejected"),
            ("$reason", candidate.Reason), ("$seconds", candidate.Seconds), ("$tests", candidate.TestsRun), ("$effect", candidate.Effect),
            ("$record", workspace.Blobs.PutJson(candidate)), ("$at", now.ToString("O", CultureInfo.InvariantCulture))));

    /// <summary>Turns a kept candidate into a rejected one.</summary>
    public void Reject(string plan, int place, string reason) =>
        workspace.Database.Execute("UPDATE candidates SET verdict = 'rejected', reason = $reason WHERE plan = $plan AND place = $place", ("$reason", reason), ("$plan", plan), ("$place", place));

    public IReadOnlyList<CandidateRow> Of(string plan) => workspace.Database.Query(
        "SELECT place, verdict, reason, seconds, tests_run, effect, family, operator, record FROM candidates WHERE plan = $plan ORDER BY place",
        row => new CandidateRow(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetDouble(3), row.GetInt32(4), row.IsDBNull(5) ? null : row.GetString(5), row.GetString(6), row.GetString(7), row.GetString(8)),
        ("$plan", plan));

    /// <summary>Kept candidates of an environment whose tasks are in use, of any plan, in the order of their ids.</summary>
    public IReadOnlyList<Candidate> Kept(string environment) => [.. workspace.Database.Query(
        """
        SELECT candidates.id, min(candidates.record) FROM candidates JOIN tasks ON tasks.candidate = candidates.id AND tasks.environment = candidates.environment
        WHERE candidates.environment = $environment AND verdict = 'kept' AND instance_id NOT IN (SELECT instance_id FROM quarantine) GROUP BY candidates.id ORDER BY candidates.id
        """,
        row => row.GetString(1), ("$environment", environment)).Select(workspace.Blobs.GetJson<Candidate>)];

    public Candidate Read(CandidateRow row) => workspace.Blobs.GetJson<Candidate>(row.RecordHash);
}
