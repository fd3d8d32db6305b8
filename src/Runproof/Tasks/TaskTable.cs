using System.Globalization;
using Runproof.Catalogue;

namespace Runproof.Tasks;

/// <summary>Kept tasks in the catalogue.</summary>
internal sealed class TaskTable(Workspace workspace)
{
    public void Add(CodingTask task, string candidate) => workspace.Database.Execute(
        "INSERT OR REPLACE INTO tasks VALUES ($id, $environment, $candidate, $origin, $file, $function, $record, $at)",
        ("$id", task.InstanceId), ("$environment", task.EnvironmentHash), ("$candidate", candidate), ("$origin", task.Origin.ToString().ToLowerInvariant()),
        ("$file", task.Measurements.File), ("$function", task.Measurements.Function), ("$record", workspace.Blobs.PutJson(task)),
        ("$at", task.CreatedAt.ToString("O", CultureInfo.InvariantCulture)));

    /// <summary>A task that turned out to be none.</summary>
    public void Remove(string instanceId) => workspace.Database.Execute("DELETE FROM tasks WHERE instance_id = $id", ("$id", instanceId));

    private const string Usable = "instance_id NOT IN (SELECT instance_id FROM quarantine)";

    /// <summary>All tasks, or those of one environment, read one at a time; none that is quarantined.</summary>
    public IEnumerable<CodingTask> All(string? environment = null) =>
        Ids(environment).Select(Find).OfType<CodingTask>();

    /// <param name="quarantined">Those among them too.</param>
    public IReadOnlyList<string> Ids(string? environment = null, bool quarantined = false) => workspace.Database.Query(
        $"SELECT instance_id FROM tasks WHERE ($environment IS NULL OR environment = $environment) AND ($quarantined OR {Usable}) ORDER BY environment, created_at, instance_id",
        row => row.GetString(0), ("$environment", environment), ("$quarantined", quarantined ? 1 : 0));

    public CodingTask? Find(string instanceId) => workspace.Database
        .Query("SELECT record FROM tasks WHERE instance_id = $id", row => row.GetString(0), ("$id", instanceId))
        .Select(workspace.Blobs.GetJson<CodingTask>).FirstOrDefault();

    /// <summary>Functions with a kept task.</summary>
    public IReadOnlySet<string> Functions(string environment) =>
        workspace.Database.Query($"SELECT DISTINCT function FROM tasks WHERE environment = $environment AND {Usable}", row => row.GetString(0), ("$environment", environment)).ToHashSet();
}
