using System.Globalization;
using Microsoft.Data.Sqlite;
using Runproof.Catalogue;
using Runproof.Statements;

namespace Runproof.Tasks;

/// <summary>What a list shows of a task.</summary>
internal sealed record TaskSummary(
    string InstanceId, string Repo, string BaseCommit, string Language, string Origin, string Tests, string File, int Line, string Family, string Operator, int FailToPass, int PassToPass, string Environment, string StatementBy);

/// <summary>Kept tasks in the catalogue. Lists, counts and samples read indexes alone, and nothing here holds all tasks in memory, however many there are.</summary>
internal sealed class TaskTable(Workspace workspace)
{
    /// <summary>Ids read at once.</summary>
    private const int PageSize = 1000;

    /// <summary>A sample is drawn from some times as many tasks as it takes.</summary>
    private const int DrawnFrom = 8;

    private const string Usable = "NOT EXISTS (SELECT 1 FROM quarantine WHERE quarantine.instance_id = tasks.instance_id)";

    private const string Summary = "instance_id, repo, base_commit, language, origin, tests, file, line, family, operator, fail_to_pass, pass_to_pass, environment, statement_by";

    private Database Database => workspace.Database;

    public void Add(CodingTask task, string candidate) => Database.Together(() =>
    {
        Remove(task.InstanceId);
        Database.Execute(
            """
            INSERT INTO tasks VALUES ($id, $environment, $candidate, $repo, coalesce((SELECT language FROM environments WHERE hash = $environment), ''), $origin, $family, $operator, $file, $line, $function, $commit, $tests,
                $failing, $passing, $writer, $draw, $record, $at)
            """,
            ("$id", task.InstanceId), ("$environment", task.EnvironmentHash), ("$candidate", candidate), ("$repo", task.Repo), ("$origin", task.Origin.ToString().ToLowerInvariant()), ("$family", task.Measurements.Family),
            ("$operator", task.Measurements.Operator), ("$file", task.Measurements.File), ("$line", task.Measurements.Line), ("$function", task.Measurements.Function), ("$commit", task.BaseCommit),
            ("$tests", task.Tests.ToString().ToLowerInvariant()), ("$failing", task.FailToPass.Count), ("$passing", task.Measurements.PassToPass), ("$writer", task.Statement?.Writer ?? StatementOrigin.Template),
            ("$draw", Blobs.Draw(task.InstanceId)), ("$record", workspace.Blobs.PutJson(task)), ("$at", task.CreatedAt.ToString("O", CultureInfo.InvariantCulture)));
    });

    /// <summary>A task that turned out to be none.</summary>
    public void Remove(string instanceId) => Database.Execute("DELETE FROM tasks WHERE instance_id = $id", ("$id", instanceId));

    public CodingTask? Find(string instanceId) => Database
        .Query("SELECT record FROM tasks WHERE instance_id = $id", row => row.GetString(0), ("$id", instanceId))
        .Select(workspace.Blobs.GetJson<CodingTask>).FirstOrDefault();

    /// <summary>Tasks read one at a time, in the order of their ids; none that is quarantined.</summary>
    public IEnumerable<CodingTask> All() => Ids().Select(Find).OfType<CodingTask>();

    /// <summary>In their order, which keeps those of one environment together; read as they are asked for.</summary>
    /// <param name="quarantined">Those among them too.</param>
    /// <param name="beginning">What they begin with.</param>
    public IEnumerable<string> Ids(TaskFilter? filter = null, bool quarantined = false, string beginning = "")
    {
        for (var after = ""; ;)
        {
            var page = Database.Query(
                $"SELECT instance_id FROM tasks WHERE instance_id >= $beginning AND instance_id < $end AND instance_id > $after{(filter ?? TaskFilter.None).Sql} AND ($quarantined OR {Usable}) ORDER BY instance_id LIMIT {PageSize}",
                row => row.GetString(0), [("$beginning", beginning), ("$end", beginning + char.MaxValue), ("$after", after), ("$quarantined", quarantined ? 1 : 0), .. (filter ?? TaskFilter.None).Parameters]);
            foreach (var id in page) yield return id;
            if (page.Count < PageSize) yield break;
            after = page[^1];
        }
    }

