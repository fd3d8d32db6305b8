using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Families;

/// <summary>Aider's edit formats: replies that hold edits of files as text, each a call of one tool.</summary>
internal abstract class AiderFormat(string name, ToolDefinition tool) : ToolCallFormat
{
    protected const string Path = "path";
    protected const int LongestPath = 250;
    private readonly IReadOnlyList<ToolDefinition> _own = [tool];

    public override string Name => name;

    public override IReadOnlyList<ToolDefinition>? OwnTools => _own;

    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.User);

    /// <summary>What an edit looks like.</summary>
    protected abstract string Form { get; }

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        {tool.Description} ({tool.Name}): say what you change and why, then give each edit in this form, with the path alone on its line:

        {Form}
        """;

    public override string? WhyNot(ToolCall call) => base.WhyNot(call) ?? (PathOf(call.Text(Path), []) == call.Text(Path) ? null : $"'{call.Text(Path)}' is read as another path, or as none");

    protected abstract string Write(ToolCall call);

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(Write));

    /// <summary>Why a text cannot stand between marks: it is not whole lines, or one of them is a mark.</summary>
    protected static string? WhyNotLines(ToolCall call, string key, Func<string, bool> isMark)
    {
        var text = call.Text(key);
        if (text.Length > 0 && text[^1] != '\n') return $"'{key}' is not whole lines: it does not end with a line break";
        return text.Split('\n').FirstOrDefault(isMark) is { } mark ? $"'{mark.Trim()}' stands in '{key}' on a line of its own, where its parser ends it" : null;
    }

    /// <summary>A path without what models put around it; null where the line is none.</summary>
    protected static string? PathOf(string line, List<string> repairs)
    {
        var bare = line.Trim();
        var path = bare.TrimEnd(':').TrimStart('#').Trim().Trim('`').Trim('*').Trim();
        if (path.Length is 0 or > LongestPath || path == "..." || path.Contains('\n', StringComparison.Ordinal)) return null;
        if (path.Length < bare.Length) repairs.Add($"'{bare}' is more than a path");
        return path;
    }
}
