namespace Runproof.ToolCalls.Formats;

/// <summary>DeepSeek V3 and R1: the arguments stand in a fenced block of JSON.</summary>
internal sealed class DeepSeekV3Format() : NamedJsonFormat("deepseek-v3", ("<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"), "<｜tool▁call▁begin｜>function<｜tool▁sep｜>", "\n```json\n", "\n```<｜tool▁call▁end｜>")
{
    public override string WriteResults(IReadOnlyList<ToolResult> results) => $"<｜tool▁outputs▁begin｜>{string.Concat(results.Select(result => $"<｜tool▁output▁begin｜>{result.Content}<｜tool▁output▁end｜>"))}<｜tool▁outputs▁end｜>";
}
