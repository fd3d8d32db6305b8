using Microsoft.Data.Sqlite;
using Runproof.Catalogue;
using Runproof.Coverage;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Tasks;


namespace Runproof.Tests.Tasks;

/// <summary>Lists, filters, counts and samples of a catalogue of made-up tasks.</summary>
public sealed class TaskTableTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();
    private Workspace _workspace = null!;
    private TaskTable _table = null!;

    private string Root => Path.Combine(_bench.Root, "ws");

    public ValueTask InitializeAsync()
    {
        _workspace = Workspace.Open(Root);
        _table = new(_workspace);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _workspace.Dispose();
        await _bench.DisposeAsync();
    }

    [Fact]
    public void Pages_follow_one_another_and_leave_nothing_out()
    {
        Fill(2500);
        List<string> seen = [];
        for (var page = _table.Page(TaskFilter.None, "", 400); page.Count > 0; page = _table.Page(TaskFilter.None, seen[^1], 400)) seen.AddRange(page.Select(task => task.InstanceId));
        seen.ShouldBe(seen.Order(StringComparer.Ordinal));
        (seen.Count, seen.Distinct().Count(), _table.Count(TaskFilter.None)).ShouldBe((2500, 2500, 2500));
        _table.Ids().ShouldBe(seen);
        _table.Ids(beginning: "a__one.1").ShouldBe(seen.Where(id => id.StartsWith("a__one.1", StringComparison.Ordinal)));
        _table.All().Count().ShouldBe(2500);
    }

    [Fact]
    public void Filters_counts_and_samples_agree_with_what_there_is()
    {
        Fill(900);
        new QuarantineTable(_workspace).Add(_table.Ids().First(), "tried", DateTimeOffset.UnixEpoch);
        new QuarantineTable(_workspace).Add(_table.Ids(quarantined: true).First(), "tried again", DateTimeOffset.UnixEpoch);
        _table.Remove(_table.Ids().Skip(5).First());
        _table.Add(Task(700), "a second time");
        List<CodingTask> all = [.. _table.All()];
        all.Count.ShouldBe(898);
        foreach (var filter in new TaskFilter[] { new(), new(Repo: "a/one"), new(Language: "go"), new(Origin: "mined"), new(Family: "logic"), new(Origin: "mined", Family: "calls"), new("b/two", "python", "injected", "logic"), new(Family: "none") })
        {
            var expected = all.Where(task => Fits(task, filter)).Select(task => task.InstanceId).ToList();
            _table.Ids(filter).ShouldBe(expected);
            _table.Page(filter, "", 10000).Select(task => task.InstanceId).ShouldBe(expected);
            _table.Count(filter).ShouldBe(expected.Count);
            var sample = _table.Sample(filter, 20, 3);
            (sample.Count, sample.Distinct().Count(), sample.Except(expected).Count()).ShouldBe((Math.Min(20, expected.Count), sample.Count, 0));
            _table.Sample(filter, 20, 3).ShouldBe(sample);
        }

        // Released again, it counts again.
        new QuarantineTable(_workspace).Remove(new QuarantineTable(_workspace).All()[0].InstanceId);
        _table.Count(TaskFilter.None).ShouldBe(899);
    }

    /// <summary>Each task has nearly the same chance: over many seeds none is drawn much more often than another.</summary>
    [Fact]
    public void A_sample_favours_nobody()
    {
        Fill(400);
        var drawn = Enumerable.Range(0, 400).SelectMany(seed => _table.Sample(TaskFilter.None, 10, seed)).CountBy(id => id).ToDictionary();
        drawn.Count.ShouldBeGreaterThan(395);
        drawn.Values.Max().ShouldBeLessThan(35);
    }

    /// <summary>A catalogue from before there were columns for it.</summary>
    [Fact]
    public void Older_catalogues_are_brought_up_to_date()
    {
        Fill(7);
        List<TaskSummary> expected = [.. _table.Page(TaskFilter.None, "", 100)];
        var old = Path.Combine(_bench.Root, "old");
        Directory.CreateDirectory(old);
        using (var file = new SqliteConnection($"Data Source={Path.Combine(old, "catalogue.db")};Pooling=False"))
        {
            file.Open();
            void Run(string sql)
            {
                using var command = file.CreateCommand();
#pragma warning disable CA2100 // literals of this test and of the program
                command.CommandText = sql;
#pragma warning restore CA2100
                command.ExecuteNonQuery();
            }

            foreach (var step in Migrations.Steps.Take(4)) Run(step);
            Run($"PRAGMA user_version=4; ATTACH '{Path.Combine(Root, "catalogue.db").Replace("'", "''", StringComparison.Ordinal)}' AS new; INSERT INTO blobs SELECT * FROM new.blobs; INSERT INTO environments SELECT * FROM new.environments");
            Run("INSERT INTO tasks SELECT instance_id, environment, candidate, origin, file, function, record, created_at FROM new.tasks; INSERT INTO quarantine SELECT instance_id, 'old', '' FROM tasks LIMIT 1");
        }

        using var workspace = Workspace.Open(old);
        var table = new TaskTable(workspace);
        table.Page(TaskFilter.None, "", 100).ShouldBe(expected.Skip(1));
        (table.Count(TaskFilter.None), table.Ids(quarantined: true).Count()).ShouldBe((6, 7));
    }

    [Fact]
    public async Task The_command_line_chooses_pages_and_samples()
    {
        Fill(30);
        _workspace.Dispose();
        async Task<string> ListAsync(params string[] options) => (await new Cli.Program(Root).RunAsync(["tasks", "list", "--json", .. options])).Output;
        (await ListAsync("--repo", "one", "--limit", "3")).ShouldContain("\"next\": \"a__one.");
        (await ListAsync("--language", "go", "--sample", "2")).ShouldContain("\"total\": 15");
        (await ListAsync("--limit", "30")).ShouldNotContain("\"next\"");
        (await new Cli.Program(Root).RunAsync("tasks", "list", "--family", "nothing")).Line.ShouldBe("no task has the family 'nothing': there is calls, logic");
        (await new Cli.Program(Root).RunAsync("tasks", "export", "b__two", "--sample", "2", "--out", Path.Combine(_bench.Root, "x.jsonl"))).Line.ShouldBe("tasks are named, or chosen by options: not both");
    }

    private static bool Fits(CodingTask task, TaskFilter filter) =>
        (filter.Repo ?? task.Repo) == task.Repo && (filter.Family ?? task.Measurements.Family) == task.Measurements.Family && (filter.Origin is null || filter.Origin.Equals(task.Origin.ToString(), StringComparison.OrdinalIgnoreCase))
        && (filter.Language is null || task.EnvironmentHash == filter.Language);

    private void Fill(int count)
    {
        var environments = new EnvironmentTable(_workspace);
        foreach (var language in new[] { "python", "go" })
        {
            var suite = new Suite(language, language, LanguageProfiles.Named(language).Frameworks[0].Name, "", [], [], [], new Dictionary<string, string>());
            environments.Add(new(language, "", "a/one", "", "", "", "", [suite], [], [], [], 0, []), ReachMap.Empty, [], DateTimeOffset.UnixEpoch);
        }

        _workspace.Database.Together(() =>
        {
            for (var i = 0; i < count; i++) _table.Add(Task(i), "test");
        });
    }

    private static CodingTask Task(int i) => new(
        i % 3 == 0 ? $"b__two.{i}" : $"a__one.{i}", i % 3 == 0 ? "b/two" : "a/one", "abc", i % 2 == 0 ? "python" : "go", i % 5 == 0 ? TaskOrigin.Mined : TaskOrigin.Injected, TestVisibility.Hidden, "Something.", "", $"patch {i}", [], ["t"], [],
        DateTimeOffset.UnixEpoch, new("operator", i % 4 == 0 ? "logic" : "calls", $"file{i}.py", "", i, 1, i, 0, false));
}
