using System.Text.Json;
using Runproof.Agents;
using Runproof.Chat;
using Runproof.Tests.Chat;
using Runproof.ToolCalls;

namespace Runproof.Tests.Agents;

/// <summary>Models and servers that do not do as they should: each ends in a clear state.</summary>
public sealed class BadReplyTests : IAsyncDisposable
{
    private static readonly Scaffold Mini = ScaffoldList.Of("mini");
    private readonly AgentBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static ChatReply Bash(string command) => ChatReply.Calls("", ("id", "bash", JsonSerializer.Serialize(new { command })));

    private static ChatReply Submit => Bash("echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT");

    [Fact]
    public async Task No_answer_and_garbage_are_told_and_end_after_three_in_a_row()
    {
        await using var server = new ChatServer(ChatReply.Says(""), ChatReply.Says("I do not know."), Bash("true"), ChatReply.Says("\0\u0001 {]"), ChatReply.Says(""), ChatReply.Says("?"));
        (await _bench.RunAsync(Mini, server)).Reason.ShouldBe(ExitReason.Format);
        _bench.Turns.Count.ShouldBe(6);
        _bench.Turns[0].Observations.ShouldHaveSingleItem().Content.ShouldContain("holds no call");
    }

    [Fact]
    public async Task Ten_megabytes_are_not_kept_and_not_sent_again()
    {
        await using var server = new ChatServer(ChatReply.Says(new string('x', 10 << 20)), Bash(new string('y', 3 << 20)), Submit);
        (await _bench.RunAsync(Mini, server)).Reason.ShouldBe(ExitReason.Submitted);
        foreach (var turn in _bench.Turns.Take(2))
        {
            turn.Reply.Problems.ShouldHaveSingleItem().ShouldContain("is not read");
            JsonSerializer.Serialize(turn).Length.ShouldBeLessThan(50_000);
        }

        server.Requests[2].Body.GetRawText().Length.ShouldBeLessThan(100_000);
    }

    [Fact]
    public async Task A_reply_that_breaks_off_is_asked_for_again_and_then_the_machine_is_to_blame()
    {
        var whole = Submit.Body;
        var half = new ChatReply(200, whole[..(whole.Length / 2)]);
        await using (var server = new ChatServer(half, half, Submit)) (await _bench.RunAsync(Mini, server)).Reason.ShouldBe(ExitReason.Submitted);
        await using (var server = new ChatServer(half)) (await _bench.RunAsync(Mini, server)) .ShouldSatisfyAllConditions(end => end.Reason.ShouldBe(ExitReason.Model), end => end.IsInfrastructure.ShouldBeTrue(), end => end.Fault.ShouldBe(ModelFault.BadAnswer));
    }

    [Fact]
    public async Task Ten_calls_at_once_are_run_as_far_as_allowed()
    {
        var calls = Enumerable.Range(1, 10).Select(i => ($"c{i}", "bash", $$"""{"command": "echo {{i}} >>/tmp/log"}""")).ToArray();
        await using var server = new ChatServer(ChatReply.Calls("All.", calls), Bash("cat /tmp/log"), Submit);
        (await _bench.RunAsync(Mini, server)).Reason.ShouldBe(ExitReason.Submitted);
        _bench.Turns[0].Observations.Count(one => one.Outcome == ActionOutcome.NotRun).ShouldBe(2);
        _bench.Turns[1].Observations[0].Content.ShouldContain("\n7\n8\n<");
        await using var single = new ChatServer(ChatReply.Calls("All.", calls), ChatReply.Calls("", ("x", "submit", "{}")));
        await _bench.RunAsync(ScaffoldList.Of("swe-agent"), single);
        _bench.Turns[0].Observations.ShouldAllBe(one => one.Outcome == ActionOutcome.NotRun);
    }

    [Theory]
    [InlineData("browse", "{}", "UnknownTool")]
    [InlineData("bash", "{}", "Misused")]
    [InlineData("bash", """{"command": 3}""", "Misused")]
    [InlineData("bash", """{"command": "ls", "cwd": "/"}""", "Misused")]
    [InlineData("bash", """{"command": "ls """, "NotRun")]
    [InlineData("bash", "[]", "NotRun")]
    public async Task A_wrong_call_is_told(string tool, string arguments, string outcome)
    {
        await using var server = new ChatServer(ChatReply.Calls("Look.", ("c1", tool, arguments)), Submit);
        (await _bench.RunAsync(Mini, server)).Reason.ShouldBe(ExitReason.Submitted);
        _bench.Turns[0].Observations.ShouldHaveSingleItem().Outcome.ToString().ShouldBe(outcome);
    }

