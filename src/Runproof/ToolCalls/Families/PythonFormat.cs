using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Families;

/// <summary>Formats whose calls are a list in Python: <c>[get(city="SF", n=2), other()]</c>.</summary>
/// <param name="begin">The marker before the list; <paramref name="finish"/>: the one behind it. Both empty where a list stands on a line of its own, and only the names of tools make it one of calls.</param>
internal abstract class PythonFormat(string name, string begin = "", string finish = "") : ToolCallFormat
{
    public override string Name => name;

    internal override IReadOnlyList<Opener> Openers =>
        begin.Length > 0 ? [new(begin, _ => new PythonBlock(finish, null))] : [new("[", tools => new PythonBlock(null, name => tools.Any(tool => tool.Name == name)), AtLine: true, IsBody: true)];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        You can call these functions (JSON Schema):
        [{string.Join(", ", tools.Select(tool => JsonText.Of(tool.Plain())))}]

        To call some of them, reply with a list of calls in Python, arguments by their names, values as literals:
        {Block("[name_of_a_function(name_of_an_argument=\"value\", another=[1, None]), another_function()]")}
        """;

    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.Tool);

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) =>
        Lines(text, calls.Count == 0 ? [] : [Block($"[{string.Join(", ", calls.Select(call => $"{call.Name}({string.Join(", ", call.Arguments.Select(pair => $"{pair.Key}={PythonLiteral.Write(pair.Value)}"))})"))}]")]);

    private string Block(string calls) => begin + calls + finish;
}
