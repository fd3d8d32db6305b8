namespace Runproof.ToolCalls.Formats;

/// <summary>Mistral from version 11 of its tokenizer on: <c>[TOOL_CALLS]name[ARGS]{…}</c>, once for each call.</summary>
internal sealed class MistralNewFormat() : NamedJsonFormat("mistral-v11", ("", ""), "[TOOL_CALLS]", "[ARGS]", null)
{
    public override string WriteResults(IReadOnlyList<ToolResult> results) => string.Concat(results.Select(result => $"[TOOL_RESULTS]{result.Content}[/TOOL_RESULTS]"));
}
