using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>MiniMax M2: <c>&lt;minimax:tool_call&gt;</c> around <c>&lt;invoke&gt;</c> tags.</summary>
internal sealed class MiniMaxFormat() : TagFormat("minimax", "<minimax:tool_call>", "</minimax:tool_call>", TagStyle.Invoke, isShared: true)
{
    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.Tool, "<response>", "</response>");

    protected override (string Begin, string End)? ThoughtTags => Think;
}
