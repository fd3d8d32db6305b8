namespace Runproof.ToolCalls.Formats;

/// <summary>MiniMax M2: <c>&lt;minimax:tool_call&gt;</c> around <c>&lt;invoke&gt;</c> tags.</summary>
internal sealed class MiniMaxFormat() : TagFormat("minimax", "<minimax:tool_call>", "</minimax:tool_call>", TagStyle.Invoke, isShared: true)
{
    public override string WriteResults(IReadOnlyList<ToolResult> results) => string.Join('\n', results.Select(result => $"<response>{result.Content}</response>"));
}
