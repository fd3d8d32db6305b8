using System.Text.Json.Nodes;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>Llama 3.1 and later: a reply that is one JSON object, <c>{"name": …, "parameters": {…}}</c>, maybe behind <c>&lt;|python_tag|&gt;</c>.</summary>
internal sealed class Llama3Format : ToolCallFormat
{
    private static readonly string[] Marks = ["<|"];
    private static readonly JsonCall Call = new("name", "parameters");

    public override string Name => "llama3";

    public override bool HoldsMany => false;

    internal override IReadOnlyList<Opener> Openers { get; } =
    [
        new("<|python_tag|>", _ => new JsonBlock(Call.Read, null)),
        new("{", _ => new JsonBlock(Call.Read, null, IsCall), AtLine: true, IsBody: true),
    ];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $$"""
        You can call these functions:

        {{string.Join("\n\n", tools.Select(JsonText.OfFunction))}}

        To call one, reply with a JSON object in this form, and with nothing behind it:
        {"name": <name-of-the-function>, "parameters": <object-of-its-arguments>}
        """;

    public override ResultStyle Results { get; } = MarkedResults.Plain("ipython");

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(call => JsonText.Of(Call.Write(call), Marks)));

    private static bool IsCall(string json) => JsonReading.Read(json, out _) is JsonObject call && call["name"] is JsonValue && (call["parameters"] ?? call["arguments"]) is JsonObject;
}
