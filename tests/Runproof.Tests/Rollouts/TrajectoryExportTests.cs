using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Rollouts;
using Runproof.Rollouts.Formats;
using Runproof.Tasks;
using Runproof.Tests.Chat;
using Runproof.Tests.Rollouts.Formats;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Rollouts;

/// <summary>Which attempts leave, and into which files.</summary>
public sealed class TrajectoryExportTests(TextkitRepository sample) : IClassFixture<TextkitRepository>, IAsyncLifetime
{
    private readonly Workbench _bench = new();
    private readonly KeptLog _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    private TrajectoryExportResult Write(string format, string name, params Trajectory[] attempts) => new TrajectoryExport(_log, TrajectoryFormats.Of(format)).Write(attempts, Path.Combine(_bench.Root, name), Cancel);

    [Fact]
    public void What_infrastructure_ended_is_left_out_and_never_a_zero()
    {
        var lost = SampleAttempt.Make(isKept: false, outcome: RolloutOutcome.Infrastructure, attempt: 2);
        lost = lost with { Rollout = lost.Rollout with { Rewards = new Dictionary<string, double>() } };
        foreach (var format in TrajectoryFormats.All)
        {
            var result = Write(format.Name, "out-" + format.Name, SampleAttempt.Make(tokens: SampleAttempt.OneSequence), lost);
            (result.Attempts, result.LeftOut.Values.Single()).ShouldBe((1, 1), format.Name);
        }

        _log.Said.Distinct().ShouldBe(["note: 1 attempts left out: infrastructure ended them, which says nothing of the agent"]);
    }

    [Fact]
    public void Two_attempts_at_a_task_are_no_predictions_and_no_half_file_stays()
    {
        Should.Throw<InputException>(() => Write("preds", "preds.jsonl", SampleAttempt.Make(), SampleAttempt.Make(attempt: 2))).Message.ShouldContain("'small.x.1'");
        Directory.EnumerateFiles(_bench.Root, "preds*").ShouldBeEmpty();
    }

    [Fact]
    public void A_folder_is_no_file_and_a_file_no_folder()
    {
        Directory.CreateDirectory(Path.Combine(_bench.Root, "folder"));
        File.WriteAllText(Path.Combine(_bench.Root, "file"), "");
        Should.Throw<InputException>(() => Write("trl", "folder", SampleAttempt.Make())).Message.ShouldContain("is a folder");
        Should.Throw<InputException>(() => Write("atif", "file", SampleAttempt.Make())).Message.ShouldContain("is a file");
    }

    [Theory]
    [InlineData(TestVisibility.Hidden)]
    [InlineData(TestVisibility.Visible)]
    public async Task A_stored_attempt_has_the_prompts_of_its_plan_again(TestVisibility tests)
    {
        var task = await new WrapTask(sample).TaskAsync() with { InstanceId = $"stored.{tests}", ProblemStatement = "Lines end too early." };
        new TaskTable(sample.Workspace).Add(task, "test");
        var attempt = SampleAttempt.Make();
        var plan = attempt.Plan with { Agent = "swe-agent", Tests = tests };
        var table = new RolloutTable(sample.Workspace, TimeProvider.System);
        var key = new RolloutKey(plan.Hash, task.InstanceId, 1);
        table.AddPlan(plan);
        table.Begin(key);
        foreach (var turn in attempt.Turns) table.Save(key, turn, 1);
        table.End(attempt.Rollout with { Key = key });
        var read = new TrajectoryReader(sample.Workspace, TimeProvider.System).Read(key);
        read.Conversation.Task.ShouldContain("Lines end too early.");
        read.Conversation.Task.Contains(WrapTask.Test, StringComparison.Ordinal).ShouldBe(tests == TestVisibility.Visible);
        read.Conversation.Tools.Select(tool => tool.Name).ShouldBe(["bash", "str_replace_editor", "submit"]);
        read.Turns.Count.ShouldBe(4);
        new TaskTable(sample.Workspace).Remove(task.InstanceId);
        Should.Throw<InputException>(() => new TrajectoryReader(sample.Workspace, TimeProvider.System).Read(key)).Message.ShouldContain("not in this workspace any more");
    }
}
