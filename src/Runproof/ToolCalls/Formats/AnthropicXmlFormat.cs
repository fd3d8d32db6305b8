namespace Runproof.ToolCalls.Formats;

/// <summary>Anthropic's tags: <c>&lt;function_calls&gt;&lt;invoke name="…"&gt;&lt;parameter name="…"&gt;</c>.</summary>
internal sealed class AnthropicXmlFormat() : TagFormat("anthropic-xml", "<function_calls>", "</function_calls>", TagStyle.Invoke, isShared: true)
{
    public override string WriteResults(IReadOnlyList<ToolResult> results) =>
        $"<function_results>\n{string.Join('\n', results.Select(result => $"<result>\n<tool_name>{result.Name}</tool_name>\n<{Stream(result)}>\n{result.Content}\n</{Stream(result)}>\n</result>"))}\n</function_results>";

    private static string Stream(ToolResult result) => result.IsError ? "stderr" : "stdout";
}
