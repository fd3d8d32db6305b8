using Runproof.Agents;
using Runproof.Rollouts;
using Runproof.Rollouts.Formats;
using Runproof.Rollouts.Imports;
using Runproof.ToolCalls;

namespace Runproof.Tests.Rollouts.Formats;

/// <summary>What goes out comes in again: calls, results, what was said and thought, how it ended.</summary>
public class RoundTripTests
{
    private static ForeignTrajectory Again(string name, Trajectory attempt)
    {
        var root = SampleAttempt.File(TrajectoryFormats.Of(name), attempt);
        var reader = ForeignReader.All.Where(reader => reader.Reads(root)).ShouldHaveSingleItem();
        reader.Name.ShouldBe(name);
        return reader.Read(root, DateTimeOffset.UnixEpoch);
    }

    private static object Of(Turn turn) => new
    {
        turn.Number, turn.At, turn.Reply.Text, turn.Reply.Thought, turn.Reply.Outcome, turn.Reply.Model, calls = string.Join('\n', turn.Reply.Calls.Select(call => $"{call.Id} {call.Name} {JsonText.Of(call.Arguments)}")), problems = string.Join('\n', turn.Reply.Problems),
        seen = string.Join('\n', turn.Observations.Select(seen => $"{seen.CallId} {seen.Tool} {seen.Outcome} {seen.ExitCode} {seen.Content}")),
    };

    [Theory]
    [InlineData("atif")]
    [InlineData("mini")]
    [InlineData("swe-agent")]
    public void Calls_and_results_are_equal(string name)
    {
        foreach (var attempt in SchemaTests.Attempts())
        {
            var again = Again(name, attempt);
            again.Turns.Select(Of).ShouldBe(attempt.Turns.Select(Of));
            (again.Agent, again.Patch, again.End.Reason, again.End.Detail).ShouldBe(("mini", SampleAttempt.Patch, ExitReason.Submitted, attempt.Rollout.End.Detail));
            again.Model.ShouldBe("qwen3-coder-480b");
            again.Names[0].ShouldBe("small.x.1");
            (again.Opening.System, again.Opening.Task).ShouldBe((attempt.Conversation.System, attempt.Conversation.Task));
            again.Opening.Tools.Select(tool => tool.Name).ShouldContain("bash");
        }
    }

    [Fact]
    public void ATIF_keeps_all()
    {
        foreach (var attempt in SchemaTests.Attempts())
            Again("atif", attempt).Turns.Select(turn => System.Text.Json.JsonSerializer.Serialize(turn)).ShouldBe(attempt.Turns.Select(turn => System.Text.Json.JsonSerializer.Serialize(turn)));
    }

    [Fact]
    public void Mini_swe_agents_form_keeps_cost_tokens_and_submission()
    {
        Again("mini", SampleAttempt.Make(tokens: SampleAttempt.OneSequence)).Turns.SelectMany(turn => turn.Reply.Tokens!.Prompt!.Concat(turn.Reply.Tokens.Completion!)).ShouldBe(SampleAttempt.OneSequence.SelectMany(one => one.Prompt!.Concat(one.Completion!)));
        Again("mini", SampleAttempt.Make(tokens: SampleAttempt.OneSequence)).Turns.SelectMany(turn => turn.Reply.Tokens!.Logprobs!).ShouldBe(SampleAttempt.OneSequence.SelectMany(one => one.Logprobs!));
        var turns = Again("mini", SampleAttempt.Make()).Turns;
        turns[0].Reply.Usage.ShouldBe(new ReplyUsage(1000, 50, 200, 0.0125m));
        turns[^1].Observations[^1].Submission.ShouldBe(SampleAttempt.Patch);
    }

    [Theory]
    [InlineData("atif")]
    [InlineData("mini")]
    [InlineData("swe-agent")]
    public void A_reply_without_a_call_is_none_that_could_not_be_read(string name)
    {
        var attempt = SampleAttempt.Make();
        var turns = attempt.Turns.Select(turn => turn.Reply.Outcome != ParseOutcome.Rejected ? turn : turn with { Reply = turn.Reply with { Outcome = ParseOutcome.Clean, Problems = [] } }).ToList();
        Again(name, attempt with { Conversation = attempt.Conversation with { Turns = turns } }).Turns.Select(Of).ShouldBe(turns.Select(Of));
    }

    [Theory]
    [InlineData("atif")]
    [InlineData("mini")]
    [InlineData("swe-agent")]
    public void Every_end_comes_back(string name)
    {
        foreach (var reason in Enum.GetValues<ExitReason>())
        {
            var attempt = SampleAttempt.Make();
            attempt = attempt with { Rollout = attempt.Rollout with { End = new(reason, "why") } };
            Again(name, attempt).End.ShouldBe(new EpisodeEnd(reason, "why"));
        }
    }

    [Fact]
    public void An_attempt_of_an_agent_with_an_editor_goes_through_SWE_agents_form()
    {
        var attempt = SampleAttempt.Make(hasMalformed: false);
        var call = new ToolCall("str_replace_editor", new() { ["command"] = "str_replace", ["path"] = "/testbed/a.py", ["old_str"] = "it's\n", ["new_str"] = "ß" }, "toolu_1");
        var turns = new[] { attempt.Turns[0] with { Reply = attempt.Turns[0].Reply with { Calls = [call] }, Observations = [new("toolu_1", "str_replace_editor", "OBSERVATION:\nThe file was changed.", ActionOutcome.Done, 0.5)] } };
        attempt = attempt with { Conversation = attempt.Conversation with { Turns = turns, Tools = new Runproof.Agents.Scaffolds.SweAgent().Tools } };
        Again("swe-agent", attempt).Turns.Select(Of).ShouldBe(turns.Select(Of));
        SampleAttempt.File(new SweAgentFormat(), attempt)["trajectory"]![0]!["action"]!.GetValue<string>().ShouldBe("str_replace_editor str_replace /testbed/a.py --old_str 'it'\\''s\n' --new_str 'ß'");
    }

    [Fact]
    public void Every_format_of_tool_calls_gives_the_attempt_back_or_says_why_it_cannot()
    {
        var attempt = SampleAttempt.Make(hasMalformed: false);
        var whole = TextRows.ConversationOf(attempt.Conversation);
        var held = 0;
        foreach (var calls in ToolCallFormats.All)
        {
            using var writer = new StringWriter();
            if (new TextRows(calls).Write(attempt, writer) is { } reason)
            {
                reason.ShouldNotBeEmpty();
                continue;
            }

            held++;
            var row = System.Text.Json.Nodes.JsonNode.Parse(writer.ToString())!;
            var messages = row["messages"]!.AsArray().Select(message => new RenderedMessage(message!["role"]!.GetValue<string>(), message["content"]!.GetValue<string>())).ToList();
            row["loss_mask"]!.AsArray().Count.ShouldBe(messages.Count);
            var read = Rendering.Read(calls, messages, attempt.Conversation.Tools);
            read.Problems.ShouldBeEmpty();
            read.ToolConversation.Turns.OfType<AssistantTurn>().SelectMany(turn => turn.Calls).Select(call => call with { Id = null }).ShouldBe(whole.Turns.OfType<AssistantTurn>().SelectMany(turn => turn.Calls).Select(call => call with { Id = null }), calls.Name);
        }

        held.ShouldBeGreaterThanOrEqualTo(20);
    }
}
