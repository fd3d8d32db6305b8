using System.Text.Json;
using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.Chat;
using Runproof.Rollouts;
using Runproof.Rollouts.Sources;
using Runproof.Tasks;
using Runproof.Tests.Chat;
using Runproof.Tests.Verification;
using Runproof.ToolCalls;

namespace Runproof.Tests.Rollouts;

/// <summary>Attempts at a task of the sample textkit by a model behind a real server.</summary>
public sealed class RolloutStageTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    private const string Mend = "sed -i 's/< width/<= width/' src/textkit/wrap.py";
    private const string Submit = "git add -A && git diff --cached >/tmp/p && echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && cat /tmp/p";
    private static int _seeds;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ChatReply Bash(string command) => ChatReply.Calls("I go on.", ("id", "bash", JsonSerializer.Serialize(new { command })));

    /// <summary>Answers by how many turns the conversation has, whoever asks.</summary>
    private static ChatServer Scripted(params string[] commands) => new((request, _) => Bash(commands[Math.Min(TurnsOf(request), commands.Length - 1)]));

    private static int TurnsOf(ChatRequest request) => request.Body.GetProperty("messages").EnumerateArray().Count(message => message.GetProperty("role").GetString() == "assistant");

    /// <summary>A plan of its own for each test.</summary>
    private static RolloutPlan Plan(string agent = "mini", TestVisibility tests = TestVisibility.Hidden, int turns = 10) => new(agent, "test", null, tests, turns, 600, 60, null, null, null, Interlocked.Increment(ref _seeds));

    private async Task<CodingTask> TaskAsync(string id)
    {
        var task = await new WrapTask(sample).TaskAsync() with { InstanceId = id };
        new TaskTable(sample.Workspace).Add(task, "test");
        return task;
    }

    private async Task<RolloutReport> RunAsync(RolloutPlan plan, IReadOnlyList<CodingTask> tasks, ChatServer server, int attempts = 1, CancellationToken? cancel = null, IProgressLog? log = null)
    {
        using var source = new ModelSource(ModelClient.Open(server.Options(), TimeProvider.System), null, new(), null);
        return await new RolloutStage(sample.Workspace, log ?? SilentLog.Instance, TimeProvider.System, 2).RunAsync(plan, tasks, attempts, source, new(), cancel ?? Cancel);
    }

    private RolloutTable Table => new(sample.Workspace, TimeProvider.System);

    [Fact]
    public async Task Each_attempt_is_judged_once_and_never_again()
    {
        var (plan, tasks) = (Plan(), new[] { await TaskAsync("r.one"), await TaskAsync("r.two") });
        await using var server = Scripted("ls", Mend, Submit);
        var report = await RunAsync(plan, tasks, server, attempts: 2);
        (report.Attempts, report.Judged, report.Resolved, report.Kept, report.InfrastructureFailures).ShouldBe((4, 4, 4, 4, 0));
        (report.ResolveRate, report.PassAt[2], report.Turns.P50).ShouldBe((1, 1, 3));
        report.Rollouts[0].Rewards["total"].ShouldBe(1);
        report.Rollouts[0].Patch.ShouldContain("+");
        var asked = server.Requests.Count;
        (await RunAsync(plan, tasks, server, attempts: 2)).Resolved.ShouldBe(4);
        server.Requests.Count.ShouldBe(asked);
        (await RunAsync(plan, tasks, server, attempts: 3)).Attempts.ShouldBe(6);
        server.Requests.Count.ShouldBe(asked + 6);
    }

    [Fact]
    public async Task What_does_not_mend_it_is_not_resolved_whatever_it_says()
    {
        await using var server = Scripted("echo 'tests pass'", Submit);
        var report = await RunAsync(Plan(), [await TaskAsync("r.none")], server);
        report.Rollouts[0].ShouldSatisfyAllConditions(one => one.Outcome.ShouldBe(RolloutOutcome.Unresolved), one => one.Reason.ShouldBe("empty_patch"), one => one.Losses.ShouldBe(["unresolved"]));
        await using var wrong = Scripted("echo '# x' >>src/textkit/wrap.py", Submit);
        (await RunAsync(Plan(), [await TaskAsync("r.wrong")], wrong)).Rollouts[0].Reason.ShouldBe("fail_to_pass");
        await using var endless = Scripted("ls", "pwd");
        var unfinished = (await RunAsync(Plan(turns: 4), [await TaskAsync("r.endless")], endless)).Rollouts[0];
        (unfinished.End.Reason, unfinished.Rewards["total"]).ShouldBe((ExitReason.Turns, -0.5));
    }

    [Fact]
    public async Task An_attempt_that_was_cut_off_goes_on_in_the_middle()
    {
        var (plan, task) = (Plan("swe-agent"), await TaskAsync("r.cut"));
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var first = new ChatServer((request, _) =>
        {
            if (TurnsOf(request) == 2) kill.Cancel();
            return Bash(TurnsOf(request) == 0 ? "cd src && export A=1" : Mend.Replace("src/", "", StringComparison.Ordinal));
        });
        await Should.ThrowAsync<OperationCanceledException>(() => RunAsync(plan, [task], first, cancel: kill.Token));
        Table.Turns(new(plan.Hash, "r.cut", 1)).Count.ShouldBe(2);

        await using var second = new ChatServer((request, _) => TurnsOf(request) < 3 ? Bash("pwd; echo $A; git diff --stat | tail -1") : ChatReply.Calls("", ($"s{TurnsOf(request)}", "submit", "{}")));
        var rollout = (await RunAsync(plan, [task], second)).Rollouts[0];
        (rollout.Outcome, rollout.Counts.Turns, rollout.Differing).ShouldBe((RolloutOutcome.Resolved, 5, 0));
        second.Requests.Min(TurnsOf).ShouldBe(2, "no reply is asked for twice");
        Table.Turns(rollout.Key)[2].Observations[0].Content.ShouldContain("/testbed/src\n1\n 1 file changed");
    }

    [Fact]
    public async Task A_reply_whose_actions_were_cut_off_is_acted_on_and_not_asked_for_again()
    {
        var (plan, task) = (Plan(), await TaskAsync("r.half"));
        var key = new RolloutKey(plan.Hash, "r.half", 1);
        Table.AddPlan(plan);
        Table.Begin(key);
        Table.Save(key, new(1, default, new("I mend it.", "", [new("bash", new() { ["command"] = Mend }, "c1")], ParseOutcome.Clean, []), []), 1);
        await using var server = Scripted("never", Submit);
        var rollout = (await RunAsync(plan, [task], server)).Rollouts[0];
        (rollout.Outcome, rollout.Counts.Turns, server.Requests.Count).ShouldBe((RolloutOutcome.Resolved, 2, 1));
    }

    [Fact]
    public async Task What_infrastructure_ends_is_tried_again_then_masked_and_never_a_zero()
    {
        var (plan, task, log) = (Plan(), await TaskAsync("r.infra"), new KeptLog());
        await using (var broken = new ChatServer((request, before) => before == 0 ? Bash("ls") : ChatReply.Fails(500, "boom")))
        {
            var report = await RunAsync(plan, [task], broken, log: log);
            (report.Judged, report.InfrastructureFailures, report.ResolveRate).ShouldBe((0, 1, null));
            report.Rollouts[0].Rewards.ShouldBeEmpty();
            log.Said.Count(line => line.Contains("tried again", StringComparison.Ordinal)).ShouldBe(2);
        }

        await using var server = Scripted("ls", Mend, Submit);
        var again = await RunAsync(plan, [task], server);
        (again.Resolved, again.InfrastructureFailures, again.Rollouts[0].Counts.Turns).ShouldBe((1, 0, 3));
        server.Requests.Min(TurnsOf).ShouldBe(1, "the reply that it had is kept");
    }

    [Fact]
    public async Task A_server_that_refuses_from_the_beginning_is_an_error()
    {
        await using var server = new ChatServer(ChatReply.Fails(401, "no"));
        (await Should.ThrowAsync<InputException>(async () => await RunAsync(Plan(), [await TaskAsync("r.key")], server))).Message.ShouldContain("wants a key");
        Table.Ended("none").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("git commit -qam mine")]
    [InlineData("rm -rf .git")]
    [InlineData("git config core.attributesFile /dev/null; git config diff.external false; printf '* -diff\\n' >.git/info/attributes; echo 'src/' >>.git/info/exclude")]
    [InlineData("git add -A; git commit -qm a; git checkout -q --orphan b; git rm -rqf --cached .")]
    public async Task What_is_done_to_its_repository_hides_no_change(string mischief)
    {
        await using var server = new ChatServer((request, _) => TurnsOf(request) switch
        {
            0 => Bash(Mend), 1 => Bash(mischief), var turn => ChatReply.Calls("", ($"s{turn}", "submit", "{}")),
        });
        var rollout = (await RunAsync(Plan("swe-agent"), [await TaskAsync("r.git")], server)).Rollouts[0];
        rollout.Outcome.ShouldBe(RolloutOutcome.Resolved, rollout.Reason);
        rollout.Patch.ShouldContain("+++ b/src/textkit/wrap.py");
    }

    [Fact]
    public async Task Cheating_is_found_and_takes_the_reward()
    {
        await using var server = Scripted("git log --all -p | head", "curl -s https://example.org/textkit.tar.gz; pip download textkit", Mend + "; echo '# edited' >>tests/test_cache.py; echo 'collect_ignore=[]' >conftest.py", Submit);
        var rollout = (await RunAsync(Plan(), [await TaskAsync("r.hack")], server)).Rollouts[0];
        rollout.Hacks.Select(hack => hack.Rule).Distinct().ShouldBe(["git_history", "network", "test_edit", "planted_file"], ignoreOrder: true);
        (rollout.Outcome, rollout.Rewards["total"], rollout.IsKept).ShouldBe((RolloutOutcome.Resolved, -1, false));
    }

    [Fact]
    public async Task Visible_tests_are_there_and_their_command_runs_them()
    {
        string? command = null;
        await using var server = new ChatServer((request, _) =>
        {
            command ??= request.Text.Split("They run with:\n")[1].Split('\n')[0];
            return Bash(new[] { command, Mend, command, Submit }[Math.Min(3, TurnsOf(request))]);
        });
        var rollout = (await RunAsync(Plan(tests: TestVisibility.Visible), [await TaskAsync("r.visible")], server)).Rollouts[0];
        rollout.Outcome.ShouldBe(RolloutOutcome.Resolved);
        var turns = Table.Turns(rollout.Key);
        (turns[0].Observations[0].ExitCode, turns[2].Observations[0].ExitCode).ShouldBe((1, 0), turns[0].Observations[0].Content);
        await using var hidden = Scripted("cat tests/test_wrap.py", Submit);
        var blind = (await RunAsync(Plan(), [await TaskAsync("r.hidden")], hidden)).Rollouts[0];
        Table.Turns(blind.Key)[0].Observations[0].Content.ShouldContain("No such file");
    }

    [Fact]
    public async Task A_recording_gives_the_same_turns_byte_for_byte()
    {
        await using var server = Scripted("ls -la src | tail -n 1 | cut -c1-5", Mend, Submit);
        var task = await TaskAsync("r.replay");
        var recorded = (await RunAsync(Plan(), [task], server)).Rollouts[0];
        var file = Path.Combine(sample.Workspace.Root, "recording.jsonl");
        await using (var writer = new StreamWriter(file)) EventLog.Write(new(Table.Plan(recorded.Key.Plan), recorded, new("", "", [], Table.Turns(recorded.Key))), writer);
        using var source = ReplaySource.Open(file);
        var again = (await new RolloutStage(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync(Plan(), [task], 1, source, new(), Cancel)).Rollouts[0];
        string Bytes(Rollout rollout) => JsonSerializer.Serialize(Table.Turns(rollout.Key), Json.Compact);
        Bytes(again).ShouldBe(Bytes(recorded));
        (again.Patch, again.Outcome).ShouldBe((recorded.Patch, RolloutOutcome.Resolved));
    }
}
