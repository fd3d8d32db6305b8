using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Families;

/// <summary>Formats whose calls are JSON between markers.</summary>
/// <param name="begin">The marker before the JSON.</param>
/// <param name="finish">The one behind it; null where the JSON's own end is the end.</param>
/// <param name="isList">All calls of a reply stand in one list; else each has markers of its own.</param>
internal abstract class JsonFormat(string name, string begin, string? finish, JsonCall call, bool isList) : ToolCallFormat
{
    private readonly string[] _marks = [begin.Trim(), finish ?? ""];

    public override string Name => name;

    public override bool KeepsIds => call.Id is not null;

    internal override IReadOnlyList<Opener> Openers { get; } = [new(begin.TrimEnd(), _ => new JsonBlock(call.Read, finish))];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        You can call these functions (JSON Schema):
        [{string.Join(", ", tools.Select(tool => JsonText.Of(tool.Plain())))}]

        To call one, reply in this form:
        {Block([new("name_of_the_function", new() { ["name_of_an_argument"] = "value" }, KeepsIds ? "0" : null)])}
        """;

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Count == 0 ? [] : isList ? [Block(calls)] : calls.Select(one => Block([one])));

    private string Block(IReadOnlyList<ToolCall> calls)
    {
        var written = calls.Select(one => JsonText.Of(call.Write(one), _marks));
        return begin + (isList ? $"[{string.Join(", ", written)}]" : written.Single()) + finish;
    }
}
