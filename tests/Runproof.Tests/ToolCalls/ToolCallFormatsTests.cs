using System.Text.Json.Nodes;
using Runproof.Bench.ToolCalls;
using Runproof.ToolCalls;

namespace Runproof.Tests.ToolCalls;

/// <summary>What holds of every format.</summary>
public sealed class ToolCallFormatsTests
{
    public static TheoryData<string> Names { get; } = [.. ToolCallFormats.All.Select(format => format.Name)];

    [Theory, MemberData(nameof(Names))]
    public void What_is_written_is_read_the_same(string name)
    {
        var format = ToolCallFormats.Of(name);
        foreach (var (text, call) in CallSamples.CallsOf(format))
        {
            var named = format.KeepsIds ? call with { Id = "abcdefgh1" } : call;
            var written = format.Write(text, [named], CallSamples.ToolsOf(format));
            var read = format.Parse(written, CallSamples.ToolsOf(format));
            read.Calls.ShouldBe([named], written);
            read.Text.ShouldBe(text);
            read.Outcome.ShouldBe(ParseOutcome.Clean, string.Join("; ", read.Problems));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Several_calls_stand_in_one_reply_or_are_refused(string name)
    {
        var format = ToolCallFormats.Of(name);
        ToolCall[] calls = [.. CallSamples.CallsOf(format).Take(3).Select((one, i) => format.Kept(one.Call with { Id = $"abcdefgh{i}" }))];
        if (format.HoldsMany) format.Parse(format.Write("Three at once", calls, CallSamples.ToolsOf(format)), CallSamples.ToolsOf(format)).Calls.ShouldBe(calls);
        else Should.Throw<FormatException>(() => format.Write("", calls, CallSamples.ToolsOf(format))).Message.ShouldContain("one call");
    }

    [Theory, MemberData(nameof(Names))]
    public void Text_that_looks_like_tags_is_kept_or_refused_and_never_changed(string name)
    {
        var format = ToolCallFormats.Of(name);
        var (bash, kept) = (new ToolCall("bash", new() { ["command"] = "ls" }), 0);
        if (format.WhyNot(bash) is not null) return;
        foreach (var tricky in CallSamples.Tricky)
        {
            var call = bash with { Arguments = new() { ["command"] = $"echo '{tricky}' | cat" }, Id = format.KeepsIds ? "abcdefgh1" : null };
            try
            {
                format.Parse(format.Write("", [call], CallSamples.ToolsOf(format)), CallSamples.ToolsOf(format)).Calls.ShouldBe([call]);
                kept++;
            }
            catch (FormatException error)
            {
                error.Message.ShouldStartWith($"{name} cannot hold this");
            }
        }

        kept.ShouldBeGreaterThanOrEqualTo(CallSamples.Tricky.Count - 3);
    }

    /// <summary>The marks of a format stand in JSON as escapes: no value is lost for them.</summary>
    [Theory]
    [InlineData("hermes"), InlineData("harmony"), InlineData("deepseek-v3"), InlineData("deepseek-v3.1"), InlineData("kimi"), InlineData("mistral"), InlineData("mistral-v11"), InlineData("granite"), InlineData("nemotron"), InlineData("jamba"), InlineData("internlm"), InlineData("cohere"), InlineData("llama3")]
    public void Marks_within_json_are_escaped(string name)
    {
        var format = ToolCallFormats.Of(name);
        foreach (var mark in CallSamples.Tricky.Concat(format.Openers.Select(opener => opener.Marker)).Concat(["<|call|>", "<|end|>", "<|return|>", "\\<|call|>", "<｜tool▁calls▁end｜>", "[ARGS]"]))
        {
            var call = new ToolCall("bash", new() { ["command"] = mark, [mark] = new JsonArray(mark) }, format.KeepsIds ? "abcdefgh1" : null);
            var written = format.Write("", [call], CallSamples.ToolsOf(format));
            format.Parse(written, CallSamples.ToolsOf(format)).Calls.ShouldBe([call]);
            if (mark.StartsWith("<|", StringComparison.Ordinal) && name is "harmony" or "llama3") written.Split(mark).Length.ShouldBeLessThanOrEqualTo(2);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Calls_of_other_tools_are_held_or_refused_with_the_reason(string name)
    {
        var format = ToolCallFormats.Of(name);
        CallSamples.CallsOf(format).Count.ShouldBeGreaterThanOrEqualTo(3);
        if (format.OwnTools is not { } own) return;
        foreach (var call in CallSamples.AllCalls.Where(call => own.All(tool => tool.Name != call.Name)))
            Should.Throw<FormatException>(() => format.Write("", [call], own)).Message.ShouldBe($"{name} cannot hold this call: '{call.Name}' is not {string.Join(" or ", own.Select(tool => $"'{tool.Name}'"))}");
        foreach (var tool in own.Where(tool => ((JsonArray)tool.Parameters["required"]!).Count > 0))
        {
            format.WhyNot(new(tool.Name, [])).ShouldNotBeNull().ShouldContain("needs");
            var wrong = new JsonObject(((JsonArray)tool.Parameters["required"]!).Select(key => KeyValuePair.Create(key!.GetValue<string>(), (JsonNode?)new JsonArray())));
            format.WhyNot(new(tool.Name, wrong)).ShouldNotBeNull().ShouldContain("is no string");
            format.WhyNot(new(tool.Name, new() { ["colour"] = 1 })).ShouldBe($"'{tool.Name}' has no argument 'colour'");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_thought_is_kept_apart_or_refused(string name)
    {
        var format = ToolCallFormats.Of(name);
        var (text, call) = CallSamples.CallsOf(format)[1];
        if (!format.KeepsThought)
        {
            Should.Throw<FormatException>(() => format.Write(text, [format.Kept(call)], CallSamples.ToolsOf(format), "I wonder")).Message.ShouldBe($"{name} has no place for a thought");
            return;
        }

        var read = format.Parse(format.Write(text, [format.Kept(call)], CallSamples.ToolsOf(format), "I wonder,\n\nand <wonder>"), CallSamples.ToolsOf(format));
        (read.Thought, read.Text, read.Calls.Count, read.Outcome).ShouldBe(("I wonder,\n\nand <wonder>", text, 1, ParseOutcome.Clean));
    }

    [Theory, MemberData(nameof(Names))]
    public void How_a_reply_is_cut_does_not_matter(string name)
    {
        var format = ToolCallFormats.Of(name);
        var random = new Random(5);
        foreach (var (text, call) in CallSamples.CallsOf(format))
        {
            var written = format.Write(text, [format.Kept(call with { Id = "abcdefgh1" })], CallSamples.ToolsOf(format));
            var whole = format.Parse(written, CallSamples.ToolsOf(format));
            for (var round = 0; round < 10; round++)
            {
                var parser = new ToolCallParser(format, CallSamples.ToolsOf(format));
                List<ReplyPart> parts = [];
                for (var at = 0; at < written.Length;)
                {
                    var length = Math.Min(written.Length - at, random.Next(1, round < 2 ? 2 : 9));
                    parts.AddRange(parser.Feed(written.Substring(at, length)));
                    at += length;
                }

                var read = parser.End();
                parts.AddRange(parser.Told());
                read.Calls.ShouldBe(whole.Calls);
                (read.Text, read.Outcome).ShouldBe((whole.Text, whole.Outcome));
                parts.Select(part => part.Call).OfType<ToolCall>().ShouldBe(whole.Calls);
                string.Concat(parts.Select(part => part.Text)).Trim().ShouldBe(whole.Text);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Tools_are_declared_and_results_told(string name)
    {
        var format = ToolCallFormats.Of(name);
        var declared = format.Declare(CallSamples.ToolsOf(format));
        foreach (var tool in CallSamples.ToolsOf(format)) declared.ShouldContain(tool.Name);
        format.WriteResults([new("get", "it is warm", "abcdefgh1")]).ShouldContain("it is warm");
    }

    [Theory, MemberData(nameof(Names))]
    public void Prose_about_calls_is_no_call(string name)
    {
        var format = ToolCallFormats.Of(name);
        foreach (var text in new[] { "Use <tool_call> tags, then < or { or [ as you like.", "plain", "a [list] of {things}", "x < y && y > z" })
        {
            var read = format.Parse(text, CallSamples.ToolsOf(format));
            (read.Text, read.Calls.Count, read.Outcome).ShouldBe((text, 0, ParseOutcome.Clean));
        }
    }

    /// <summary>Random replies and conversations, and damaged ones: held or refused, the same however they come, and no crash. <c>bench/run formats</c> does the same for longer.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Random_replies_are_held_or_refused_and_damaged_ones_are_read(string name)
    {
        var counts = new ReplyFuzzer(ToolCallFormats.Of(name), seed: 3).Run(4000);
        counts.Failure.ShouldBeNull();
        (counts.Same, counts.CutSame, counts.Crashes).ShouldBe((counts.Written, counts.Cut, 0));
        counts.Written.ShouldBeGreaterThan(counts.Tried / 2);
    }
}
