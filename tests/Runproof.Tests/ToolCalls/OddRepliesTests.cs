using System.Text.Json.Nodes;
using Runproof.Bench.ToolCalls;
using Runproof.ToolCalls;

namespace Runproof.Tests.ToolCalls;

/// <summary>Replies that parsers of others read wrongly, or not at all, as their users report.</summary>
public sealed class OddRepliesTests
{
    private static ParsedReply Read(string format, string reply) => ToolCallFormats.Of(format).Parse(reply, CallSamples.ToolsOf(ToolCallFormats.Of(format)));

    private static string Arguments(ParsedReply read) => read.Calls.ShouldHaveSingleItem().Arguments.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Coder(string parameters) => $"<tool_call>\n<function=get>\n{parameters}\n</function>\n</tool_call>";

    [Theory]
    [InlineData("<parameter=city>\na </parameter> b\n</parameter>", """{"city":"a </parameter> b"}""", "Clean")]
    [InlineData("<parameter=city>\nSF\n<parameter=n>\n2\n</parameter>", """{"city":"SF","n":2}""", "Repaired")]
    [InlineData("<parameter=city>SF</parameter>", """{"city":"SF"}""", "Clean")]
    [InlineData("<parameter=exact>\nTrue\n</parameter>", """{"exact":true}""", "Repaired")]
    [InlineData("<parameter=more>\n{'a': None}\n</parameter>", """{"more":{"a":null}}""", "Repaired")]
    [InlineData("<parameter=tags>\n[{\"a\": 1}, {\"b\": [2]}]\n</parameter>", """{"tags":[{"a":1},{"b":[2]}]}""", "Clean")]
    [InlineData("<parameter=note>\nnull\n</parameter>", """{"note":"null"}""", "Clean")]
    [InlineData("<parameter=note>\n2\n</parameter>", """{"note":"2"}""", "Clean")]
    [InlineData("<parameter=note>\n\n  x\n\n</parameter>", """{"note":"\n  x\n"}""", "Clean")]
    [InlineData("<parameter=note>\r\nx\r\n</parameter>", """{"note":"x"}""", "Clean")]
    [InlineData("<parameter=n>\ntwo\n</parameter>", """{"n":"two"}""", "Repaired")]
    [InlineData("<parameter=unknown>\n2\n</parameter>", """{"unknown":"2"}""", "Clean")]
    [InlineData("", "{}", "Clean")]
    public void Values_as_text(string parameters, string arguments, string outcome)
    {
        var read = Read("qwen3-coder", Coder(parameters));
        Arguments(read).ShouldBe(arguments);
        read.Outcome.ToString().ShouldBe(outcome, string.Join("; ", read.Problems));
    }

    [Fact]
    public void A_value_that_is_given_twice_is_no_guess() => Read("qwen3-coder", Coder("<parameter=city>\na\n</parameter>\n<parameter=city>\nb\n</parameter>")).ShouldSatisfyAllConditions(
        read => read.Calls.ShouldBeEmpty(), read => read.Outcome.ShouldBe(ParseOutcome.Rejected), read => read.Problems.ShouldBe(["'city' of 'get' is given twice"]));

    [Fact]
    public void A_tag_that_is_only_spoken_of_cuts_nothing_off()
    {
        var read = Read("qwen3-coder", $"I close with <tool_call> or </tool_call>, as told.\n{Coder("<parameter=city>\nSF\n</parameter>")}\nDone.");
        read.Text.ShouldBe("I close with <tool_call> or </tool_call>, as told.\n\nDone.");
        read.Calls.Count.ShouldBe(1);
        read.Outcome.ShouldBe(ParseOutcome.Clean);
    }

    [Fact]
    public void Calls_text_and_calls_in_one_piece()
    {
        var read = Read("hermes", "a<tool_call>{\"name\": \"bash\", \"arguments\": {\"command\": \"</tool_call>\"}}</tool_call>b<tool_call>{\"name\": \"list_all\", \"arguments\": {}}</tool_call>c");
        read.Calls.Select(call => call.Name).ShouldBe(["bash", "list_all"]);
        read.Calls[0].Arguments["command"]!.GetValue<string>().ShouldBe("</tool_call>");
        (read.Text, read.Outcome).ShouldBe(("abc", ParseOutcome.Clean));
    }

    [Theory]
    [InlineData("{\"name\": \"get\", \"arguments\": {\"n\": 2}</tool_call>", """{"n":2}""", "JSON whose brackets are not closed")]
    [InlineData("{\"name\": \"get\", \"arguments\": {\"n\": 2}}}</tool_call>", """{"n":2}""", "'}' stands behind the JSON of a call")]
    [InlineData("{\"name\": \"get\", \"arguments\": \"{\\\"n\\\": 2}\"}</tool_call>", """{"n":2}""", "'arguments' is a string that holds an object")]
    [InlineData("{\"name\": \"get\", \"parameters\": {\"n\": 2}}</tool_call>", """{"n":2}""", "'parameters' in the place of 'arguments'")]
    [InlineData("{\"name\": \"get\", \"arguments\": {\"city\": \"a\nb\"}}</tool_call>", """{"city":"a\nb"}""", "a line break stands unescaped in a JSON string")]
    [InlineData("{\"name\": \"get\", \"arguments\": {\"n\": 2,}}</tool_call>", """{"n":2}""", "JSON with a trailing comma or a comment")]
    [InlineData("{\"name\": \"get\", \"arguments\": {\"n\": 2}}", """{"n":2}""", "'</tool_call>' is missing at the end")]
    [InlineData("{\"name\": \"list_all\"}</tool_call>", "{}", "a call without 'arguments'")]
    public void Json_that_can_mean_one_thing_only_is_repaired_aloud(string body, string arguments, string problem)
    {
        var read = Read("hermes", "<tool_call>\n" + body);
        Arguments(read).ShouldBe(arguments);
        (read.Outcome, read.Problems[0]).ShouldBe((ParseOutcome.Repaired, problem));
    }

