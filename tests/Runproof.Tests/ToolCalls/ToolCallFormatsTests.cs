using System.Text.Json.Nodes;
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
        foreach (var (text, call) in CallSamples.Calls)
        {
            var named = format.KeepsIds ? call with { Id = "abcdefgh1" } : call;
            var written = format.Write(text, [named], CallSamples.Tools);
            var read = format.Parse(written, CallSamples.Tools);
            read.Calls.ShouldBe([named], written);
            read.Text.ShouldBe(text);
            read.Outcome.ShouldBe(ParseOutcome.Clean, string.Join("; ", read.Problems));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Several_calls_stand_in_one_reply_or_are_refused(string name)
    {
        var format = ToolCallFormats.Of(name);
        ToolCall[] calls = [.. CallSamples.Calls.Take(3).Select((one, i) => format.Kept(one.Call with { Id = $"abcdefgh{i}" }))];
        if (format.HoldsMany) format.Parse(format.Write("Three at once", calls, CallSamples.Tools), CallSamples.Tools).Calls.ShouldBe(calls);
        else Should.Throw<FormatException>(() => format.Write("", calls, CallSamples.Tools)).Message.ShouldContain("one call");
    }

    [Theory, MemberData(nameof(Names))]
    public void Text_that_looks_like_tags_is_kept_or_refused_and_never_changed(string name)
    {
        var format = ToolCallFormats.Of(name);
        var kept = 0;
        foreach (var tricky in CallSamples.Tricky)
        {
            var call = new ToolCall("bash", new() { ["command"] = $"echo '{tricky}' | cat" }, format.KeepsIds ? "abcdefgh1" : null);
            try
            {
                format.Parse(format.Write("", [call], CallSamples.Tools), CallSamples.Tools).Calls.ShouldBe([call]);
                kept++;
            }
            catch (FormatException error)
            {
                error.Message.ShouldStartWith($"{name} cannot hold this reply");
            }
        }

        kept.ShouldBeGreaterThanOrEqualTo(CallSamples.Tricky.Count - 3);
    }

    [Theory, MemberData(nameof(Names))]
    public void How_a_reply_is_cut_does_not_matter(string name)
    {
        var format = ToolCallFormats.Of(name);
        var random = new Random(5);
        foreach (var (text, call) in CallSamples.Calls)
        {
            var written = format.Write(text, [format.Kept(call with { Id = "abcdefgh1" })], CallSamples.Tools);
            var whole = format.Parse(written, CallSamples.Tools);
            for (var round = 0; round < 10; round++)
            {
                var parser = new ToolCallParser(format, CallSamples.Tools);
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
        var declared = format.Declare(CallSamples.Tools);
        foreach (var tool in CallSamples.Tools) declared.ShouldContain(tool.Name);
        format.WriteResults([new("get", "it is warm", "abcdefgh1")]).ShouldContain("it is warm");
    }

    [Theory, MemberData(nameof(Names))]
    public void Prose_about_calls_is_no_call(string name)
    {
        var format = ToolCallFormats.Of(name);
        foreach (var text in new[] { "Use <tool_call> tags, then < or { or [ as you like.", "plain", "a [list] of {things}", "x < y && y > z" })
        {
            var read = format.Parse(text, CallSamples.Tools);
            (read.Text, read.Calls.Count, read.Outcome).ShouldBe((text, 0, ParseOutcome.Clean));
        }
    }

    /// <summary>Replies that are cut, doubled and changed at random: no crash, no time that grows beyond measure, and the same however they come.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Any_reply_is_read_without_a_crash(string name) => ReplyFuzzer.Run(ToolCallFormats.Of(name), 5000, seed: 3);
}
