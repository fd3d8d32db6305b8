namespace Runproof.ToolCalls.Formats;

/// <summary>DeepSeek V3.2 (DSML): tags that say whether a value is text.</summary>
internal sealed class DeepSeekV32Format() : TagFormat(
    "deepseek-v3.2", $"<{Mark}function_calls>", $"</{Mark}function_calls>",
    new($"<{Mark}invoke name=\"", "\">", $"</{Mark}invoke>", $"<{Mark}parameter name=\"", "\" string=\"true\">", $"</{Mark}parameter>", IsOnLines: false, SaysType: true), isShared: true)
{
    private const string Mark = "｜DSML｜";

    public override string WriteResults(IReadOnlyList<ToolResult> results) => $"<function_results>\n{string.Join('\n', results.Select(result => $"<result>{result.Content}</result>"))}\n</function_results>";
}
