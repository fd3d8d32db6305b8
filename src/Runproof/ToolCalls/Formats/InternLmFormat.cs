using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>InternLM 2: <c>&lt;|action_start|&gt;&lt;|plugin|&gt;{…}&lt;|action_end|&gt;</c>.</summary>
internal sealed class InternLmFormat() : JsonFormat("internlm", "<|action_start|><|plugin|>", "<|action_end|>", new("name", "parameters"), isList: false)
{
    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.Tool);
}
