using System.Text.Json.Nodes;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Nemotron: <c>&lt;TOOLCALL&gt;[…]&lt;/TOOLCALL&gt;</c>.</summary>
internal sealed class NemotronFormat() : JsonFormat("nemotron", "<TOOLCALL>", "</TOOLCALL>", new("name", "arguments"), isList: true)
{
    public override ResultStyle Results { get; } = new JsonResults(
        ResultStyle.Tool, result => JsonValue.Create(result.Content), node => node is JsonValue value && value.TryGetValue<string>(out var content) ? new("", content) : null, "<TOOL_RESPONSE>", "</TOOL_RESPONSE>");

    protected override (string Begin, string End)? ThoughtTags => Think;
}
