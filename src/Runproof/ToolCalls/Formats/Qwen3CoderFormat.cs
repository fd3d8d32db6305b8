using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Qwen3-Coder: tags in the place of JSON, values as they are, typed by the tool's schema.</summary>
internal sealed class Qwen3CoderFormat() : TagFormat("qwen3-coder", "<tool_call>", "</tool_call>", TagStyle.Function, isShared: false)
{
    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.User, "<tool_response>\n", "\n</tool_response>");

    protected override (string Begin, string End)? ThoughtTags => Think;
}
