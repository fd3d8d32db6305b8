using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>Anthropic's tags: <c>&lt;function_calls&gt;&lt;invoke name="…"&gt;&lt;parameter name="…"&gt;</c>.</summary>
internal sealed class AnthropicXmlFormat() : TagFormat("anthropic-xml", "<function_calls>", "</function_calls>", TagStyle.Invoke, isShared: true)
{
    public override ResultStyle Results { get; } = new MarkedResults(
        ResultStyle.User, "<result>\n<tool_name>{name}</tool_name>\n<stdout>\n", "\n</stdout>\n</result>", before: "<function_results>\n", after: "\n</function_results>",
        error: ("<result>\n<tool_name>{name}</tool_name>\n<stderr>\n", "\n</stderr>\n</result>"));
}
