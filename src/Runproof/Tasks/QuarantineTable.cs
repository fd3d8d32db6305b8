using System.Globalization;
using Runproof.Catalogue;

namespace Runproof.Tasks;

/// <summary>A task that is kept out of the catalogue, and why.</summary>
internal sealed record QuarantinedTask(string InstanceId, string Reason);

/// <summary>Tasks that are not to be used: they stay, with the reason, and no list or export has them.</summary>
internal sealed class QuarantineTable(Workspace workspace)
{
    public void Add(string instanceId, string reason, DateTimeOffset at) => workspace.Database.Execute(
        "INSERT INTO quarantine VALUES ($id, $reason, $at) ON CONFLICT DO UPDATE SET reason = $reason, at = $at", ("$id", instanceId), ("$reason", reason), ("$at", at.ToString("O", CultureInfo.InvariantCulture)));

    public void Remove(string instanceId) => workspace.Database.Execute("DELETE FROM quarantine WHERE instance_id = $id", ("$id", instanceId));

    public int Count() => workspace.Database.Query("SELECT count(*) FROM quarantine", row => row.GetInt32(0))[0];

    public IReadOnlyList<QuarantinedTask> All() => workspace.Database.Query("SELECT instance_id, reason FROM quarantine ORDER BY instance_id", row => new QuarantinedTask(row.GetString(0), row.GetString(1)));
}
