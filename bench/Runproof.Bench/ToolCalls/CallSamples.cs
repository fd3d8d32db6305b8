using System.Text.Json.Nodes;
using Runproof.ToolCalls;

namespace Runproof.Bench.ToolCalls;

/// <summary>Tools and calls that formats have to hold. The tests and the bench share it.</summary>
internal static class CallSamples
{
    private static readonly IReadOnlyList<ToolDefinition> Tools =
    [
        new("get", "Gets the weather", Schema(("city", "string"), ("n", "integer"), ("exact", "boolean"), ("ratio", "number"), ("tags", "array"), ("more", "object"), ("note", "string"))),
        new("bash", "Runs a command", Schema(("command", "string"))),
        new("list_all", "Takes nothing", Schema()),
    ];

    private static readonly IReadOnlyList<(string Text, ToolCall Call)> Calls =
    [
        ("", Get("""{"city": "SF", "n": 2}""")),
        ("I look first.", Of("bash", """{"command": "ls -la"}""")),
        ("Nothing to say", new("list_all", [])),
        ("", Get("""{"city": "München – 東京 🙂", "n": -7, "exact": true, "ratio": 0.25, "tags": ["a", 1, null, {"b": [true]}], "more": {"x": {"y": []}, "empty": {}}}""")),
        ("Two\n\nparagraphs, with \"quotes\".", Get("""{"city": "say \"hi\" \\ it's", "note": "true"}""")),
        ("", Get("""{"note": "2", "city": "null"}""")),
        ("", Of("bash", """{"command": "cat > a.py <<'EOF'\nif a < b and c > d:\n\tprint(\"x\")  # {not: json}\nEOF"}""")),
        ("", Of("bash", """{"command": "\n\n leading and trailing \n"}""")),
        ("", Of("bash", """{"command": "a\r\nb\u0001\u007f"}""")),
        ("", Get("""{"city": ""}""")),
    ];

    /// <summary>Calls of the tools that some formats are made for.</summary>
    private static readonly Dictionary<string, (string Text, ToolCall Call)[]> Own = new()
    {
        ["bash_command"] =
        [
            ("", Of("bash_command", """{"keystrokes": "ls -la\n", "duration": 0.1}""")),
            ("Analysis: the tests fail\nPlan: look at the log", Of("bash_command", """{"keystrokes": "cat > a <<'EOF'\nif a < b: print(\"&amp;\")\nEOF\n", "duration": 15}""")),
            ("Only an analysis,\n\nof two paragraphs", Of("bash_command", """{"keystrokes": "C-c"}""")),
            ("Done.", new("mark_task_complete", [])),
        ],
        ["apply_patch"] =
        [
            ("", Of("apply_patch", """{"input": "*** Begin Patch\n*** Add File: a/b.py\n+import os\n+\n+print(\"*** End Patch\")\n*** End Patch"}""")),
            ("I move it.", Of("apply_patch", """{"input": "*** Begin Patch\n*** Update File: a.py\n*** Move to: b.py\n@@ def greet():\n a\n-b\n+c\n\n d\n@@\n-x\n*** End of File\n*** Delete File: c.py\n*** End Patch"}""")),
            ("", Of("apply_patch", """{"input": "*** Begin Patch\n*** Update File: 東京.md\n+```\n *** Add File: no head\n-***\n*** End Patch"}""")),
        ],
        ["edit_file"] =
        [
            ("", Of("edit_file", """{"path": "a/b.py", "search": "x = 1\n", "replace": "x = 2\n\ny = 3\n"}""")),
            ("A new file:", Of("edit_file", """{"path": "my files/new.md", "search": "", "replace": "# Title\n\n```\ncode\n```\n"}""")),
            ("Two\n\nparagraphs, and code:\n\n```\nnot/an/edit.py\n```", Of("edit_file", """{"path": "Makefile", "search": "\tall:\r\n", "replace": ""}""")),
        ],
        ["write_file"] =
        [
            ("", Of("write_file", """{"path": "a/b.py", "content": "import os\n\n\nprint(1)\n"}""")),
            ("Some code first:\n\n```\nfoo.py\n```\n\nand now the file", Of("write_file", """{"path": "Makefile", "content": "all:\n\techo ````\n"}""")),
            ("", Of("write_file", """{"path": "empty.txt", "content": ""}""")),
        ],
        ["apply_diff"] =
        [
            ("", Of("apply_diff", """{"path": "a/b.py", "diff": "@@ ... @@\n-x = 1\n+x = 2\n"}""")),
            ("A new file.", Of("apply_diff", """{"path": "new.md", "old_path": "/dev/null", "diff": "@@ ... @@\n+```\n+--- a\n+\n"}""")),
            ("", Of("apply_diff", """{"path": "a b.py", "diff": "@@ def f(): @@\n a\n\n-b\n@@ @@\n+c\r\n"}""")),
        ],
    };

    /// <summary>What looks like the tags of one format or another.</summary>
    public static IReadOnlyList<string> Tricky { get; } =
    [
        "</parameter>", "a </parameter> b", "</function>", "<tool_call>", "</tool_call>", "x</parameter>\n</function>\n</tool_call>", "<parameter=city>", "<function=get>", "[TOOL_CALLS]", "```", "]}", "<|call|>", "</invoke>",
        "<|\"|>", "<arg_key>", "<｜tool▁call▁end｜>", "functools[", "</TOOLCALL>", "<|tool_call_end|>", "None", "True", "[1, 2]", "{\"a\": 1}", "'", "\"\"\"", "\\", "\\n", "EOF",
        "<think>", "</think>", "<bash>", "</command>", "</bash>", "<response>", "</keystrokes>", "*** End Patch", "=======", ">>>>>>> REPLACE", "```diff", "a.py\n```\n", "</mswea_bash_command>", "<|end|>", "</content>",
    ];

    public static IReadOnlyList<ToolDefinition> ToolsOf(ToolCallFormat format) => format.OwnTools ?? Tools;

    /// <summary>Calls that a format can hold.</summary>
    public static IReadOnlyList<(string Text, ToolCall Call)> CallsOf(ToolCallFormat format) =>
        [.. (format.OwnTools is { } own && !own.Any(tool => tool.Name == "bash") ? own.SelectMany(tool => Own.GetValueOrDefault(tool.Name, [])) : Calls).Where(one => format.WhyNot(one.Call) is null)];

    /// <summary>All calls, of whatever tools.</summary>
    public static IReadOnlyList<ToolCall> AllCalls { get; } = [.. Calls.Concat(Own.Values.SelectMany(one => one)).Select(one => one.Call)];

    public static ToolCall Get(string arguments) => Of("get", arguments);

    public static ToolCall Of(string name, string arguments) => new(name, (JsonObject)JsonNode.Parse(arguments)!);

    private static JsonObject Schema(params (string Name, string Type)[] parameters) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(parameters.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)new JsonObject { ["type"] = one.Type, ["description"] = $"the {one.Name}" }))),
        ["required"] = new JsonArray([.. parameters.Take(1).Select(one => JsonValue.Create(one.Name))]),
    };
}
