using System.Text.Json.Nodes;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Families;

/// <summary>Formats of the Cline family: a call is a tag with the tool's name, parameters are tags within, and a reply holds one. Their parsers look for the first closing tag of a value and cut white space off.</summary>
internal abstract class UserTagFormat(string name) : ToolCallFormat
{
    public override string Name => name;

    public override bool HoldsMany => false;

    public override ResultStyle Results { get; } = new MarkedResults(
        ResultStyle.User, "[{name}] Result:\n", "", isOne: true, error: ("[{name}] Result:\nThe tool execution failed with the following error:\n<error>\n", "\n</error>"));

    internal override IReadOnlyList<Opener> Openers => [new("<", tools => new UserTags(tools, Value), IsBody: true)];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        TOOL USE

        You have access to the tools below. You use one in each message, and its result comes back in the next one.

        # Tool Use Formatting

        The tool's name is an XML-style tag, and each parameter is a tag within it:

        <tool_name>
        <parameter_name>value</parameter_name>
        <another_name>another value</another_name>
        </tool_name>

        # Tools

        {string.Join("\n\n", tools.Select(One))}
        """;

    /// <summary><c>execute_command for 'ls'</c>: with the argument that says most.</summary>
    public override string Described(ToolCall call)
    {
        var key = call.Name == "search_files" ? "regex" : call.Arguments.Select(pair => pair.Key).FirstOrDefault();
        return call.Name == "attempt_completion" || key is null || !call.Arguments.ContainsKey(key) ? call.Name : $"{call.Name} for '{TypedText.Write(call.Arguments[key])}'";
    }

    public override string? WhyNot(ToolCall call) => call.Arguments.Select(pair => WhyNot(call.Name, pair.Key, TypedText.Write(pair.Value), pair.Value)).FirstOrDefault(why => why is not null);

    /// <summary>Whether exactly one line break at each end of a value is not part of it; else all white space there is not.</summary>
    protected virtual bool IsOnLines(string tool, string key) => false;

    /// <summary>Whether a value ends at the last of its closing tags, and not at the first.</summary>
    protected virtual bool EndsLast(string tool, string key) => tool == "write_to_file" && key == "content";

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(Written));

    private string Written(ToolCall call) => $"<{call.Name}>\n{string.Concat(call.Arguments.Select(pair => $"<{pair.Key}>{End(call, pair.Key)}{TypedText.Write(pair.Value)}{End(call, pair.Key)}</{pair.Key}>\n"))}</{call.Name}>";

    private string End(ToolCall call, string key) => IsOnLines(call.Name, key) ? "\n" : "";

    private string Value(string tool, string key, string text) => IsOnLines(tool, key) ? CallTags.WithoutEnds(text) : text.Trim();

    private string? WhyNot(string tool, string key, string text, JsonNode? value)
    {
        if (value is JsonValue && !IsOnLines(tool, key) && text.Trim().Length < text.Length) return $"'{key}' begins or ends with white space, which its parser cuts off";
        return !EndsLast(tool, key) && text.Contains($"</{key}>", StringComparison.Ordinal) ? $"'{key}' holds '</{key}>', where its parser ends it" : null;
    }

    private static string One(ToolDefinition tool)
    {
        var required = (tool.Parameters["required"] as JsonArray ?? []).Select(key => key!.GetValue<string>()).ToHashSet();
        var parameters = (tool.Parameters["properties"] as JsonObject ?? []).Select(pair => (pair.Key, Is: required.Contains(pair.Key) ? "required" : "optional", Schema: pair.Value as JsonObject)).ToList();
        var usage = string.Concat(parameters.Select(one => $"<{one.Key}>{one.Schema?["type"] ?? "value"} here</{one.Key}>\n"));
        return $"## {tool.Name}\nDescription: {tool.Description.Trim()}\nParameters:\n{string.Concat(parameters.Select(one => $"- {one.Key}: ({one.Is}) {one.Schema?["description"] ?? one.Schema?["type"]}\n"))}Usage:\n<{tool.Name}>\n{usage}</{tool.Name}>";
    }
}
