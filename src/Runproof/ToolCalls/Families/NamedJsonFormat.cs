using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Families;

/// <summary>Formats that write a call as its name, a separator and its arguments as JSON.</summary>
/// <param name="outer">Markers around all calls of a reply; empty where there are none.</param>
/// <param name="begin">The marker before a name; <paramref name="finish"/>: the one behind the JSON; null where its end is the end.</param>
internal abstract class NamedJsonFormat(string name, (string Begin, string Finish) outer, string begin, string separator, string? finish) : ToolCallFormat
{
    private readonly string[] _marks = [outer.Begin, outer.Finish, begin.Trim(), separator.Trim(), (finish ?? "").Trim(), (finish ?? "").TrimStart('\n', '`')];

    public override string Name => name;

    internal override IReadOnlyList<Opener> Openers =>
    [
        new(begin, _ => new NamedJsonBlock(separator, finish, NameOf)),
        .. outer.Begin.Length == 0 ? [] : new[] { new Opener(outer.Begin, _ => new OuterMarker()), new Opener(outer.Finish, _ => new OuterMarker()) },
    ];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        ## Tools

        You have access to these functions:

        {string.Join("\n\n", tools.Select(tool => $"### {tool.Name}\nDescription: {tool.Description.Trim()}\nParameters (JSON Schema): {JsonText.Of(tool.Parameters)}"))}

        To call one, reply in this form:

        {Block([new("name_of_the_function", new() { ["name_of_an_argument"] = "value" })])}
        """;

    /// <summary>The tool's name from what stands in its place.</summary>
    protected virtual string NameOf(string written) => written;

    /// <summary>What stands in the place of a name.</summary>
    protected virtual string NameFor(ToolCall call, int place) => call.Name;

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Count == 0 ? [] : [Block(calls)]);

    private string Block(IReadOnlyList<ToolCall> calls) => outer.Begin + string.Concat(calls.Select((call, place) => $"{begin}{NameFor(call, place)}{separator}{JsonText.Of(call.Arguments, _marks)}{finish}")) + outer.Finish;
}
