namespace Runproof.ToolCalls.Formats;

/// <summary>Qwen3-Coder: tags in the place of JSON, values as they are, typed by the tool's schema.</summary>
internal sealed class Qwen3CoderFormat() : TagFormat("qwen3-coder", "<tool_call>", "</tool_call>", TagStyle.Function, isShared: false)
{
    public override string WriteResults(IReadOnlyList<ToolResult> results) => string.Join('\n', results.Select(result => $"<tool_response>\n{result.Content}\n</tool_response>"));
}
