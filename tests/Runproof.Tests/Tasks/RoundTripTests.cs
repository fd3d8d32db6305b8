using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Repositories;
using Runproof.Tasks;
using Runproof.Tasks.Harbor;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Tasks;

/// <summary>A task that is exported and imported into another workspace is the same task.</summary>
public class RoundTripTests(TextkitRepository sample) : IClassFixture<TextkitRepository>, IAsyncLifetime
{
    private readonly Workbench _bench = new();
    private Workspace _other = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _other = Workspace.Open(_bench.Root);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _other.Dispose();
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<RepositoryEnvironment> BuildAsync(string commit) =>
        await new EnvironmentBuilder(_other, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(await Repository.OpenAsync(sample.Path, commit, _other.Root, Cancel), null, Cancel);

    private async Task<CodingTask> TaskAsync()
    {
        var small = await new WrapTask(sample).TaskAsync();
        var others = sample.Environment.Tests.Select(test => test.Id).Where(id => id != WrapTask.Test).Order(StringComparer.Ordinal).Take(2).ToList();
        var task = small with { ProblemStatement = "Lines are too short\n\n\"quoted\", ünusual, \u0001 and 🐍.", NotCounted = others, CreatedAt = new(2026, 11, 25, 1, 2, 3, TimeSpan.Zero) };
        new TaskTable(sample.Workspace).Add(task, "test");
        return task;
    }

    private async Task<string> ExportAsync(CodingTask task, string format)
    {
        var path = Path.Combine(_bench.Root, "out." + format);
        if (format == "harbor") await new HarborExport(sample.Workspace, SilentLog.Instance).WriteAsync([task], path, Cancel);
        else await SweBenchExport.WriteAsync(sample.Workspace, [task], path, format == "parquet", Cancel, RowFormats.Names.Contains(format) ? format : null);
        return path;
    }

    [Theory]
    [InlineData("jsonl", "swebench")]
    [InlineData("parquet", "swebench")]
    [InlineData("swesmith", "swebench")]
    [InlineData("rebench", "swebench")]
    [InlineData("multiswe", "swebench")]
    [InlineData("harbor", "harbor")]
    public async Task The_task_is_equal_and_known_the_second_time(string format, string name)
    {
        var task = await TaskAsync();
        var path = await ExportAsync(task, format);
        var result = await new TaskImport(_other, BuildAsync).ReadAsync(path, Cancel);
        (result.Format, result.Known).ShouldBe((name, 0));
        result.Tasks.ShouldBe([task.InstanceId]);
        var imported = new TaskTable(_other).Find(task.InstanceId)!;
        TaskImport.JudgesAs(imported, task).ShouldBeTrue(JsonSerializer.Serialize(imported, Json.Indented));
        imported.CreatedAt.ShouldBe(task.CreatedAt);
        (imported.Measurements.File, imported.Measurements.PassToPass > 0).ShouldBe((WrapTask.File, true));
        (await new TaskImport(_other, null).ReadAsync(path, Cancel)).Known.ShouldBe(1);

        // Exported from there it is the same file, but for what Harbor's configuration does not hold.
        if (format != "jsonl") return;
        var again = Path.Combine(_bench.Root, "again.jsonl");
        await SweBenchExport.WriteAsync(_other, [imported], again, parquet: false, Cancel);
        (await File.ReadAllTextAsync(again, Cancel)).ShouldBe(await File.ReadAllTextAsync(path, Cancel));
    }

    [Fact]
    public async Task Many_rows_make_several_row_groups()
    {
        var task = await TaskAsync();
        var path = Path.Combine(_bench.Root, "many.parquet");
        (await SweBenchExport.WriteAsync(sample.Workspace, Enumerable.Range(0, 1203).Select(i => task with { InstanceId = $"t{i}", Tests = TestVisibility.Visible }), path, parquet: true, Cancel)).ShouldBe(1203);
        List<string> ids = [];
        await foreach (var (row, _) in SweBenchReader.ReadAsync(path, Cancel)) ids.Add(row.InstanceId);
        ids.ShouldBe(Enumerable.Range(0, 1203).Select(i => $"t{i}"));
    }

    [Fact]
    public async Task Without_its_repository_the_message_says_what_to_give()
    {
        var path = await ExportAsync(await TaskAsync(), "jsonl");
        (await Should.ThrowAsync<InputException>(() => new TaskImport(_other, null).ReadAsync(path, Cancel))).Message
            .ShouldBe($"out.jsonl line 1: no environment for commit {sample.Environment.Commit} in this workspace: give --repo with the path or URL of its repository");
    }

    [Theory]
    [InlineData("setup_patch", null, "no setup_patch: the bug of such a task is in none of the other columns")]
    [InlineData("patch", null, "no patch")]
    [InlineData("FAIL_TO_PASS", "[\"no::such\"]", "the test 'no::such' is not among the steady tests of environment")]
    [InlineData("FAIL_TO_PASS", "no list", "FAIL_TO_PASS is no JSON list of test ids")]
    [InlineData("setup_patch", "", "setup_patch and test_patch are not about the test files as")]
    [InlineData("test_patch", "--- /dev/null\n+++ b/tests/test_new.py\n@@ -0,0 +1 @@\n+x\n", "test_patch adds 'tests/test_new.py', which")]
    [InlineData("base_commit", "1234", "no environment for commit 1234")]
    public async Task A_row_that_does_not_fit_is_refused_whole(string column, string? value, string message)
    {
        var task = await TaskAsync();
        var path = await ExportAsync(task, "jsonl");
        var good = await File.ReadAllTextAsync(path, Cancel);
        var row = JsonSerializer.Deserialize<Dictionary<string, string>>(good)!;
        row["instance_id"] = "bad";
        if (value is null) row.Remove(column);
        else row[column] = value;
        await File.WriteAllTextAsync(path, good + JsonSerializer.Serialize(row) + "\n", Cancel);
        (await Should.ThrowAsync<InputException>(() => new TaskImport(sample.Workspace, null).ReadAsync(path, Cancel))).Message.ShouldStartWith($"out.jsonl line 2: {message}");
        new TaskTable(sample.Workspace).Find("bad").ShouldBeNull();
    }

    [Theory]
    [InlineData("{\n", "bad line 1: not JSON")]
    [InlineData("[1]\n", "bad line 1: not a JSON object")]
    [InlineData("", "holds no tasks")]
    [InlineData("PAR1 and no more", "is a damaged Parquet file")]
    public async Task A_file_that_holds_no_rows_is_named(string content, string message)
    {
        var path = Path.Combine(_bench.Root, "bad");
        await File.WriteAllTextAsync(path, content, Cancel);
        (await Should.ThrowAsync<InputException>(() => new TaskImport(_other, null).ReadAsync(path, Cancel))).Message.ShouldContain(message);
    }

    [Fact]
    public async Task A_harbor_task_that_was_changed_is_refused()
    {
        var path = await ExportAsync(await TaskAsync(), "harbor");
        var folder = Directory.EnumerateDirectories(path).Single();
        async Task<string> MessageAsync() => (await Should.ThrowAsync<InputException>(() => new TaskImport(sample.Workspace, null).ReadAsync(folder, Cancel))).Message;
        await File.AppendAllTextAsync(Path.Combine(folder, "instruction.md"), "And more.\n", Cancel);
        (await MessageAsync()).ShouldBe("Harbor task 'small.x.1': instruction.md was changed after the export");
        await File.WriteAllTextAsync(Path.Combine(folder, "tests", "task.json"), "{}", Cancel);
        (await MessageAsync()).ShouldBe("Harbor task 'small.x.1': tests/task.json lacks part of the task");
        await File.WriteAllTextAsync(Path.Combine(folder, "tests", "task.json"), "nonsense", Cancel);
        (await MessageAsync()).ShouldBe("Harbor task 'small.x.1': tests/task.json cannot be read as what Runproof wrote");
        File.Delete(Path.Combine(folder, "tests", "task.json"));
        (await MessageAsync()).ShouldBe("Harbor task 'small.x.1': no tests/task.json: only tasks that Runproof exported can be imported");
        File.Delete(Path.Combine(folder, "task.toml"));
        (await MessageAsync()).ShouldContain("holds no Harbor task");
    }

    [Fact]
    public async Task Another_task_of_the_same_name_is_not_overwritten()
    {
        var task = await TaskAsync();
        var path = await ExportAsync(task, "harbor");
        new TaskTable(sample.Workspace).Add(task with { ProblemStatement = "other" }, "test");
        (await Should.ThrowAsync<InputException>(() => new TaskImport(sample.Workspace, null).ReadAsync(path, Cancel))).Message.ShouldStartWith("the workspace has another task 'small.x.1' already");
    }
}
