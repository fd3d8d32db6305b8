using System.Globalization;
using System.Text.Json;
using Runproof.Catalogue;

namespace Runproof.Mining;

/// <summary>A change as the ledger has it.</summary>
/// <param name="Commits">Full hashes, the newest first.</param>
internal sealed record ChangeRow(string Base, string Head, string Subject, IReadOnlyList<string> Commits, string Reason, string Detail, double Seconds, string? InstanceId, string? Fingerprint, IReadOnlyList<string> Functions)
{
    public bool IsKept => Reason == "kept";
}

/// <summary>The ledger of changes: one row each, written as soon as it is judged.</summary>
internal sealed class ChangeTable(Workspace workspace)
{
    public void Add(string plan, JudgedChange judged, DateTimeOffset now) => workspace.Database.Execute(
        "INSERT OR REPLACE INTO changes VALUES ($plan, $base, $head, $subject, $commits, $verdict, $reason, $detail, $seconds, $instance, $fingerprint, $functions, $at)",
        ("$plan", plan), ("$base", judged.Change.Base), ("$head", judged.Change.Head), ("$subject", judged.Change.Newest.Subject), ("$commits", JsonSerializer.Serialize(judged.Change.Commits.Select(commit => commit.Hash))),
        ("$verdict", judged.IsKept ? "kept" : "rejected"), ("$reason", judged.Reason), ("$detail", judged.Detail), ("$seconds", judged.Seconds), ("$instance", judged.Task?.InstanceId),
        ("$fingerprint", judged.Fingerprint), ("$functions", JsonSerializer.Serialize(judged.Functions ?? [])), ("$at", now.ToString("O", CultureInfo.InvariantCulture)));

    /// <summary>Turns a kept change into a rejected one.</summary>
    public void Reject(string plan, ChangeRow row, string reason, string detail) => workspace.Database.Execute(
        "UPDATE changes SET verdict = 'rejected', reason = $reason, detail = $detail, instance_id = NULL WHERE plan = $plan AND base = $base AND head = $head",
        ("$reason", reason), ("$detail", detail), ("$plan", plan), ("$base", row.Base), ("$head", row.Head));

    public IReadOnlyList<ChangeRow> Of(string plan) => workspace.Database.Query(
        "SELECT base, head, subject, commits, reason, detail, seconds, instance_id, fingerprint, functions FROM changes WHERE plan = $plan",
        row => new ChangeRow(
            row.GetString(0), row.GetString(1), row.GetString(2), JsonSerializer.Deserialize<string[]>(row.GetString(3))!, row.GetString(4), row.GetString(5), row.GetDouble(6),
            row.IsDBNull(7) ? null : row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8), JsonSerializer.Deserialize<string[]>(row.GetString(9))!),
        ("$plan", plan));
}
