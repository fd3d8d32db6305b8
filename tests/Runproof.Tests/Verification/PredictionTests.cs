using Runproof.Catalogue;
using Runproof.Tasks;
using Runproof.Tests.Chat;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>A stored set of predictions: each kind of answer ends as it should.</summary>
public sealed class PredictionTests(TextkitRepository sample) : IClassFixture<TextkitRepository>, IAsyncLifetime
{
    private readonly Workbench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    private async Task<(IReadOnlyList<Prediction> Predictions, KeptLog Log)> ReadAsync(string content)
    {
        var (file, log) = (Path.Combine(_bench.Root, "preds.jsonl"), new KeptLog());
        await File.WriteAllTextAsync(file, content, Cancel);
        return (await Predictions.ReadAsync(file, log, Cancel), log);
    }

    private async Task<CodingTask> AddAsync(string id)
    {
        var task = await new WrapTask(sample).TaskAsync() with { InstanceId = id };
        new TaskTable(sample.Workspace).Add(task, "test");
        return task;
    }

    [Fact]
    public async Task Each_ends_as_it_should_and_a_second_call_judges_again()
    {
        var task = await AddAsync("p.gold");
        foreach (var id in new[] { "p.empty", "p.none", "p.broken", "p.wrong" }) await AddAsync(id);
        IReadOnlyList<Prediction> predictions =
        [
            new("p.gold", "m", task.GoldPatch), new("p.empty", "m", " \n"), new("p.none", "m", null), new("p.broken", "m", "--- a/no/such.py\n+++ b/no/such.py\n@@ -1 +1 @@\n-a\n+b\n"),
            new("p.wrong", "m", "--- /dev/null\n+++ b/textkit/other.py\n@@ -0,0 +1 @@\n+x = 1\n"), new("p.nobody", "m", task.GoldPatch),
        ];
        var graded = await new PredictionStage(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync(predictions, Cancel);
        graded.Select(one => one.Outcome).ShouldBe(["resolved", "empty_patch", "empty_patch", "error", "unresolved", "unknown"]);
        graded[4].Failing.ShouldBe(task.FailToPass);
        (await new PredictionStage(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync(predictions, Cancel)).Select(one => one.Outcome).ShouldBe(graded.Select(one => one.Outcome));
    }

    [Theory]
    [InlineData("""{"instance_id": "a", "model_patch": "x", "model_name_or_path": "m"}""" + "\n" + """{"instance_id": "b", "model_patch": null}""")]
    [InlineData("""[{"instance_id": "a", "model_patch": "x", "model_name_or_path": "m"}, {"instance_id": "b", "model_patch": null}]""")]
    [InlineData("""{"a": {"model_patch": "x", "model_name_or_path": "m"}, "b": {"model_patch": null}}""")]
    public async Task All_forms_of_the_file_are_read(string content) => (await ReadAsync(content)).Predictions.ShouldBe([new("a", "m", "x"), new("b", "", null)]);

    [Fact]
    public async Task A_bad_line_is_named_and_the_rest_goes_on()
    {
        var (predictions, log) = await ReadAsync("""{"instance_id": "a", "model_patch": "x"}""" + "\n{ no\n[]\n" + """{"instance_id": "b", "model_patch": "y"}""");
        predictions.Count.ShouldBe(2);
        log.Said.ShouldBe(["note: preds.jsonl line 2: not JSON", "note: preds.jsonl line 3: no instance_id and model_patch"]);
    }

    [Theory]
    [InlineData("{}\n", "holds no predictions")]
    [InlineData("""[{"instance_id": "a", "model_patch": "x"}, {"instance_id": "a", "model_patch": "y"}]""", "holds 'a' more than once")]
    public async Task What_cannot_be_graded_is_refused(string content, string message) => (await Should.ThrowAsync<InputException>(() => ReadAsync(content))).Message.ShouldContain(message);
}
