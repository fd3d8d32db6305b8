using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Rollouts;
using Runproof.Rollouts.Formats;
using Runproof.ToolCalls;

namespace Runproof.Tests.Rollouts.Formats;

/// <summary>Rows of messages: arguments as each reader wants them, and which replies are examples.</summary>
public class MessageRowTests
{
    private static JsonObject Row(TrajectoryFormat format, Trajectory attempt) => SampleAttempt.Rows(format, attempt).ShouldHaveSingleItem();

    [Fact]
    public void Arguments_are_text_on_OpenAIs_wire_and_objects_for_templates()
    {
        static JsonNode Arguments(JsonNode messages) => messages.AsArray().First(message => message!["tool_calls"] is not null)!["tool_calls"]![0]!["function"]!["arguments"]!;
        var attempt = SampleAttempt.Make();
        var text = Arguments(Row(new OpenAiRows(), attempt)["messages"]!);
        text.GetValueKind().ShouldBe(JsonValueKind.String);
        JsonNode.Parse(text.GetValue<string>())!["command"]!.GetValue<string>().ShouldBe("ls \"/testbed/文字\"");
        foreach (var messages in new[] { Row(new TrlRows(), attempt)["completion"]!, Row(new VerlRows(), attempt)["messages"]!, Row(new SlimeRows(), attempt)["messages"]!, Row(new SkyRlRows(), attempt)["messages"]! })
            Arguments(messages)["command"]!.GetValue<string>().ShouldBe("ls \"/testbed/文字\"");
    }

    [Theory]
    [InlineData(true, new[] { 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0 })]
    [InlineData(false, new[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Only_understood_replies_of_kept_attempts_are_learned_from(bool isKept, int[] mask)
    {
        var row = Row(new OpenAiRows(), SampleAttempt.Make(isKept));
        row["loss_mask"]!.AsArray().Select(one => one!.GetValue<int>()).ShouldBe(mask);
        row["messages"]!.AsArray().Select(message => message!["role"]!.GetValue<string>()).ShouldBe(["system", "user", "assistant", "tool", "tool", "assistant", "user", "assistant", "tool", "assistant", "tool"]);
        row["messages"]!.AsArray().Select(message => message!["weight"]?.GetValue<int>() ?? 0).ShouldBe(mask);
    }

    [Fact]
    public void What_was_taken_over_from_another_attempt_is_not_learned_from()
    {
        var attempt = SampleAttempt.Make();
        var turns = attempt.Turns.Select((turn, i) => i == 0 ? turn with { Reply = turn.Reply with { Ended = Reply.Copied } } : turn).ToList();
        Row(new OpenAiRows(), attempt with { Conversation = attempt.Conversation with { Turns = turns } })["messages"]![2]!["weight"]!.GetValue<int>().ShouldBe(0);
        Row(new SlimeRows(), attempt)["messages"]!.AsArray().Where(message => message!["role"]!.GetValue<string>() == "assistant").Select(message => message!["step_loss_mask"]!.GetValue<int>()).ShouldBe([1, 0, 1, 1]);
    }

    [Fact]
    public void A_reply_in_a_text_format_that_could_not_be_read_stands_as_it_came()
    {
        var attempt = SampleAttempt.Make();
        var turns = attempt.Turns.Select(turn => turn.Reply.Outcome != ParseOutcome.Rejected ? turn : turn with
        {
            Reply = turn.Reply with { Raw = "I want <tool_call>{", Calls = [new("bash", new() { ["command"] = "ls" }, "call_x")] }, Observations = [.. turn.Observations, new("call_x", "bash", "This call was not run.", ActionOutcome.NotRun)],
        }).ToList();
        var messages = ChatMessages.Of(attempt.Conversation with { Turns = turns }, ArgumentForm.Object);
        messages[5].Json["content"]!.GetValue<string>().ShouldBe("I want <tool_call>{");
        messages[5].Json.ContainsKey("tool_calls").ShouldBeFalse();
        messages[6].Json["content"]!.GetValue<string>().ShouldBe("Your reply holds no call of `bash` that can be run.\n\nThis call was not run.");
    }

    [Fact]
    public void TRL_has_prompt_and_completion_that_ends_with_a_reply()
    {
        var row = Row(new TrlRows(), SampleAttempt.Make());
        row["prompt"]!.AsArray().Select(message => message!["role"]!.GetValue<string>()).ShouldBe(["system", "user"]);
        row["completion"]!.AsArray()[^1]!["content"]!.GetValue<string>().ShouldBe("Done.");
        row["completion"]!.AsArray()[0]!["reasoning_content"]!.GetValue<string>().ShouldBe("First the files.\nThen the rest.");
        (row["label"]!.GetValue<bool>(), Row(new TrlRows(), SampleAttempt.Make(isKept: false))["label"]!.GetValue<bool>()).ShouldBe((true, false));
    }

    [Theory]
    [InlineData("verl")]
    [InlineData("slime")]
    [InlineData("skyrl")]
    public void Without_tokens_only_what_is_kept_is_a_row(string name)
    {
        using var into = new StringWriter();
        TrajectoryFormats.Of(name).Write(SampleAttempt.Make(isKept: false), into).ShouldBe(MessageRow.NoExample);
        into.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void An_agent_with_other_tools_is_none_of_mini_swe_agents()
    {
        var attempt = SampleAttempt.Make();
        attempt = attempt with { Conversation = attempt.Conversation with { Tools = new Runproof.Agents.Scaffolds.SweAgent().Tools } };
        Should.Throw<InputException>(() => SampleAttempt.Written(new MiniFormat(), attempt)).Message.ShouldContain("'str_replace_editor'");
    }
}
