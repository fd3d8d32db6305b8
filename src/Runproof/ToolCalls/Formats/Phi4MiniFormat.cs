using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Phi-4 mini: <c>functools[…]</c>.</summary>
internal sealed class Phi4MiniFormat() : JsonFormat("phi4-mini", "functools", null, new("name", "arguments"), isList: true)
{
    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.Tool);
}
