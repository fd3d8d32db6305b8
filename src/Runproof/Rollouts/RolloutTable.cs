using System.Globalization;
using System.Text.Json;
using Runproof.Agents;
using Runproof.Catalogue;
using ZstdSharp;

namespace Runproof.Rollouts;

/// <summary>Attempts in the catalogue: a row for each, and one for each of their turns, written as it happens.</summary>
internal sealed class RolloutTable(Workspace workspace, TimeProvider clock)
{
    private const int Level = 3;

    private Database Database => workspace.Database;

    public void AddPlan(RolloutPlan plan) => Database.Execute(
        "INSERT INTO rollout_plans VALUES ($plan, $record, $at) ON CONFLICT DO NOTHING", ("$plan", plan.Hash), ("$record", JsonSerializer.Serialize(plan, Json.Compact)), ("$at", Now()));

    public RolloutPlan Plan(string hash) => JsonSerializer.Deserialize<RolloutPlan>(Database.Query("SELECT record FROM rollout_plans WHERE plan = $plan", row => row.GetString(0), ("$plan", hash))[0], Json.Compact)!;

    /// <summary>Marks an attempt as begun. One that was cut off keeps its turns and the time that it took.</summary>
    public double Begin(RolloutKey key)
    {
        Database.Execute("INSERT INTO rollouts (plan, instance_id, attempt, seconds, started_at) VALUES ($plan, $id, $attempt, 0, $at) ON CONFLICT DO NOTHING", [.. Of(key), ("$at", Now())]);
        return Database.Query("SELECT seconds FROM rollouts WHERE plan = $plan AND instance_id = $id AND attempt = $attempt", row => row.GetDouble(0), Of(key))[0];
    }

    /// <param name="seconds">That the attempt took so far.</param>
    public void Save(RolloutKey key, Turn turn, double seconds) => Database.Together(() =>
    {
        using var compressor = new Compressor(Level);
        var record = compressor.Wrap(JsonSerializer.SerializeToUtf8Bytes(turn, Json.Compact)).ToArray();
        Database.Execute("INSERT OR REPLACE INTO rollout_turns VALUES ($plan, $id, $attempt, $turn, $record)", [.. Of(key), ("$turn", turn.Number), ("$record", record)]);
        Database.Execute("UPDATE rollouts SET seconds = $seconds WHERE plan = $plan AND instance_id = $id AND attempt = $attempt", [.. Of(key), ("$seconds", seconds)]);
    });

    public IReadOnlyList<Turn> Turns(RolloutKey key) =>
        [.. Database.Query("SELECT record FROM rollout_turns WHERE plan = $plan AND instance_id = $id AND attempt = $attempt ORDER BY turn", row => (byte[])row[0], Of(key)).Select(record => JsonSerializer.Deserialize<Turn>(Blobs.TextOf(record), Json.Compact)!)];

    public void End(Rollout rollout) => Database.Together(() =>
    {
        Database.Execute(
            "UPDATE rollouts SET outcome = $outcome, reason = $reason, kept = $kept, turns = $turns, seconds = $seconds, record = $record, ended_at = $at WHERE plan = $plan AND instance_id = $id AND attempt = $attempt",
            [.. Of(rollout.Key), ("$outcome", Word(rollout.Outcome)), ("$reason", rollout.Reason), ("$kept", rollout.IsKept ? 1 : 0), ("$turns", rollout.Counts.Turns), ("$seconds", rollout.Seconds), ("$record", workspace.Blobs.PutJson(rollout)), ("$at", Now())]);
    });

    /// <summary>Finished attempts of a plan, infrastructure failures among them.</summary>
    public IReadOnlyList<Rollout> Ended(string plan) =>
        [.. Database.Query("SELECT record FROM rollouts WHERE plan = $plan AND outcome IS NOT NULL ORDER BY instance_id, attempt", row => row.GetString(0), ("$plan", plan)).Select(workspace.Blobs.GetJson<Rollout>)];

    /// <summary>Whether an attempt has ended in a way that says something of the agent.</summary>
    public Rollout? Find(RolloutKey key) => Database
        .Query("SELECT record FROM rollouts WHERE plan = $plan AND instance_id = $id AND attempt = $attempt AND outcome IS NOT NULL", row => row.GetString(0), Of(key)).Select(workspace.Blobs.GetJson<Rollout>).FirstOrDefault();

    /// <summary>All finished attempts whose name begins so.</summary>
    public IEnumerable<RolloutKey> Keys() => Database.Query(
        "SELECT plan, instance_id, attempt FROM rollouts WHERE outcome IS NOT NULL ORDER BY instance_id, plan, attempt", row => new RolloutKey(row.GetString(0), row.GetString(1), row.GetInt32(2)));

    private string Now() => clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

    private static string Word(RolloutOutcome outcome) => outcome.ToString().ToLowerInvariant();

    private static (string, object?)[] Of(RolloutKey key) => [("$plan", key.Plan), ("$id", key.InstanceId), ("$attempt", key.Attempt)];
}
