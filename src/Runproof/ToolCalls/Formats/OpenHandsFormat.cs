using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>OpenHands and SWE-agent where a model has no calls of its own: one <c>&lt;function=…&gt;</c> at the end of a reply.</summary>
internal sealed class OpenHandsFormat : ToolCallFormat
{
    private static readonly CallTags Tags = new(TagStyle.Function);

    public override string Name => "openhands";

    public override bool HoldsMany => false;

    internal override IReadOnlyList<Opener> Openers { get; } = [new(TagStyle.Function.Call, tools => new TaggedBlock(TagStyle.Function.Call, TagStyle.Function.CallEnd, (body, _, into) => Tags.Read(body, tools, into)), IsBody: true)];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        You have access to the following functions:

        {string.Join("\n\n", tools.Select(One))}

        To call a function, end your reply in this form:

        {Tags.Write(new("name_of_the_function", new() { ["name_of_a_parameter"] = "value", ["name_of_another"] = "a value that may take\nseveral lines" }))}

        One call in a reply, with all required parameters; you may say before it what it is for, and nothing stands behind it.
        """;

    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.User, "EXECUTION RESULT of [{name}]:\n", "");

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(Tags.Write));

    private static string One(ToolDefinition tool, int place) =>
        $"---- BEGIN FUNCTION #{place + 1}: {tool.Name} ----\nDescription: {tool.Description.Trim()}\nParameters (JSON Schema): {JsonText.Of(tool.Parameters)}\n---- END FUNCTION #{place + 1} ----";
}