    /// <param name="after">The last id of the page before; empty for the first page.</param>
    public IReadOnlyList<TaskSummary> Page(TaskFilter filter, string after, int count) => Database.Query(
        $"SELECT {Summary} FROM tasks WHERE instance_id IN (SELECT instance_id FROM tasks WHERE instance_id > $after{filter.Sql} AND {Usable} ORDER BY instance_id LIMIT $count) ORDER BY instance_id",
        ReadSummary, [("$after", after), ("$count", count), .. filter.Parameters]);

    /// <summary>How many there are, quarantined ones left out.</summary>
    public int Count(TaskFilter filter) => Database.Query($"SELECT coalesce(sum(tasks), 0) FROM task_counts WHERE 1{filter.Sql}", row => row.GetInt32(0), filter.Parameters)[0];

    public int CountOf(string environment) => Database.Query($"SELECT count(*) FROM tasks WHERE environment = $environment AND {Usable}", row => row.GetInt32(0), ("$environment", environment))[0];

    /// <summary>The names that a column of <see cref="TaskFilter"/> has.</summary>
    public IReadOnlyList<string> Names(string column) => Database.Query($"SELECT DISTINCT {column} FROM task_counts WHERE tasks > 0 ORDER BY 1", row => row.GetString(0));

    /// <summary>
    /// Tasks by lot, in an order that follows from the seed: from a stretch of the numbers that chance gave the tasks, in which there are more than enough, those that the seed draws.
    /// </summary>
    /// <param name="count">All that there are, where they are fewer.</param>
    public IReadOnlyList<string> Sample(TaskFilter filter, int count, int seed)
    {
        var total = Count(filter);
        var stretches = Math.Max(1, total / Math.Max(1, (long)count * DrawnFrom));
        for (; ; stretches /= 2)
        {
            var drawn = stretches <= 1 ? Drawn(filter, long.MinValue, long.MaxValue) : Stretch(filter, stretches, seed);
            if (drawn.Count < count && stretches > 1) continue;
            return [.. drawn.OrderBy(id => Blobs.Draw($"{seed} {id}")).ThenBy(id => id, StringComparer.Ordinal).Take(count)];
        }
    }

    /// <summary>Summaries in the order of the ids that are given.</summary>
    public IReadOnlyList<TaskSummary> Summaries(IEnumerable<string> ids) => [.. ids.SelectMany(id => Database.Query($"SELECT {Summary} FROM tasks WHERE instance_id = $id", ReadSummary, ("$id", id)))];

    /// <summary>Functions with a kept task.</summary>
    public IReadOnlySet<string> Functions(string environment) =>
        Database.Query($"SELECT DISTINCT function FROM tasks WHERE environment = $environment AND {Usable}", row => row.GetString(0), ("$environment", environment)).ToHashSet();

    private IReadOnlyList<string> Stretch(TaskFilter filter, long stretches, int seed)
    {
        var width = ulong.MaxValue / (ulong)stretches;
        var first = (ulong)Blobs.Draw($"stretch {seed}") % (ulong)stretches * width;
        long Number(ulong place) => unchecked((long)(place ^ (1UL << 63)));
        return Drawn(filter, Number(first), Number(first + width - 1));
    }

    private IReadOnlyList<string> Drawn(TaskFilter filter, long from, long to) => Database.Query(
        $"SELECT instance_id FROM tasks INDEXED BY tasks_by_draw WHERE draw BETWEEN $from AND $to{filter.Sql} AND {Usable}", row => row.GetString(0), [("$from", from), ("$to", to), .. filter.Parameters]);

    private static TaskSummary ReadSummary(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetInt32(7), row.GetString(8), row.GetString(9), row.GetInt32(10), row.GetInt32(11),
        row.GetString(12), row.GetString(13));
}
