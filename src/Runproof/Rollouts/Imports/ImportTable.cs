using System.Globalization;
using Runproof.Agents;
using Runproof.Catalogue;

namespace Runproof.Rollouts.Imports;

/// <summary>What the catalogue keeps of an imported attempt beside its turns.</summary>
internal sealed record ImportedAttempt(string Format, string File, Opening Opening, EpisodeEnd End, string Patch, DateTimeOffset StartedAt);

/// <summary>Imported attempts in the catalogue. They are rollouts like all others; here stands where they come from.</summary>
internal sealed class ImportTable(Workspace workspace, TimeProvider clock)
{
    private Database Database => workspace.Database;

    /// <summary>The attempt that a source was brought in as; null for a new one.</summary>
    public RolloutKey? Find(string source) =>
        Database.Query("SELECT plan, instance_id, attempt FROM imported_rollouts WHERE source = $source", row => new RolloutKey(row.GetString(0), row.GetString(1), row.GetInt32(2)), ("$source", source)) is [var key] ? key : null;

    public ImportedAttempt Record(RolloutKey key) => Database.Query(
        "SELECT record FROM imported_rollouts WHERE plan = $plan AND instance_id = $id AND attempt = $attempt", row => row.GetString(0), ("$plan", key.Plan), ("$id", key.InstanceId), ("$attempt", key.Attempt)).Select(workspace.Blobs.GetJson<ImportedAttempt>).First();

    /// <summary>Keeps an attempt, not judged yet, as the next one of its plan at its task: all of it or nothing.</summary>
    public RolloutKey Add(string source, RolloutPlan plan, string instanceId, ImportedAttempt attempt, IReadOnlyList<Turn> turns)
    {
        RolloutKey key = new(plan.Hash, instanceId, 1);
        Database.Together(() =>
        {
            var table = new RolloutTable(workspace, clock);
            table.AddPlan(plan);
            key = key with { Attempt = 1 + Database.Query("SELECT coalesce(max(attempt), 0) FROM rollouts WHERE plan = $plan AND instance_id = $id", row => row.GetInt32(0), ("$plan", key.Plan), ("$id", instanceId))[0] };
            table.Begin(key);
            foreach (var turn in turns) table.Save(key, turn, 0);
            Database.Execute(
                "INSERT INTO imported_rollouts VALUES ($source, $plan, $id, $attempt, $record, $at)",
                ("$source", source), ("$plan", key.Plan), ("$id", instanceId), ("$attempt", key.Attempt), ("$record", workspace.Blobs.PutJson(attempt)), ("$at", clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)));
        });
        return key;
    }
}
