using System.Text.Json.Nodes;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Command R: <c>&lt;|START_ACTION|&gt;[{"tool_call_id": …, "tool_name": …, "parameters": {…}}]&lt;|END_ACTION|&gt;</c>.</summary>
internal sealed class CohereFormat() : JsonFormat("cohere", "<|START_ACTION|>", "<|END_ACTION|>", new("tool_name", "parameters", "tool_call_id"), isList: true)
{
    public override ResultStyle Results { get; } = new JsonResults(
        ResultStyle.Tool, result => new JsonObject { ["tool_call_id"] = result.CallId, ["results"] = result.Content }, node => JsonResults.Text(node, "results") is { } content ? new("", content, JsonResults.Text(node, "tool_call_id")) : null,
        "<|START_TOOL_RESULT|>", "<|END_TOOL_RESULT|>");
}
