using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>DeepSeek V3.2 (DSML): tags that say whether a value is text.</summary>
internal sealed class DeepSeekV32Format() : TagFormat(
    "deepseek-v3.2", $"<{Mark}function_calls>", $"</{Mark}function_calls>",
    new($"<{Mark}invoke name=\"", "\">", $"</{Mark}invoke>", $"<{Mark}parameter name=\"", "\" string=\"true\">", $"</{Mark}parameter>", IsOnLines: false, SaysType: true), isShared: true)
{
    private const string Mark = "｜DSML｜";

    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.Tool, "<result>", "</result>", before: "<function_results>\n", after: "\n</function_results>");

    protected override (string Begin, string End)? ThoughtTags => Think;
}
