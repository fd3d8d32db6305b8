namespace Runproof.ToolCalls.Formats;

/// <summary>Command R: <c>&lt;|START_ACTION|&gt;[{"tool_call_id": …, "tool_name": …, "parameters": {…}}]&lt;|END_ACTION|&gt;</c>.</summary>
internal sealed class CohereFormat() : JsonFormat("cohere", "<|START_ACTION|>", "<|END_ACTION|>", new("tool_name", "parameters", "tool_call_id"), isList: true)
{
    public override string WriteResults(IReadOnlyList<ToolResult> results) => $"<|START_TOOL_RESULT|>[{string.Join(", ", results.Select(result => JsonText.Of(new System.Text.Json.Nodes.JsonObject { ["tool_call_id"] = result.CallId, ["results"] = result.Content })))}]<|END_TOOL_RESULT|>";
}
