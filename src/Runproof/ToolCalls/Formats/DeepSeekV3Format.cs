using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>DeepSeek V3 and R1: the arguments stand in a fenced block of JSON.</summary>
internal sealed class DeepSeekV3Format() : NamedJsonFormat("deepseek-v3", ("<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"), "<｜tool▁call▁begin｜>function<｜tool▁sep｜>", "\n```json\n", "\n```<｜tool▁call▁end｜>")
{
    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.Tool, "<｜tool▁output▁begin｜>", "<｜tool▁output▁end｜>", between: "", before: "<｜tool▁outputs▁begin｜>", after: "<｜tool▁outputs▁end｜>");

    protected override (string Begin, string End)? ThoughtTags => Think;
}
