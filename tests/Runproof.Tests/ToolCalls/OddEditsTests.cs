using Runproof.Bench.ToolCalls;
using Runproof.ToolCalls;
using Runproof.ToolCalls.Values;

namespace Runproof.Tests.ToolCalls;

/// <summary>Odd replies in the formats of scaffolds: tags that tools name, terminals, fences, patches and edits.</summary>
public sealed class OddEditsTests
{
    private static readonly IReadOnlyList<ToolDefinition> Cline =
    [
        OwnTool.Of("execute_command", "Runs", ("command", "string", ""), ("requires_approval?", "boolean", "")),
        OwnTool.Of("write_to_file", "Writes", ("path", "string", ""), ("content", "string", ""), ("line_count?", "integer", "")),
        OwnTool.Of("list", "Lists"),
    ];

    private static ParsedReply Read(string name, string reply) => ToolCallFormats.Of(name) is var format && name is "cline" or "roo" ? format.Parse(reply, Cline) : format.Parse(reply, CallSamples.ToolsOf(format));

    private static string Said(ParsedReply read) => string.Join(" | ", [.. read.Calls.Select(call => $"{call.Name} {JsonText.Of(call.Arguments)}"), $"{read.Outcome}", .. read.Problems]);

    [Theory]
    [InlineData("<execute_command>\n<command>ls</command>\n<requires_approval>false</requires_approval>\n</execute_command>", """execute_command {"command": "ls", "requires_approval": false} | Clean""")]
    [InlineData("<execute_command><command>\nls\n</command></execute_command>", """execute_command {"command": "ls"} | Clean""")]
    [InlineData("<list></list>", "list {} | Clean")]
    [InlineData("<list>\n</list>", "list {} | Clean")]
    [InlineData("<execute_command><command>grep '</command>' a</command></execute_command>", """execute_command {"command": "grep '</command>' a"} | Clean""")]
    [InlineData("<execute_command><command>echo '<list></list>'</command></execute_command>", """execute_command {"command": "echo '<list></list>'"} | Clean""")]
    [InlineData("<execute_command><command>ls</execute_command>", """execute_command {"command": "ls"} | Repaired | '</command>' is missing""")]
    [InlineData("<execute_command><command>ls", """execute_command {"command": "ls"} | Repaired | the reply ends inside a call""")]
    [InlineData("<execute_command><cmd>ls</cmd></execute_command>", """execute_command {"cmd": "ls"} | Repaired | 'cmd' is no parameter of 'execute_command'""")]
    [InlineData("<execute_command><command>a</command><command>b</command></execute_command>", "Rejected | 'command' of 'execute_command' is given twice")]
    [InlineData("<execute_command><command>a</command><requires_approval>False</requires_approval></execute_command>", """execute_command {"command": "a", "requires_approval": false} | Repaired | 'False' is Python and not JSON""")]
    [InlineData("Use <execute_command> with <command> in it, or < alone.", "Clean")]
    [InlineData("<list></list><list></list>", "list {} | list {} | Repaired | cline holds one call in a reply, and here are 2")]
    public void Tags_that_a_tool_names(string reply, string said) => Said(Read("cline", reply)).ShouldBe(said);

    [Fact]
    public void Roo_keeps_the_white_space_of_a_file_and_cline_does_not()
    {
        const string Reply = "<write_to_file>\n<path>a.py</path>\n<content>\n\n  x </content> y\n\n</content>\n</write_to_file>";
        Said(Read("roo", Reply)).ShouldBe("""write_to_file {"path": "a.py", "content": "\n  x </content> y\n"} | Clean""");
        Said(Read("cline", Reply)).ShouldBe("""write_to_file {"path": "a.py", "content": "x </content> y"} | Clean""");
        var call = CallSamples.Of("write_to_file", """{"path": "a.py", "content": "x\n"}""");
        ToolCallFormats.Of("roo").Write("", [call], Cline).ShouldBe("<write_to_file>\n<path>a.py</path>\n<content>\nx\n\n</content>\n</write_to_file>");
        Should.Throw<FormatException>(() => ToolCallFormats.Of("cline").Write("", [call], Cline)).Message.ShouldBe("cline cannot hold this call: 'content' begins or ends with white space, which its parser cuts off");
        ToolCallFormats.Of("cline").WriteResults([new("execute_command", "a.py")], CallSamples.Of("execute_command", """{"command": "ls"}""")).ShouldBe("[execute_command for 'ls'] Result:\na.py");
    }

