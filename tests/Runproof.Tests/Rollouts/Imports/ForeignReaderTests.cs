using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Rollouts.Imports;
using Runproof.ToolCalls;

namespace Runproof.Tests.Rollouts.Imports;

/// <summary>Files as other people's agents write them.</summary>
public class ForeignReaderTests
{
    private static ForeignTrajectory Read(string json)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        return ForeignReader.All.Where(reader => reader.Reads(root)).ShouldHaveSingleItem().Read(root, DateTimeOffset.UnixEpoch);
    }

    private static string Told(Turn turn) => $"{turn.Reply.Text}|{string.Join(' ', turn.Reply.Calls.Select(call => call.Name + JsonText.Of(call.Arguments)))}|{string.Join(' ', turn.Observations.Select(seen => $"{seen.Outcome}:{seen.Content}"))}";

    [Fact]
    public void Mini_swe_agent_2_with_calls_of_tools()
    {
        var read = Read("""
            {"info": {"model_stats": {"instance_cost": 0.1, "api_calls": 2}, "config": {"agent": {}, "agent_type": "minisweagent.agents.default.DefaultAgent", "model": {"model_name": "anthropic/claude"}}, "mini_version": "2.2.8",
                "exit_status": "Submitted", "submission": "diff --git a/x b/x\n"},
             "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": [{"type": "text", "text": "T"}]},
                {"role": "user", "content": "No tool calls found", "extra": {"interrupt_type": "FormatError", "cost": 0.01, "response": {"model": "m", "choices": [{"finish_reason": "length", "message": {"role": "assistant", "content": "Hm"}}], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}}},
                {"role": "assistant", "content": null, "tool_calls": [{"function": {"arguments": "{\"command\": \"ls\"}", "name": "bash"}, "id": "t1", "type": "function"}, {"function": {"arguments": "{\"command\": \"false\"}", "name": "bash"}, "id": "t2", "type": "function"}], "function_call": null,
                 "extra": {"actions": [{"command": "ls", "tool_call_id": "t1"}], "cost": 0.02, "timestamp": 1770000000.5, "response": {"model": "claude-x", "choices": [{"finish_reason": "tool_calls"}], "usage": {"prompt_tokens": 100, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 60}}}}},
                {"content": "<returncode>0</returncode>", "extra": {"raw_output": "", "returncode": 0, "timestamp": 1770000001, "exception_info": ""}, "tool_call_id": "t1", "role": "tool"},
                {"content": "<exception>", "extra": {"raw_output": "", "returncode": -1, "exception_info": "An error occurred: Command timed out after 30 seconds"}, "tool_call_id": "t2", "role": "tool"},
                {"role": "exit", "content": "", "extra": {"exit_status": "Submitted", "submission": "diff --git a/x b/x\n"}}],
             "trajectory_format": "mini-swe-agent-1.1", "instance_id": "a__b-1"}
            """);
        (read.Agent, read.Model, read.Names[0], read.Patch, read.End.Reason).ShouldBe(("mini-swe-agent", "anthropic/claude", "a__b-1", "diff --git a/x b/x\n", ExitReason.Submitted));
        (read.Opening.System, read.Opening.Task).ShouldBe(("S", "T"));
        read.Turns.Select(Told).ShouldBe(["Hm||NotRun:No tool calls found", """|bash{"command": "ls"} bash{"command": "false"}|Done:<returncode>0</returncode> TimedOut:<exception>"""]);
        read.Turns[0].Reply.Outcome.ShouldBe(ParseOutcome.Clean);
        (read.Turns[1].Reply.Usage, read.Turns[1].Reply.Model, read.Turns[1].At.Year, read.Turns[1].Observations[0].CallId).ShouldBe((new ReplyUsage(100, 7, 60, 0.02m), "claude-x", 2026, "t1"));
    }

    [Fact]
    public void Mini_swe_agent_1_with_commands_as_text()
    {
        var read = Read("""
            {"info": {"exit_status": "LimitsExceeded", "submission": "", "model_stats": {"instance_cost": 0.5, "api_calls": 1}, "mini_version": "1.9.1", "config": {"model": {"model_name": "gpt"}}},
             "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "T"}, {"role": "assistant", "content": "THOUGHT: look\n\n```bash\nls -la\n```"}, {"role": "user", "content": "<returncode>2</returncode>"},
                {"role": "assistant", "content": "two\n```bash\na\n```\n```bash\nb\n```"}, {"role": "user", "content": "Please always provide EXACTLY ONE action"}], "trajectory_format": "mini-swe-agent-1"}
            """);
        read.Turns.Select(turn => turn.Reply.Calls.Count).ShouldBe([1, 0]);
        (read.Turns[0].Reply.Text, read.Turns[0].Reply.Calls[0].Arguments["command"]!.GetValue<string>(), read.Turns[0].Reply.Raw).ShouldBe(("THOUGHT: look", "ls -la", "THOUGHT: look\n\n```bash\nls -la\n```"));
        (read.End.Reason, read.Patch).ShouldBe((ExitReason.Turns, ""));
    }

    [Fact]
    public void Mini_swe_agent_with_the_responses_API()
    {
        var read = Read("""
            {"info": {"exit_status": "Submitted", "submission": "diff", "mini_version": "2", "config": {"model": {"model_name": "openai/gpt-5"}}}, "trajectory_format": "mini-swe-agent-1.1", "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "T"},
                {"object": "response", "model": "gpt-5", "usage": {"input_tokens": 9, "output_tokens": 3, "input_tokens_details": {"cached_tokens": 4}}, "output": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "think"}]},
                    {"type": "message", "content": [{"type": "output_text", "text": "say"}]}, {"type": "function_call", "name": "bash", "arguments": "{\"command\": \"ls\"}", "call_id": "c1"}], "extra": {"actions": [{"command": "ls", "tool_call_id": "c1"}], "cost": 0}},
                {"type": "function_call_output", "call_id": "c1", "output": "a.py", "extra": {"returncode": 0, "exception_info": ""}}]}
            """);
        var turn = read.Turns.ShouldHaveSingleItem();
        Told(turn).ShouldBe("""say|bash{"command": "ls"}|Done:a.py""");
        (turn.Reply.Thought, turn.Reply.Usage, turn.Observations[0].CallId).ShouldBe(("think", new ReplyUsage(9, 3, 4), "c1"));
    }

    [Fact]
    public void SWE_agent_with_calls_of_functions_a_demonstration_and_a_requery()
    {
        var read = Read("""
            {"environment": "main", "replay_config": "{\"agent\": {\"model\": {\"name\": \"claude-3\"}}}", "info": {"exit_status": "submitted (exit_cost)", "submission": "\r\ndiff --git a/x b/x\r\n", "model_stats": {}},
             "trajectory": [{"action": "", "observation": "", "response": "no call", "thought": "no call", "state": {}, "execution_time": 0, "query": [], "extra_info": {}},
                {"action": "str_replace_editor view /testbed", "observation": "raw", "response": "Look", "thought": "Look", "state": {"working_dir": "/testbed"}, "execution_time": 0.5, "query": [{}], "extra_info": {}},
                {"action": "", "observation": "", "response": "Exit due to cost limit", "thought": "Exit due to cost limit", "state": {}, "execution_time": 0, "query": [], "extra_info": {}}],
             "history": [{"role": "system", "content": "S", "agent": "main", "message_type": "system_prompt"}, {"role": "assistant", "content": "demo", "is_demo": true, "message_type": "demonstration"},
                {"role": "user", "content": [{"type": "text", "text": "T", "cache_control": {"type": "ephemeral"}}], "message_type": "observation"},
                {"role": "assistant", "content": "Look", "thought": "Look", "action": "str_replace_editor view /testbed", "agent": "main", "message_type": "action", "thinking_blocks": [{"type": "thinking", "thinking": "deep"}],
                 "tool_calls": [{"function": {"arguments": "{\"command\": \"view\", \"path\": \"/testbed\"}", "name": "str_replace_editor"}, "id": "toolu_1", "type": "function"}]},
                {"role": "tool", "content": "OBSERVATION:\nraw", "agent": "main", "message_type": "observation", "tool_call_ids": ["toolu_1"]},
                {"role": "assistant", "content": "Exit due to cost limit", "thought": "Exit due to cost limit", "action": "", "agent": "main", "message_type": "action", "tool_calls": null}]}
            """);
        (read.Agent, read.Model, read.End.Reason, read.Opening.System, read.Opening.Task).ShouldBe(("swe-agent", "claude-3", ExitReason.Cost, "S", "T"));
        read.Turns.Select(Told).ShouldBe(["no call||", "Look|str_replace_editor{\"command\": \"view\", \"path\": \"/testbed\"}|Done:OBSERVATION:\nraw"]);
        (read.Turns[0].Reply.Outcome, read.Turns[1].Reply.Thought, read.Turns[1].Observations[0].CallId, read.Turns[1].Observations[0].Seconds).ShouldBe((ParseOutcome.Rejected, "deep", "toolu_1", 0.5));
        ForeignFiles.Mended(read.Patch).ShouldBe("diff --git a/x b/x\n");
    }

    [Fact]
    public void SWE_agent_with_actions_as_text_and_of_several_attempts_the_last()
    {
        var read = Read("""
            {"attempts": [{"trajectory": [{"action": "old", "observation": "", "response": "", "thought": ""}], "history": [], "info": {}}, {"info": {"exit_status": "submitted", "submission": "diff"},
                "trajectory": [{"action": "edit 1:1\nx\nend_of_edit", "observation": "[File]", "response": "Do it.\n```\nedit 1:1\n```", "thought": "Do it.", "state": "{\"open_file\": \"n/a\"}"}],
                "history": [{"role": "system", "content": "S"}, {"role": "user", "content": "T"}, {"role": "assistant", "content": "Do it.\n```\nedit 1:1\n```", "thought": "Do it.", "action": "edit 1:1\nx\nend_of_edit"}, {"role": "user", "content": "[File]\nbash-$"}]}]}
            """);
        var turn = read.Turns.ShouldHaveSingleItem();
        Told(turn).ShouldBe("Do it.|bash{\"command\": \"edit 1:1\\nx\\nend_of_edit\"}|Done:[File]\nbash-$");
        (turn.Reply.Raw, turn.Observations[0].CallId == turn.Reply.Calls[0].Id, read.Model).ShouldBe(("Do it.\n```\nedit 1:1\n```", true, "unknown"));
    }

    [Fact]
    public void SWE_agent_steps_that_the_history_tells_otherwise_or_not_at_all()
    {
        var read = Read("""
            {"info": {"exit_status": "submitted", "submission": "diff"}, "trajectory": [{"action": "ls\n", "observation": "a", "response": "r", "thought": "one"}, {"action": "edit 1", "observation": "syntax error", "response": "r", "thought": "two"},
                {"action": "cat a", "observation": "A", "response": "r", "thought": "three"}, {"action": "rm -rf /", "observation": "", "response": "blocked", "thought": "four"}, {"action": "submit", "observation": "diff", "response": "r", "thought": "five"}, {"action": "submit", "observation": "DIFF", "response": "r", "thought": "six"}],
             "history": [{"role": "user", "content": "T"}, {"role": "assistant", "content": "r", "thought": "one", "action": "ls"}, {"role": "user", "content": "a\n$"}, {"role": "assistant", "content": "r", "thought": "lost", "action": "lost"}, {"role": "user", "content": "?"},
                {"role": "assistant", "content": "r", "thought": "three", "action": "cat a"}, {"role": "user", "content": "A\n$"}, {"role": "assistant", "content": "r", "thought": "six", "action": "submit"}]}
            """);
        read.Turns.Select(Told).ShouldBe(
        [
            "one|bash{\"command\": \"ls\"}|Done:a\n$", "two|bash{\"command\": \"edit 1\"}|Done:syntax error", "three|bash{\"command\": \"cat a\"}|Done:A\n$", "four||", "five|submit{}|Done:diff", "six|submit{}|Done:DIFF",
        ]);
        read.Turns.Select(turn => turn.Reply.Outcome == ParseOutcome.Rejected).ShouldBe([false, false, false, true, false, false]);
    }

    [Fact]
    public void ATIF_of_another_harness()
    {
        var read = Read("""
            {"schema_version": "ATIF-v1.6", "session_id": "s", "agent": {"name": "terminus-2", "version": "2.0", "model_name": "m", "tool_definitions": [{"type": "function", "function": {"name": "run", "description": "d", "parameters": {"type": "object"}}}]},
             "steps": [{"step_id": 1, "source": "system", "message": "S"}, {"step_id": 2, "source": "user", "message": [{"type": "text", "text": "T"}, {"type": "image", "source": {"media_type": "image/png", "path": "x.png"}}]},
                {"step_id": 3, "source": "agent", "message": "earlier", "is_copied_context": true},
                {"step_id": 4, "timestamp": "2026-07-29T08:00:00Z", "source": "agent", "message": "go", "reasoning_content": "r", "reasoning_effort": "high", "tool_calls": [{"tool_call_id": "a", "function_name": "run", "arguments": {"k": ["ls"]}}, {"tool_call_id": "b", "function_name": "run", "arguments": {}}],
                 "observation": {"results": [{"content": "one"}, {"content": [{"type": "text", "text": "two"}]}]}, "metrics": {"prompt_tokens": 10, "completion_tokens": 2, "prompt_token_ids": [1, 2], "completion_token_ids": [3], "logprobs": [-0.5]}, "extra": {"parse": "whatever", "seconds": "x"}},
                {"step_id": 5, "source": "user", "message": "more"}, {"step_id": 6, "source": "agent", "message": "compact", "llm_call_count": 0}],
             "extra": {"task_name": "org/t", "model_patch": "diff --git a/x b/x\n"}}
            """);
        (read.Agent, read.Model, read.Names[0], read.End.Reason, read.Patch).ShouldBe(("terminus-2", "m", "org/t", ExitReason.Submitted, "diff --git a/x b/x\n"));
        read.Opening.Task.ShouldBe("T[image]");
        read.Opening.Tools.ShouldHaveSingleItem().Name.ShouldBe("run");
        read.Turns.Select(turn => turn.Reply.IsSampled).ShouldBe([false, true, false]);
        var turn = read.Turns[1];
        turn.Observations.Select(seen => (seen.CallId, seen.Tool, seen.Content)).ShouldBe([("a", "run", "one"), ("b", "run", "two"), (null, "", "more")]);
        (turn.Reply.Thought, turn.Reply.Outcome, turn.Reply.Tokens!.Completion![0], turn.Reply.Tokens.Logprobs![0]).ShouldBe(("r", ParseOutcome.Clean, 3, -0.5));
    }

    [Theory]
    [InlineData("""{"schema_version": "ATIF-v1.7", "steps": []}""")]
    [InlineData("""{"schema_version": "ATIF-v1.7", "steps": [{"source": "user", "message": 1}, 5, null]}""")]
    [InlineData("""{"trajectory_format": "mini-swe-agent-1.1", "messages": [null, {"role": "exit"}]}""")]
    [InlineData("""{"trajectory": [], "history": {}, "info": []}""")]
    public void A_broken_file_is_told(string json) => Should.Throw<FormatException>(() => Read(json));

    [Theory]
    [InlineData("""{"schema_version": "ATIF-v1.7", "agent": [], "extra": "x", "steps": [{"source": "agent", "message": {"a": 1}, "tool_calls": [1, {"function_name": "f", "arguments": "no"}, {}], "observation": {"results": [null, {"extra": 1}]}, "metrics": {"prompt_tokens": "x", "logprobs": [null]}, "timestamp": 5}]}""")]
    [InlineData("""{"trajectory_format": "mini-swe-agent-1.1", "info": 1, "messages": [{"role": "assistant", "content": 1, "tool_calls": {}, "extra": {"response": [], "actions": 1, "timestamp": "x"}}, {"role": "tool", "extra": {"returncode": 1e300}}]}""")]
    [InlineData("""{"trajectory": [{"action": 1, "thought": {}, "extra_info": []}], "history": [1, null, {"role": "assistant", "tool_calls": [[]]}], "info": 1, "replay_config": "{"}""")]
    public void Values_of_another_kind_are_as_if_they_were_not_there(string json) => Read(json).Turns.ShouldNotBeEmpty();
}
