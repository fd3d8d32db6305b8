using System.Text.Json;
using Runproof.Agents;
using Runproof.Tests.Chat;
using Runproof.ToolCalls;

namespace Runproof.Tests.Agents;

/// <summary>Each scaffold drives a whole episode in a sandbox, against a server that speaks OpenAI's protocol.</summary>
public sealed class ScaffoldTests : IAsyncDisposable
{
    private const string Mended = "def add(a, b):\n    return a + b\n";
    private readonly AgentBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static ChatReply Call(string tool, object arguments, string text = "I go on.") => ChatReply.Calls(text, ("c" + Guid.NewGuid().ToString("N")[..8], tool, JsonSerializer.Serialize(arguments)));

    private static ChatReply Bash(string command) => Call("bash", new { command });

    [Fact]
    public async Task Mini_runs_each_command_in_a_new_shell_and_submits_a_patch()
    {
        await using var server = new ChatServer(
            Bash("cd /; export A=1"), Bash("pwd; echo [$A]; ls"), Bash("sed -i 's/a - b/a + b/' calc.py"), Bash("false"),
            Bash("git add -A && git diff --cached > patch.txt"), Bash("echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && cat patch.txt"));
        var end = await _bench.RunAsync(ScaffoldList.Of("mini"), server);
        end.Reason.ShouldBe(ExitReason.Submitted);
        end.Submission!.ShouldStartWith("diff --git a/calc.py b/calc.py\n");
        end.Submission.ShouldContain("+    return a + b");
        _bench.Turns[1].Observations[0].Content.ShouldBe("<returncode>0</returncode>\n<output>\n/testbed\n[]\nREADME.md\ncalc.py\n</output>");
        _bench.Turns[3].Observations[0] .Content.ShouldBe("<returncode>1</returncode>\n<output>\n</output>");
        var asked = server.Requests[^1].Body;
        asked.GetProperty("tools").GetArrayLength().ShouldBe(1);
        asked.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()).ShouldBe(["system", "user", .. Enumerable.Repeat(new[] { "assistant", "tool" }, 5).SelectMany(pair => pair)]);
        _bench.Log.All.Select(one => one.What).ShouldBe(Enumerable.Repeat(new[] { "replied", "observed" }, 6).SelectMany(pair => pair));
        _bench.Turns[0].Reply.Usage.ShouldBe(new ReplyUsage(100, 50, 0, 0.0002m));
    }

    [Fact]
    public async Task Swe_agent_keeps_its_shell_edits_by_its_editor_and_reviews_before_it_submits()
    {
        await using var server = new ChatServer(
            Bash("cd /testbed && export A=kept"), Bash("echo $A"), Call("str_replace_editor", new { command = "view", path = "/testbed/calc.py" }),
            Call("str_replace_editor", new { command = "str_replace", path = "/testbed/calc.py", old_str = "a - b", new_str = "a + b" }), Bash("true"), Call("submit", new { }), Call("submit", new { }));
        var end = await _bench.RunAsync(ScaffoldList.Of("swe-agent"), server);
        end.ShouldBe(new(ExitReason.Submitted, "submitted after 7 turns", ""));
        (await _bench.FileAsync()).ShouldBe(Mended);
        _bench.Turns[1].Observations[0].Content.ShouldBe("OBSERVATION:\nkept\n");
        _bench.Turns[4].Observations[0].Content.ShouldBe("OBSERVATION:\nYour command ran successfully and did not produce any output.");
        _bench.Turns[5].Observations[0].Content.ShouldContain("+    return a + b");
        _bench.Turns[5].Observations[0].Submission.ShouldBeNull();
    }

    [Fact]
    public async Task Openhands_lets_a_command_go_on_types_into_it_and_finishes()
    {
        await using var server = new ChatServer(
            Call("terminal", new { command = "read -r x; echo got $x", timeout = 1 }), Call("terminal", new { command = "ls" }), Call("terminal", new { command = "hello", is_input = true }),
            Call("terminal", new { command = "sleep 1000", timeout = 0.5 }), Call("terminal", new { command = "C-c", is_input = true }),
            Call("think", new { thought = "It subtracts." }), Call("task_tracker", new { command = "plan", task_list = new[] { new { title = "mend", status = "done" } } }),
            Call("file_editor", new { command = "str_replace", path = "/testbed/calc.py", old_str = "-", new_str = "+" }), Call("finish", new { message = "done" }));
        var end = await _bench.RunAsync(ScaffoldList.Of("openhands"), server);
        end.Reason.ShouldBe(ExitReason.Submitted);
        (await _bench.FileAsync()).ShouldBe(Mended);
        var seen = _bench.Turns.Select(turn => turn.Observations[0]).ToList();
        seen[0].Content.ShouldContain("still running");
        seen[1].Outcome.ShouldBe(ActionOutcome.Misused);
        seen[2].Content.ShouldStartWith("got hello\n[Current folder: /testbed]\n[The command ended with exit code 0.]");
        seen[4].Content.ShouldContain("exit code 130");
        seen[6].Content.ShouldBe("1. [done] mend");
    }

    [Fact]
    public async Task Terminus_sends_keystrokes_and_confirms_the_end()
    {
        if (!File.Exists("/usr/bin/tmux")) Assert.Skip("tmux is not installed");
        await using var server = new ChatServer(
            ChatReply.Calls("Look.", ("a", "bash_command", """{"keystrokes": "cat calc.py\n", "duration": 0.5}"""), ("b", "bash_command", """{"keystrokes": "pwd\n", "duration": 0.5}""")),
            Call("bash_command", new { keystrokes = "sed -i 's/a - b/a + b/' calc.py; echo 'it''s;'\n", duration = 0.5 }), Call("bash_command", new { keystrokes = "sleep 1000\n", duration = 0.1 }),
            Call("bash_command", new { keystrokes = "C-c", duration = 0.3 }), Call("mark_task_complete", new { }), Call("mark_task_complete", new { }));
        var end = await _bench.RunAsync(ScaffoldList.Of("terminus"), server);
        end.Reason.ShouldBe(ExitReason.Submitted);
        (await _bench.FileAsync()).ShouldBe(Mended);
        _bench.Turns[0].Observations[0].Content.ShouldBe("");
        _bench.Turns[0].Observations[1].Content.ShouldContain("return a - b");
        _bench.Turns[0].Observations[1].Content.ShouldContain("/testbed");
        _bench.Turns[1].Observations[0].Content.ShouldContain("its;");
        _bench.Turns[4].Observations[0].Content.ShouldContain("Is the task complete?");
    }

    [Fact]
    public async Task Aider_shows_the_files_that_are_named_tells_what_does_not_fit_and_has_a_second_try()
    {
        var assignment = AgentBench.Assignment with { Failing = ["t"], TestCommand = "python3 -c 'import calc; assert calc.add(1, 2) == 3'" };
        await using var server = new ChatServer(
            ChatReply.Says("I need to see calc.py."), Call("edit_file", new { path = "calc.py", search = "return a * b\n", replace = "return a + b\n" }),
            Call("edit_file", new { path = "calc.py", search = "return a - b\n", replace = "return a * b\n" }), Call("edit_file", new { path = "calc.py", search = "return a * b\n", replace = "return a + b\n" }));
        var end = await _bench.RunAsync(ScaffoldList.Of("aider"), server, assignment: assignment);
        end.Reason.ShouldBe(ExitReason.Submitted);
        (await _bench.FileAsync()).ShouldBe(Mended);
        _bench.Turns[0].Observations[0].Content.ShouldContain("\ncalc.py\n```\ndef add(a, b):\n");
        _bench.Turns[1].Observations[0].Outcome.ShouldBe(ActionOutcome.Misused);
        _bench.Turns[2].Observations[1].Content.ShouldContain("AssertionError");
        _bench.Turns[3].Observations[1].Content.ShouldBe("The tests pass.");
    }

    [Theory]
    [InlineData("hermes")]
    [InlineData("qwen3-coder")]
    [InlineData("kimi")]
    public async Task Calls_can_be_text_in_any_format(string name)
    {
        var format = ToolCallFormats.Of(name);
        var scaffold = ScaffoldList.Of("mini");
        ChatReply Says(string command) => ChatReply.Says("<think>So it is.</think>" + format.Write("I act.", [scaffold.Command(command) with { Id = "functions.bash:0" }], scaffold.Tools));
        await using var server = new ChatServer(Says("sed -i 's/a - b/a + b/' calc.py"), Says("git diff >/tmp/p; echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT; cat /tmp/p"));
        var end = await _bench.RunAsync(scaffold, server, format);
        end.Submission!.ShouldContain("+    return a + b");
        _bench.Turns[0].Reply.ShouldSatisfyAllConditions(reply => reply.Thought.ShouldBe("So it is."), reply => reply.Text.ShouldBe("I act."), reply => reply.Outcome.ShouldBe(ParseOutcome.Clean));
        server.Requests[1].Text.ShouldContain(format.WriteResults([new("bash", "<returncode>0</returncode>\n<output>\n</output>", _bench.Turns[0].Reply.Calls[0].Id)]));
        server.Requests[0].Body.TryGetProperty("tools", out _).ShouldBeFalse();
    }
}