    [Theory]
    [InlineData("""{"analysis": "a", "plan": "p", "commands": [{"keystrokes": "ls\n", "duration": 0.1}], "task_complete": true}""", """bash_command {"keystrokes": "ls\n", "duration": 0.1} | mark_task_complete {} | Clean""")]
    [InlineData("""{"analysis": "a", "plan": "p", "commands": []}""", "Clean")]
    [InlineData("""{"analysis": "a", "plan": "p", "commands": [{"keystrokes": "ls\n"}], "task_complete": "yes"}""", """bash_command {"keystrokes": "ls\n"} | mark_task_complete {} | Repaired | 'task_complete' is no boolean""")]
    [InlineData("""{"commands": [{"keystrokes": "ls", "duration": "1"}, {"wait": 1}]}""", """bash_command {"keystrokes": "ls"} | Rejected | a command without 'keystrokes' | 'analysis' is missing, or no text | 'plan' is missing, or no text | 'duration' is no number""")]
    [InlineData("""{"analysis": "a", "plan": "p", "commands": [{"keystrokes": "ls", "duration": 1}]""", """bash_command {"keystrokes": "ls", "duration": 1} | Repaired | the reply ends inside a call | JSON whose brackets are not closed""")]
    [InlineData("""{"analysis": "a", "plan": "p", "commands": [{"keystrokes": "l""", "Rejected | not JSON: {\"analysis\": \"a\", \"plan\": \"p\", \"commands\": [{\"keystrokes\": \"l | the reply ends inside a call")]
    [InlineData("""{"answer": 42}""", "Clean")]
    public void Terminals_by_json(string reply, string said) => Said(Read("terminus-json", reply)).ShouldBe(said);

    [Theory]
    [InlineData("<response><analysis>a</analysis><plan>p</plan><commands><keystrokes duration=\"0.1\">ls &amp;&amp; a < b\n</keystrokes></commands><task_complete>true</task_complete></response>", """bash_command {"keystrokes": "ls &amp;&amp; a < b\n", "duration": 0.1} | mark_task_complete {} | Clean""")]
    [InlineData("<response><analysis>a</analysis><plan/><commands/></response>", "Clean")]
    [InlineData("<response>\n<analysis>a</analysis>\n<plan>p</plan>\n<commands>\n<keystrokes>ls</keystrokes>\n</commands>", """bash_command {"keystrokes": "ls"} | Repaired | '</response>' is missing""")]
    [InlineData("<response><plan>p</plan><commands><keystrokes duration=soon>ls</keystrokes></commands></response>", """bash_command {"keystrokes": "ls"} | Repaired | '<analysis>' is missing | 'duration=soon' is no duration""")]
    [InlineData("<response><analysis>a</analysis><plan>p</plan><commands><keystrokes>ls</commands></response>", """Rejected | '<keystrokes>ls' is no command""")]
    [InlineData("<response><analysis>a</analysis><answer>p</answer></response>", "Rejected | '<answer>p</answer>' is no section of a reply")]
    [InlineData("A <response> has sections.", "Clean")]
    public void Terminals_by_tags(string reply, string said) => Said(Read("terminus-xml", reply)).ShouldBe(said);

    [Fact]
    public void Analysis_and_plan_are_the_text() => Read("terminus-json", """{"analysis": "a", "plan": "p", "commands": []}""").Text.ShouldBe("Analysis: a\nPlan: p");

    [Theory]
    [InlineData("mini-fence", "THOUGHT: look\n\n```mswea_bash_command\nls -la\n```", """bash {"command": "ls -la"} | Clean""")]
    [InlineData("mini-fence", "```mswea_bash_command \n\n  ls\n\n```\nthen more", """bash {"command": "ls"} | Clean""")]
    [InlineData("mini-fence", "```mswea_bash_command\ncat > a.md <<'EOF'\n```bash\nls\n```\nEOF\n```", "Rejected | '```bash' stands in a command: where it ends cannot be told")]
    [InlineData("mini-fence", "```mswea_bash_command\nrm -rf /tmp/a", "Rejected | the reply ends inside a command")]
    [InlineData("mini-fence", "A fence with ```mswea_bash_command``` around it", "Clean")]
    [InlineData("mini-fence", "```bash\nls\n```", "Clean")]
    [InlineData("mini-fence", "```mswea_bash_command\na\n```\n```mswea_bash_command\nb\n```", """bash {"command": "a"} | bash {"command": "b"} | Repaired | mini-fence holds one call in a reply, and here are 2""")]
    [InlineData("mini-xml", "<mswea_bash_command>ls</mswea_bash_command>", """bash {"command": "ls"} | Clean""")]
    [InlineData("mini-xml", "I write <mswea_bash_command> now:\n<mswea_bash_command>ls</mswea_bash_command>", "Rejected | '<mswea_bash_command>' stands inside of a command: where it begins cannot be told")]
    [InlineData("mini-xml", "<mswea_bash_command>ls", "Rejected | the reply ends inside a command")]
    public void Commands(string format, string reply, string said) => Said(Read(format, reply)).ShouldBe(said);

