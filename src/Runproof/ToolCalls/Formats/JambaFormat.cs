using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Jamba: <c>&lt;tool_calls&gt;[…]&lt;/tool_calls&gt;</c>.</summary>
internal sealed class JambaFormat() : JsonFormat("jamba", "<tool_calls>", "</tool_calls>", new("name", "arguments"), isList: true)
{
    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.Tool);
}