    [Theory]
    [InlineData("{\"name\": \"get\", \"arguments\": {\"city\": \"S")]
    [InlineData("{\"name\": \"get\", \"name\": \"bash\", \"arguments\": {}}</tool_call>")]
    [InlineData("{\"arguments\": {}}</tool_call>")]
    [InlineData("{\"name\": \"get\", \"arguments\": [1]}</tool_call>")]
    [InlineData("{\"name\": \"get\", \"arguments\": {\"city\": \"\\ud800\"}}</tool_call>")]
    [InlineData("[]]]]</tool_call>")]
    public void What_could_mean_several_things_is_refused(string body)
    {
        var read = Read("hermes", "<tool_call>" + body);
        read.Calls.ShouldBeEmpty();
        read.Problems.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("qwen3-coder", "<function=get>\n<parameter=city>\nSF\n</parameter>\n</function>", "Repaired", "'<tool_call>' is missing")]
    [InlineData("qwen3-coder", "<tool_call>\n<function=get>\n<parameter=city>\nSF\n</parameter>\n</function>\n</tool_ call>", "Repaired", "the reply ends inside a call")]
    [InlineData("glm", "<tool_call>get\n<arg_key>city</arg_key>\n<arg_value>SF</arg_value>\n</tool_\ncall>", "Repaired", "the reply ends inside a call")]
    [InlineData("hermes", "<think>\nWhat if <tool_call>{}", "Repaired", "the reply ends inside a thought")]
    public void Tags_that_are_missing_or_broken(string format, string reply, string outcome, string problem)
    {
        var read = Read(format, reply);
        (read.Outcome.ToString(), read.Problems[0]).ShouldBe((outcome, problem));
    }

    [Fact]
    public void A_thought_is_no_text_and_its_calls_are_none()
    {
        var read = Read("hermes", "<think>\nI could <tool_call>{\"name\": \"bash\", \"arguments\": {}}</tool_call>\n</think>\n\nNo <think> here.\n<tool_call>\n{\"name\": \"list_all\", \"arguments\": {}}\n</tool_call>");
        (read.Thought, read.Text, read.Calls.Single().Name, read.Outcome).ShouldBe(("I could <tool_call>{\"name\": \"bash\", \"arguments\": {}}</tool_call>", "No <think> here.", "list_all", ParseOutcome.Clean));
    }

    [Theory]
    [InlineData("anthropic", """{"role": "assistant", "content": ["a", 1, null, {"type": 2}, {"type": "text", "text": 3}, {"type": "tool_use", "name": "get", "input": {}}]}""", 1)]
    [InlineData("openai", """{"role": "assistant", "content": [], "tool_calls": ["a", null, {"function": "get"}, {"function": {"name": "get", "arguments": "{}"}}]}""", 1)]
    [InlineData("terminus-json", """{"commands": ["a", null, [], {"keystrokes": "ls"}], "analysis": 1}""", 1)]
    public void Messages_with_values_of_other_types_do_not_crash(string format, string reply, int calls) => Read(format, reply).Calls.Count.ShouldBe(calls);

    [Fact]
    public void What_begins_like_a_call_again_and_again_is_bounded_work()
    {
        var read = Read("llama3", string.Concat(Enumerable.Repeat("\n{", 50_000)) + "#");
        (read.Outcome, read.Calls.Count, read.Problems.Single()).ShouldBe((ParseOutcome.Repaired, 0, "what begins like a call again and again is taken for text"));
    }

    [Fact]
    public void An_answer_that_is_json_or_a_list_is_no_call()
    {
        Read("llama3", "{\"answer\": [1, 2]}").ShouldSatisfyAllConditions(read => read.Calls.ShouldBeEmpty(), read => read.Text.ShouldBe("{\"answer\": [1, 2]}"));
        Read("xlam", "[1, 2, {\"a\": 3}]").Text.ShouldBe("[1, 2, {\"a\": 3}]");
        Read("pythonic", "[sorted(x) for x in y]").Text.ShouldBe("[sorted(x) for x in y]");
    }

    [Fact]
    public void Long_replies_take_time_by_their_length_alone()
    {
        foreach (var format in ToolCallFormats.All)
        {
            foreach (var opener in format.Openers)
            {
                foreach (var filling in new[] { opener.Marker + "a", opener.Marker + "\n", opener.Marker + " {\"", opener.Marker + "[{", "<parameter=", "\n{", "[[", "<bash><command>", "a.py\n```\n", "</command>", "<", "=======\n" })
                {
                    var reply = opener.Marker + string.Concat(Enumerable.Repeat(filling, 50_000 / filling.Length)) + "#\n";
                    format.Parse(reply, CallSamples.ToolsOf(format)).ShouldNotBeNull();
                }
            }
        }
    }
}