    [Theory]
    [InlineData("*** Begin Patch\n*** Update File: a\n@@\n-x\n+y\n*** End Patch", """apply_patch {"input": "*** Begin Patch\n*** Update File: a\n@@\n-x\n+y\n*** End Patch"} | Clean""")]
    [InlineData("```\n*** Begin Patch\n*** Delete File: a\n*** End Patch\n```", """apply_patch {"input": "*** Begin Patch\n*** Delete File: a\n*** End Patch"} | Clean""")]
    [InlineData("*** Begin Patch\n*** Update File: a\n-x\n+y", "Rejected | a patch without '*** End Patch'")]
    [InlineData("*** Begin Patch\n*** Update File: a\nx\n*** End Patch", "Rejected | 'x' is no line of a change in the changes of a")]
    [InlineData("*** Begin Patch\n*** Update File: a\n*** End Patch", "Rejected | nothing stands in the changes of a")]
    [InlineData("*** Begin Patch\n*** Add File: a\nx\n*** End Patch", "Rejected | 'x' is no head of a file in a patch")]
    [InlineData("A patch begins with *** Begin Patch, or so.\n*** Begin Patch\n\nno", "Clean")]
    public void Patches(string reply, string said) => Said(Read("apply-patch", reply)).ShouldBe(said);

    [Theory]
    [InlineData("aider-diff", "a.py\n```python\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```", """edit_file {"path": "a.py", "search": "x\n", "replace": "y\n"} | Clean""")]
    [InlineData("aider-diff", "```python\na.py\n<<<<<<< SEARCH\n=======\ny\n>>>>>>> REPLACE\n```", """edit_file {"path": "a.py", "search": "", "replace": "y\n"} | Clean""")]
    [InlineData("aider-diff", "a.py\n```\n<<<<<<< SEARCH\nx\n=======\n>>>>>>> REPLACE\n<<<<<<< SEARCH\nz\n=======\n>>>>>>> REPLACE\n```", """edit_file {"path": "a.py", "search": "x\n", "replace": ""} | edit_file {"path": "a.py", "search": "z\n", "replace": ""} | Clean""")]
    [InlineData("aider-diff", "**a.py**:\n```\n<<<<<<<< SEARCH\nx\n=====\ny\n>>>>>>> REPLACE\n```", """edit_file {"path": "a.py", "search": "x\n", "replace": "y\n"} | Repaired | '**a.py**:' is more than a path""")]
    [InlineData("aider-diff", "a.py\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\nDone", """edit_file {"path": "a.py", "search": "x\n", "replace": "y\n"} | Repaired | the fence before an edit of a.py is missing""")]
    [InlineData("aider-diff", "```\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```", "Rejected | an edit without the path of its file")]
    [InlineData("aider-diff", "a.py\n```\n<<<<<<< SEARCH\nx\n=======\ny\n=======\nz\n>>>>>>> REPLACE\n```", "Rejected | '=======' stands twice in an edit of a.py")]
    [InlineData("aider-diff", "a.py\n```\n<<<<<<< SEARCH\nx\n=======\ny", "Rejected | the reply ends inside an edit of a.py")]
    [InlineData("aider-diff", "See a.py:\n```python\nx = 1\n```\nand\n=======\n", "Clean")]
    [InlineData("aider-whole", "a.py\n```python\nx\n\ny\n```", """write_file {"path": "a.py", "content": "x\n\ny\n"} | Clean""")]
    [InlineData("aider-whole", "It prints:\n```\nb.py\n```\nsaid a.py\n```\nx\n```", "Clean")]
    [InlineData("aider-whole", "README.md\n```\n# Use\n```bash\nls\n```\n```", "Rejected | '```bash' stands inside of README.md: where the file ends, and what comes behind it, cannot be told")]
    [InlineData("aider-whole", "`a.py`\n```\nx", """write_file {"path": "a.py", "content": "x\n"} | Repaired | '`a.py`' is more than a path | the reply ends inside of a.py""")]
    [InlineData("aider-udiff", "```diff\n--- a.py\n+++ a.py\n@@ ... @@\n-x\n+y\n```", """apply_diff {"path": "a.py", "diff": "@@ ... @@\n-x\n+y\n"} | Clean""")]
    [InlineData("aider-udiff", "```diff\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n--- /dev/null\n+++ b.py\n@@\n+y\n```", """apply_diff {"path": "a.py", "diff": "@@ -1 +1 @@\n-x\n"} | apply_diff {"path": "b.py", "diff": "@@\n+y\n", "old_path": "/dev/null"} | Repaired | 'b/a.py' has a prefix""")]
    [InlineData("aider-udiff", "```diff\n@@ @@\n-x\n```", "Rejected | a diff without the paths of its file")]
    [InlineData("aider-udiff", "```diff\n--- a\n+++ a\n@@ @@\nx\n+y\n```", "Rejected | 'x' is no line of a diff, in the diff of a")]
    [InlineData("aider-udiff", "```diff\n--- a\n+++ a\n@@ @@\n x\n```", "Rejected | a diff that changes nothing, in the diff of a")]
    [InlineData("aider-udiff", "A ```diff is a fence, and ```different too", "Clean")]
    public void Edits(string format, string reply, string said) => Said(Read(format, reply)).ShouldBe(said);
}
