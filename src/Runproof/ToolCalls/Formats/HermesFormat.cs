using System.Text.Json.Nodes;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>Hermes, as Qwen 2.5 and Qwen 3 use it: <c>&lt;tool_call&gt;{"name": …, "arguments": {…}}&lt;/tool_call&gt;</c>.</summary>
internal sealed class HermesFormat : ToolCallFormat
{
    private const string Begin = "<tool_call>";
    private const string Finish = "</tool_call>";
    private static readonly string[] Marks = [Begin, Finish];
    private static readonly JsonCall Call = new("name", "arguments");

    public override string Name => "hermes";

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Begin, _ => new JsonBlock(Call.Read, Finish))];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $$"""
        # Tools

        You may call one or more functions. Their signatures stand within <tools></tools>:
        <tools>
        {{string.Join('\n', tools.Select(tool => JsonText.OfFunction(tool)))}}
        </tools>

        For each call, give a JSON object with the function's name and arguments within <tool_call></tool_call>:
        <tool_call>
        {"name": <function-name>, "arguments": <arguments-object>}
        </tool_call>
        """;

    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.User, "<tool_response>\n", "\n</tool_response>");

    protected override (string Begin, string End)? ThoughtTags => Think;

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(call => $"{Begin}\n{JsonText.Of(Call.Write(call), Marks)}\n{Finish}"));
}
