using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Mistral from version 11 of its tokenizer on: <c>[TOOL_CALLS]name[ARGS]{…}</c>, once for each call.</summary>
internal sealed class MistralNewFormat() : NamedJsonFormat("mistral-v11", ("", ""), "[TOOL_CALLS]", "[ARGS]", null)
{
    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.Tool, "[TOOL_RESULTS]", "[/TOOL_RESULTS]", between: "");
}
