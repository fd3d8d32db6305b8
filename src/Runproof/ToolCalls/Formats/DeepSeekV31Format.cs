using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>DeepSeek V3.1: name and arguments between its own markers (with U+FF5C and U+2581 in them).</summary>
internal sealed class DeepSeekV31Format() : NamedJsonFormat("deepseek-v3.1", ("<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"), "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>")
{
    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.Tool, "<｜tool▁output▁begin｜>", "<｜tool▁output▁end｜>", between: "");

    protected override (string Begin, string End)? ThoughtTags => Think;
}
