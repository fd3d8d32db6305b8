using Microsoft.Data.Sqlite;
using Runproof.Catalogue;

namespace Runproof.Tests.Catalogue;

public sealed class WorkspaceTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void Equal_contents_are_kept_once_and_come_back_whole()
    {
        using var workspace = Workspace.Open(_bench.Root);
        var content = Enumerable.Range(0, 100_000).Select(i => (byte)(i / 64)).ToArray();
        var hash = workspace.Blobs.Put(content);
        workspace.Blobs.Put(content).ShouldBe(hash);
        workspace.Blobs.Get(hash).ShouldBe(content);
        workspace.Database.Query("SELECT count(*), sum(length(data)) FROM blobs", row => (row.GetInt32(0), row.GetInt32(1))).Single().Item1.ShouldBe(1);
        workspace.Database.Query("SELECT sum(length(data)) FROM blobs", row => row.GetInt32(0)).Single().ShouldBeLessThan(10_000);
    }

    [Fact]
    public void A_second_writer_is_told_who_is_there()
    {
        using var first = Workspace.Open(_bench.Root);
        Should.Throw<InputException>(() => Workspace.Open(_bench.Root)).Message.ShouldContain($"in use by another run (process {Environment.ProcessId})");
        using var reader = Workspace.OpenToRead(_bench.Root);
    }

    [Fact]
    public void What_a_killed_run_left_is_cleared_and_what_runs_is_not()
    {
        var (dead, alive) = (Path.Combine(_bench.Root, "tmp", "999999999-1"), Path.Combine(_bench.Root, "tmp", $"{Environment.ProcessId}-9999"));
        Directory.CreateDirectory(dead);
        Directory.CreateDirectory(alive);
        Workspace.Open(_bench.Root).Dispose();
        Directory.Exists(dead).ShouldBeFalse();
        Directory.Exists(alive).ShouldBeTrue();
    }

    [Fact]
    public void A_workspace_from_a_newer_version_is_refused()
    {
        Workspace.Open(_bench.Root).Dispose();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_bench.Root, "catalogue.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=99";
            command.ExecuteNonQuery();
        }

        Should.Throw<InputException>(() => Workspace.Open(_bench.Root)).Message.ShouldContain("newer version");
    }

    [Fact]
    public void A_damaged_catalogue_is_one_clear_line()
    {
        File.WriteAllText(Path.Combine(_bench.Root, "catalogue.db"), new string('x', 10_000));
        Should.Throw<InputException>(() => Workspace.Open(_bench.Root)).Message.ShouldContain("is not a catalogue of Runproof");
    }

    [Fact]
    public void What_fails_together_leaves_nothing()
    {
        using var workspace = Workspace.Open(_bench.Root);
        Should.Throw<InvalidOperationException>(() => workspace.Database.Together(() =>
        {
            workspace.Blobs.Put([1, 2, 3]);
            throw new InvalidOperationException();
        }));
        workspace.Database.Query("SELECT count(*) FROM blobs", row => row.GetInt32(0)).Single().ShouldBe(0);
    }

    [Fact]
    public void Reading_a_workspace_that_is_not_there_says_what_to_do() =>
        Should.Throw<InputException>(() => Workspace.OpenToRead(Path.Combine(_bench.Root, "none"))).Message.ShouldContain("run 'runproof inject REPO' first");
}
