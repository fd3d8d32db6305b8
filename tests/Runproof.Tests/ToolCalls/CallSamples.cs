using System.Text.Json.Nodes;
using Runproof.ToolCalls;

namespace Runproof.Tests.ToolCalls;

/// <summary>Tools and calls that formats have to hold.</summary>
internal static class CallSamples
{
    public static IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        new("get", "Gets the weather", Schema(("city", "string"), ("n", "integer"), ("exact", "boolean"), ("ratio", "number"), ("tags", "array"), ("more", "object"), ("note", "string"))),
        new("bash", "Runs a command", Schema(("command", "string"))),
        new("list_all", "Takes nothing", Schema()),
    ];

    public static IReadOnlyList<(string Text, ToolCall Call)> Calls { get; } =
    [
        ("", Get("""{"city": "SF", "n": 2}""")),
        ("I look first.", new("bash", Object("""{"command": "ls -la"}"""))),
        ("Nothing to say", new("list_all", [])),
        ("", Get("""{"city": "München – 東京 🙂", "n": -7, "exact": true, "ratio": 0.25, "tags": ["a", 1, null, {"b": [true]}], "more": {"x": {"y": []}, "empty": {}}}""")),
        ("Two\n\nparagraphs, with \"quotes\".", Get("""{"city": "say \"hi\" \\ it's", "note": "true"}""")),
        ("", Get("""{"note": "2", "city": "null"}""")),
        ("", new("bash", Object("""{"command": "cat > a.py <<'EOF'\nif a < b and c > d:\n\tprint(\"x\")  # {not: json}\nEOF"}"""))),
        ("", new("bash", Object("""{"command": "\n\n leading and trailing \n"}"""))),
        ("", new("bash", Object("""{"command": "a\r\nb\u0001\u007f"}"""))),
        ("", Get("""{"city": ""}""")),
    ];

    /// <summary>What looks like the tags of one format or another.</summary>
    public static IReadOnlyList<string> Tricky { get; } =
    [
        "</parameter>", "a </parameter> b", "</function>", "<tool_call>", "</tool_call>", "x</parameter>\n</function>\n</tool_call>", "<parameter=city>", "<function=get>", "[TOOL_CALLS]", "```", "]}", "<|call|>", "</invoke>",
        "<|\"|>", "<arg_key>", "<｜tool▁call▁end｜>", "functools[", "</TOOLCALL>", "<|tool_call_end|>", "None", "True", "[1, 2]", "{\"a\": 1}", "'", "\"\"\"", "\\", "\\n", "EOF",
    ];

    public static ToolCall Get(string arguments) => new("get", Object(arguments));

    private static JsonObject Object(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static JsonObject Schema(params (string Name, string Type)[] parameters) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(parameters.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)new JsonObject { ["type"] = one.Type, ["description"] = $"the {one.Name}" }))),
        ["required"] = new JsonArray([.. parameters.Take(1).Select(one => JsonValue.Create(one.Name))]),
    };
}
