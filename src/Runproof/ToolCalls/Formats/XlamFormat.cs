using System.Text.Json.Nodes;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>xLAM: a list of <c>{"name": …, "arguments": {…}}</c> without any marker.</summary>
internal sealed class XlamFormat : ToolCallFormat
{
    private static readonly JsonCall Call = new("name", "arguments");

    public override string Name => "xlam";

    internal override IReadOnlyList<Opener> Openers { get; } = [new("[", _ => new JsonBlock(Call.Read, null, AreCalls), AtLine: true, IsBody: true)];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $$"""
        You can call these functions (JSON Schema):
        [{{string.Join(", ", tools.Select(tool => JsonText.Of(tool.Plain())))}}]

        To call some of them, reply with a JSON list in this form:
        [{"name": <name-of-the-function>, "arguments": <object-of-its-arguments>}]
        """;

    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.Tool);

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Count == 0 ? [] : [$"[{string.Join(", ", calls.Select(call => JsonText.Of(Call.Write(call))))}]"]);

    private static bool AreCalls(string json) => JsonReading.Read(json, out _) is JsonArray { Count: > 0 } list && list.All(one => one is JsonObject call && call["name"] is JsonValue && (call["arguments"] ?? call["parameters"]) is JsonObject);
}
