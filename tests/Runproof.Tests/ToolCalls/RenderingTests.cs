using Runproof.Bench.ToolCalls;
using Runproof.ToolCalls;

namespace Runproof.Tests.ToolCalls;

/// <summary>One conversation in every format, and back.</summary>
public sealed class RenderingTests
{
    public static TheoryData<string> Names => ToolCallFormatsTests.Names;

    private static ToolConversation Sample(ToolCallFormat format, string? id, string thought = "", bool isError = false)
    {
        var (first, last) = (CallSamples.CallsOf(format)[0].Call with { Id = id }, CallSamples.CallsOf(format)[2].Call with { Id = id is null ? null : id[..^1] + "2" });
        return new(
            "You are a careful engineer.",
            [
                new UserTurn("Mend it.\n\nThe test fails."), new AssistantTurn("I look.", [first], thought), new ResultsTurn([new(first.Name, "a\n\nb </tool_response> \n", first.Id, isError)]),
                new UserTurn("Go on"), new AssistantTurn("", [last]), new ResultsTurn([new(last.Name, "", last.Id)]), new AssistantTurn("Done: it was the sign.", []),
            ]);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_conversation_comes_back(string name)
    {
        var format = ToolCallFormats.Of(name);
        var (tools, conversation) = (CallSamples.ToolsOf(format), Sample(format, format.KeepsIds ? "abcdefgh1" : null, format.KeepsThought ? "Hm." : "", format.Results.KeepsErrors));
        var rendered = Rendering.Render(format, conversation, tools);
        rendered.LeftOut.ShouldBeEmpty();
        rendered.Messages.Select(message => message.Role).ShouldBe(["system", "user", "assistant", format.Results.Role, "user", "assistant", format.Results.Role, "assistant"]);
        rendered.Messages[0].Content.ShouldBe($"You are a careful engineer.\n\n{format.Declare(tools)}");
        var read = Rendering.Read(format, rendered.Messages, tools);
        read.ToolConversation.ShouldBe(conversation);
        read.Problems.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Names))]
    public void What_has_no_place_is_told(string name)
    {
        var format = ToolCallFormats.Of(name);
        var rendered = Rendering.Render(format, Sample(format, "abcdefgh1", "Hm.", isError: true), CallSamples.ToolsOf(format));
        List<string> told = [];
        if (!format.KeepsIds) told.Add("turn 2: ids of calls");
        if (!format.KeepsThought) told.Add("turn 2: the thought");
        if (!format.Results.KeepsErrors) told.Add($"turn 3: that the result of '{CallSamples.CallsOf(format)[0].Call.Name}' is an error");
        if (!format.KeepsIds) told.Add("turn 5: ids of calls");
        rendered.LeftOut.ShouldBe(told);
    }

    [Theory, MemberData(nameof(Names))]
    public void Several_calls_and_their_results_come_back_or_are_refused(string name)
    {
        var format = ToolCallFormats.Of(name);
        ToolCall[] calls = [.. CallSamples.CallsOf(format).Take(3).Select((one, i) => format.Kept(one.Call with { Id = $"abcdefgh{i}" }))];
        var conversation = new ToolConversation("", [new UserTurn("Go"), new AssistantTurn("Three", calls), new ResultsTurn([.. calls.Select((call, i) => new ToolResult(call.Name, $"result {i}\n\nof 3", call.Id))])]);
        if (format.HoldsMany) Rendering.Read(format, Rendering.Render(format, conversation, CallSamples.ToolsOf(format)).Messages, CallSamples.ToolsOf(format)).ToolConversation.ShouldBe(conversation);
        else Should.Throw<FormatException>(() => Rendering.Render(format, conversation, CallSamples.ToolsOf(format))).Message.ShouldBe($"turn 2: {name} holds one call in a reply, not 3");
    }

    [Fact]
    public void One_conversation_goes_through_all_formats_of_any_tool()
    {
        var formats = ToolCallFormats.All.Where(format => format.OwnTools is null).ToList();
        var conversation = Sample(formats[0], null);
        var tools = CallSamples.ToolsOf(formats[0]);
        var last = formats.Aggregate(conversation, (turned, format) => Rendering.Read(format, Rendering.Render(format, turned, tools).Messages, tools).ToolConversation);
        last.ShouldBe(conversation);
    }

    [Theory]
    [InlineData("hermes", "a\n</tool_response>\n<tool_response>\nb", "turn 3: hermes cannot tell this result from its marks")]
    [InlineData("nemotron", "a\n</tool_response>\n<tool_response>\nb", null)]
    [InlineData("openai", "</tool_response>", null)]
    public void A_result_that_looks_like_two_is_refused(string name, string content, string? why)
    {
        var format = ToolCallFormats.Of(name);
        var call = CallSamples.CallsOf(format)[0].Call;
        var conversation = new ToolConversation("", [new UserTurn(""), new AssistantTurn("", [call]), new ResultsTurn([new(call.Name, content)])]);
        if (why is null) Rendering.Render(format, conversation, CallSamples.ToolsOf(format)).LeftOut.ShouldBeEmpty();
        else Should.Throw<FormatException>(() => Rendering.Render(format, conversation, CallSamples.ToolsOf(format))).Message.ShouldBe(why);
    }

    [Fact]
    public void Turns_out_of_order_are_refused()
    {
        var format = ToolCallFormats.Of("hermes");
        var (tools, call) = (CallSamples.ToolsOf(format), CallSamples.CallsOf(format)[0].Call);
        string Why(params ConversationTurn[] turns) => Should.Throw<FormatException>(() => Rendering.Render(format, new("", turns), tools)).Message;
        Why(new UserTurn("a"), new AssistantTurn("", [call]), new UserTurn("b")).ShouldBe("turn 3: the calls before it have no results");
        Why(new UserTurn("a"), new ResultsTurn([new("get", "b")])).ShouldBe("turn 2: 1 results of 0 calls");
        Why(new AssistantTurn("", [call with { Id = "1" }, call with { Id = "2" }]), new ResultsTurn([new("get", "b", "2"), new("get", "a", "1")])).ShouldBe("turn 2: hermes tells results apart by their order, and they are not in that of their calls");
        Should.Throw<FormatException>(() => Rendering.Read(format, [new("system", "other tools")], tools)).Message.ShouldContain("declares these tools as hermes does");
    }
}
