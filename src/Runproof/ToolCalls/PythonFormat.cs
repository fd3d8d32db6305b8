namespace Runproof.ToolCalls;

/// <summary>Formats whose calls are a list in Python: <c>[get(city="SF", n=2), other()]</c>.</summary>
internal abstract class PythonFormat : ToolCallFormat
{
    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        You can call these functions (JSON Schema):
        [{string.Join(", ", tools.Select(tool => JsonText.Of(tool.Plain())))}]

        To call some of them, reply with a list of calls in Python, arguments by their names, values as literals:
        {Block("[name_of_a_function(name_of_an_argument=\"value\", another=[1, None]), another_function()]")}
        """;

    public override string WriteResults(IReadOnlyList<ToolResult> results) => string.Join('\n', results.Select(result => result.Content));

    /// <summary>The list between what stands around it.</summary>
    protected abstract string Block(string calls);

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) =>
        Lines(text, calls.Count == 0 ? [] : [Block($"[{string.Join(", ", calls.Select(call => $"{call.Name}({string.Join(", ", call.Arguments.Select(pair => $"{pair.Key}={PythonLiteral.Write(pair.Value)}"))})"))}]")]);
}
