using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Seed-OSS: <c>&lt;seed:tool_call&gt;</c> around the tags of Qwen3-Coder.</summary>
internal sealed class SeedFormat() : TagFormat("seed", "<seed:tool_call>", "</seed:tool_call>", TagStyle.Function, isShared: false)
{
    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.Tool);

    protected override (string Begin, string End)? ThoughtTags => ("<seed:think>", "</seed:think>");
}
