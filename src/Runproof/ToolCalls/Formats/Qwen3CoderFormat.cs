namespace Runproof.ToolCalls.Formats;

/// <summary>Qwen3-Coder: tags in the place of JSON, values as they are, typed by the tool's schema.</summary>
internal sealed class Qwen3CoderFormat : ToolCallFormat
{
    private const string Begin = "<tool_call>";
    private const string Finish = "</tool_call>";

    public override string Name => "qwen3-coder";

    internal override IReadOnlyList<Opener> Openers { get; } =
    [
        new(Begin, tools => new TaggedBlock(FunctionTags.Begin, FunctionTags.End + Finish, (body, isEnded, into) => FunctionTags.Read(isEnded ? body[..^Finish.Length] : body, tools, into))),

        // Some replies leave the outer tag out.
        new(FunctionTags.Begin, tools => new TaggedBlock(FunctionTags.Begin, FunctionTags.End, (body, _, into) =>
        {
            into.Repairs.Add($"'{Begin}' is missing");
            FunctionTags.Read(body, tools, into);
        }), IsBody: true),
    ];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        # Tools

        You have access to the following functions:

        <tools>
        {string.Join('\n', tools.Select(ToolTags.Of))}
        </tools>

        To call a function, reply in this form, without anything behind it:

        <tool_call>
        <function=example_function_name>
        <parameter=example_parameter_1>
        value
        </parameter>
        <parameter=example_parameter_2>
        a value that may take
        several lines
        </parameter>
        </function>
        </tool_call>

        Required parameters must be given. You may explain before a call what it is for.
        """;

    public override string WriteResults(IReadOnlyList<ToolResult> results) => string.Join('\n', results.Select(result => $"<tool_response>\n{result.Content}\n</tool_response>"));

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(call => $"{Begin}\n{FunctionTags.Write(call)}\n{Finish}"));
}
