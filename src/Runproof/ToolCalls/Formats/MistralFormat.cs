namespace Runproof.ToolCalls.Formats;

/// <summary>Mistral before version 11 of its tokenizer: <c>[TOOL_CALLS] [{"name": …, "arguments": {…}, "id": …}]</c>.</summary>
internal sealed class MistralFormat() : JsonFormat("mistral", "[TOOL_CALLS] ", null, new("name", "arguments", "id"), isList: true)
{
    public override string WriteResults(IReadOnlyList<ToolResult> results) => string.Concat(results.Select(result => $"[TOOL_RESULTS] {JsonText.Of(new System.Text.Json.Nodes.JsonObject { ["content"] = result.Content, ["call_id"] = result.CallId })}[/TOOL_RESULTS]"));
}
