using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>IBM Granite: <c>&lt;|tool_call|&gt;[…]</c>.</summary>
internal sealed class GraniteFormat() : JsonFormat("granite", "<|tool_call|>", null, new("name", "arguments"), isList: true)
{
    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.Tool);
}
