using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Families;

/// <summary>Formats whose calls are tags within an outer pair of tags.</summary>
/// <param name="begin">The outer tag; <paramref name="finish"/>: what closes it.</param>
/// <param name="style">The tags within.</param>
/// <param name="isShared">All calls of a reply stand within one pair; else each has its own.</param>
internal abstract class TagFormat(string name, string begin, string finish, TagStyle style, bool isShared) : ToolCallFormat
{
    private readonly CallTags _tags = new(style);

    public override string Name => name;

    internal override IReadOnlyList<Opener> Openers =>
    [
        new(begin, tools => new TaggedBlock(style.Call, style.CallEnd + finish, (body, isEnded, into) => _tags.Read(isEnded ? body[..^finish.Length] : body, tools, into))),

        // Some replies leave the outer tag out.
        new(style.Call, tools => new TaggedBlock(style.Call, style.CallEnd, (body, _, into) =>
        {
            into.Repairs.Add($"'{begin}' is missing");
            _tags.Read(body, tools, into);
        }), IsBody: true),
    ];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        # Tools

        You have access to the following functions:

        <tools>
        {string.Join('\n', tools.Select(ToolTags.Of))}
        </tools>

        To call a function, reply in this form, with nothing behind it:

        {Block([new("name_of_the_function", new() { ["name_of_a_parameter"] = "value", ["name_of_another"] = "a value that may take\nseveral lines" })])}

        Required parameters must be given. You may say before a call what it is for.
        """;

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Count == 0 ? [] : isShared ? [Block(calls)] : calls.Select(call => Block([call])));

    private string Block(IReadOnlyList<ToolCall> calls) => $"{begin}\n{string.Join('\n', calls.Select(_tags.Write))}\n{finish}";
}
