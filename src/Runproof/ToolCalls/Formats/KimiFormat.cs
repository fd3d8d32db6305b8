using System.Text.RegularExpressions;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Kimi K2: a call is named by <c>functions.NAME:INDEX</c>.</summary>
internal sealed partial class KimiFormat() : NamedJsonFormat("kimi", ("<|tool_calls_section_begin|>", "<|tool_calls_section_end|>"), "<|tool_call_begin|>", "<|tool_call_argument_begin|>", "<|tool_call_end|>")
{
    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.Tool, "## Return of {id}\n", "");

    protected override (string Begin, string End)? ThoughtTags => Think;

    protected override string NameOf(string written) => Id().Replace(written, "${name}");

    protected override string NameFor(ToolCall call, int place) => $"functions.{call.Name}:{place}";

    [GeneratedRegex(@"\A(?:functions\.)?(?<name>.*?)(?::\d+)?\z")]
    private static partial Regex Id();
}
