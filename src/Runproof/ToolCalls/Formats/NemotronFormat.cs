namespace Runproof.ToolCalls.Formats;

/// <summary>Nemotron: <c>&lt;TOOLCALL&gt;[…]&lt;/TOOLCALL&gt;</c>.</summary>
internal sealed class NemotronFormat() : JsonFormat("nemotron", "<TOOLCALL>", "</TOOLCALL>", new("name", "arguments"), isList: true)
{
    public override string WriteResults(IReadOnlyList<ToolResult> results) => $"<TOOL_RESPONSE>[{string.Join(", ", results.Select(result => JsonText.Of(result.Content)))}]</TOOL_RESPONSE>";
}
