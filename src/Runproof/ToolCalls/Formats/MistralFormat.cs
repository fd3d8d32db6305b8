using System.Text.Json.Nodes;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Mistral before version 11 of its tokenizer: <c>[TOOL_CALLS] [{"name": …, "arguments": {…}, "id": …}]</c>.</summary>
internal sealed class MistralFormat() : JsonFormat("mistral", "[TOOL_CALLS] ", null, new("name", "arguments", "id"), isList: true)
{
    public override ResultStyle Results { get; } = new JsonResults(
        ResultStyle.Tool, result => new JsonObject { ["content"] = result.Content, ["call_id"] = result.CallId }, node => JsonResults.Text(node, "content") is { } content ? new("", content, JsonResults.Text(node, "call_id")) : null,
        "[TOOL_RESULTS] ", "[/TOOL_RESULTS]", isList: false);
}