    [Fact]
    public async Task What_can_mean_one_thing_only_is_repaired_and_told()
    {
        await using var server = new ChatServer(ChatReply.Calls("Look.", ("c1", "bash", """{"command": "echo here",}""")), Submit);
        await _bench.RunAsync(Mini, server);
        _bench.Turns[0].Reply.Outcome.ShouldBe(ParseOutcome.Repaired);
        _bench.Turns[0].Reply.Problems.ShouldNotBeEmpty();
        _bench.Turns[0].Observations[0].Content.ShouldContain("here");
    }

    [Fact]
    public async Task Commands_that_never_end_end_the_attempt_after_three()
    {
        await using var server = new ChatServer(Bash("sleep 1000"), Bash("cat"), Bash("while :; do :; done"), Bash("sleep 1000"), Bash("yes"));
        (await _bench.RunAsync(Mini, server, limits: limits => limits with { Command = TimeSpan.FromSeconds(1) })).Reason.ShouldBe(ExitReason.Commands);
        _bench.Turns.Count.ShouldBe(5, "cat reads nothing and ends");
        _bench.Turns[4].Observations[0].Content.ShouldContain("<elided_chars>");
    }

    [Fact]
    public async Task Turns_time_and_money_end()
    {
        await using var server = new ChatServer(Bash("true"));
        (await _bench.RunAsync(Mini, server, limits: limits => limits with { Turns = 4 })).Reason.ShouldBe(ExitReason.Turns);
        (await _bench.RunAsync(Mini, server, limits: limits => limits with { Dollars = 0.0005m })).Reason.ShouldBe(ExitReason.Cost);
        _bench.Turns.Count.ShouldBe(3);
        await using var slow = new ChatServer(Bash("sleep 1000"));
        (await _bench.RunAsync(Mini, slow, limits: limits => limits with { Total = TimeSpan.FromSeconds(2) })).Reason.ShouldBe(ExitReason.Time);
        (await _bench.RunAsync(Mini, server, limits: limits => limits with { Turns = 1 })).Reason.ShouldBe(ExitReason.Turns, "the next attempt is not affected");
    }

    [Theory]
    [InlineData(400, "This model's maximum context length is 4096 tokens", "Context", false)]
    [InlineData(400, "bad parameter", "Model", true)]
    [InlineData(500, "boom", "Model", true)]
    public async Task What_the_server_refuses_is_told_apart(int status, string message, string reason, bool infrastructure)
    {
        await using var server = new ChatServer((_, before) => before == 0 ? Bash("true") : ChatReply.Fails(status, message));
        var end = await _bench.RunAsync(Mini, server);
        (end.Reason.ToString(), end.IsInfrastructure, _bench.Turns.Count).ShouldBe((reason, infrastructure, 1));
    }

    [Fact]
    public async Task Thoughts_and_tokens_that_a_server_tells_are_kept()
    {
        var reply = Submit with
        {
            Body = Submit.Body.Replace("\"finish_reason\"", "\"token_ids\":[7,8],\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":null,\"top_logprobs\":[]},{\"token\":\"b\",\"logprob\":-0.25,\"bytes\":null,\"top_logprobs\":[]}]},\"finish_reason\"", StringComparison.Ordinal)
                .Replace("\"role\":\"assistant\"", "\"role\":\"assistant\",\"reasoning_content\":\"Hm.\"", StringComparison.Ordinal).Replace("\"usage\"", "\"prompt_token_ids\":[1,2,3],\"usage\"", StringComparison.Ordinal),
        };
        await using var server = new ChatServer(reply);
        await _bench.RunAsync(Mini, server);
        var kept = _bench.Turns[0].Reply;
        kept.Thought.ShouldBe("Hm.");
        kept.Tokens!.Prompt.ShouldBe([1, 2, 3]);
        kept.Tokens.Completion.ShouldBe([7, 8]);
        kept.Tokens.Logprobs.ShouldBe([-0.5, -0.25]);
    }
}
