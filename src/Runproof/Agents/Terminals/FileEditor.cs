using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Agents.Terminals;

/// <summary>
/// The file editor of SWE-agent and OpenHands (Anthropic's <c>str_replace_editor</c>): view with line numbers, create, replace a text that stands there once, insert behind a line, undo. What is done wrong is told and
/// changes nothing.
/// </summary>
internal sealed class FileEditor(Terminal terminal)
{
    /// <summary>Characters of an answer.</summary>
    private const int Longest = 16_000;

    /// <summary>Lines shown around an edit.</summary>
    private const int Around = 4;

    private readonly Dictionary<string, Stack<string>> _before = [];

    /// <summary>What the editor says, and whether it did what was asked.</summary>
    public async Task<(bool Done, string Text)> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        string? Text(string name) => arguments[name] is { } value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        var (command, path) = (Text("command"), Text("path"));
        if (path is null || !path.StartsWith('/')) return (false, $"The path '{path}' is not absolute: it must begin with '/'.");
        try
        {
            return (true, command switch
            {
                "view" => await ViewAsync(path, Range(arguments), cancel),
                "create" => await CreateAsync(path, Text("file_text") ?? throw new FormatException("The parameter 'file_text' is needed to create a file."), cancel),
                "str_replace" => await ReplaceAsync(path, Text("old_str") ?? throw new FormatException("The parameter 'old_str' is needed to replace."), Text("new_str") ?? "", cancel),
                "insert" => await InsertAsync(path, Line(arguments), Text("new_str") ?? throw new FormatException("The parameter 'new_str' is needed to insert."), cancel),
                "undo_edit" => await UndoAsync(path, cancel),
                _ => throw new FormatException($"There is no command '{command}': there is view, create, str_replace, insert, undo_edit."),
            });
        }
        catch (FormatException error)
        {
            return (false, error.Message);
        }
    }

    private async Task<string> ViewAsync(string path, (int First, int Last)? range, CancellationToken cancel)
    {
        if (await terminal.ListAsync(path, 2, cancel) is { } entries)
            return range is null ? Clipped($"Files and folders in {path}, up to 2 levels deep, hidden ones left out:\n{string.Join('\n', entries)}") : throw new FormatException($"{path} is a folder: it has no lines.");
        var lines = Lines(await FileAsync(path, cancel));
        var (first, last) = range ?? (1, lines.Length);
        if (last == -1) last = lines.Length;
        if (first < 1 || first > lines.Length || last < first || last > lines.Length) throw new FormatException($"The view_range [{first}, {last}] is none of {path}, which has {lines.Length} lines.");
        return Numbered($"Here is {path} with line numbers:", lines, first, last);
    }

    private async Task<string> CreateAsync(string path, string text, CancellationToken cancel)
    {
        var file = await terminal.ReadAsync(path, 0, cancel);
        if (file.IsFolder) throw new FormatException($"{path} is a folder.");
        if (file.Problem is null) throw new FormatException($"{path} exists already: 'create' does not overwrite it.");
        await WriteAsync(path, text, cancel);
        return $"The new file {path} was written.";
    }

    private async Task<string> ReplaceAsync(string path, string old, string replacement, CancellationToken cancel)
    {
        var text = await FileAsync(path, cancel);
        if (old.Length == 0) throw new FormatException("The text to replace is empty.");
        var first = text.IndexOf(old, StringComparison.Ordinal);
        if (first < 0) throw new FormatException($"Nothing was replaced: the text of 'old_str' does not stand in {path} as it is.");
        if (old == replacement) throw new FormatException("Nothing was replaced: 'old_str' and 'new_str' are the same.");
        List<int> places = [];
        for (var at = first; at >= 0 && places.Count < 10; at = text.IndexOf(old, at + 1, StringComparison.Ordinal)) places.Add(LineOf(text, at));
        if (places.Count > 1) throw new FormatException($"Nothing was replaced: the text of 'old_str' stands in {path} more than once (lines {string.Join(", ", places)}). Give more of what is around it.");
        var changed = string.Concat(text.AsSpan(0, first), replacement, text.AsSpan(first + old.Length));
        await EditAsync(path, text, changed, cancel);
        return Snippet(path, changed, places[0], replacement.Count(letter => letter == '\n') + 1);
    }

    private async Task<string> InsertAsync(string path, int line, string added, CancellationToken cancel)
    {
        var text = await FileAsync(path, cancel);
        var lines = Lines(text);
        if (line < 0 || line > lines.Length) throw new FormatException($"The insert_line {line} is none of {path}, which has {lines.Length} lines (0 is before the first).");
        var ending = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var endsWell = text.Length == 0 || text[^1] == '\n';
        List<string> all = [.. lines];
        all.InsertRange(line, added.TrimEnd('\n').Split('\n'));
        await EditAsync(path, text, string.Join(ending, all.Select(one => one.TrimEnd('\r'))) + (endsWell ? ending : ""), cancel);
        return Snippet(path, string.Join('\n', all), line + 1, added.TrimEnd('\n').Count(letter => letter == '\n') + 1);
    }

    private async Task<string> UndoAsync(string path, CancellationToken cancel)
    {
        if (!_before.TryGetValue(path, out var before) || before.Count == 0) throw new FormatException($"There is no edit of {path} to undo.");
        await WriteAsync(path, before.Pop(), cancel);
        return $"The last edit of {path} was undone.";
    }

    private async Task EditAsync(string path, string before, string after, CancellationToken cancel)
    {
        await WriteAsync(path, after, cancel);
        if (!_before.TryGetValue(path, out var stack)) _before[path] = stack = new();
        stack.Push(before);
    }

    private async Task WriteAsync(string path, string text, CancellationToken cancel)
    {
        if (await terminal.WriteAsync(path, text, cancel) is { } problem) throw new FormatException($"{path} could not be written: {problem}");
    }

    private async Task<string> FileAsync(string path, CancellationToken cancel)
    {
        var file = await terminal.ReadAsync(path, Terminal.MostBytes, cancel);
        if (file.IsFolder) throw new FormatException($"{path} is a folder: only 'view' takes folders.");
        if (file.Problem is not null) throw new FormatException($"{path} cannot be read: {file.Problem}");
        return file.Text ?? throw new FormatException(file.Size > file.Bytes.Length ? $"{path} is too large to be edited here ({file.Size} bytes)." : $"{path} is no text in UTF-8.");
    }

    private static string Snippet(string path, string text, int line, int count)
    {
        var lines = Lines(text);
        return Numbered($"{path} was edited. Here it is around the edit, with line numbers:", lines, Math.Max(1, line - Around), Math.Min(lines.Length, line + count - 1 + Around)) + "\nLook whether it is as you want it; edit it again where it is not.";
    }

    private static string Numbered(string head, string[] lines, int first, int last) =>
        Clipped(head + "\n" + string.Join('\n', Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(number => string.Create(CultureInfo.InvariantCulture, $"{number,6}\t{lines[number - 1]}"))));

    private static string Clipped(string text) => text.Length <= Longest ? text : text[..Longest] + "\n[... the rest is left out: look at a part of it with view_range, or search with grep ...]";

    /// <summary>Without the empty one behind the last line's end.</summary>
    private static string[] Lines(string text)
    {
        var lines = text.Split('\n');
        return lines.Length > 1 && lines[^1].Length == 0 ? lines[..^1] : text.Length == 0 ? [] : lines;
    }

    private static int LineOf(string text, int at) => text.AsSpan(0, at).Count('\n') + 1;

    private static int Line(JsonObject arguments) => arguments["insert_line"] is { } value && value.GetValueKind() == JsonValueKind.Number ? Number(value) : throw new FormatException("The parameter 'insert_line' is needed to insert.");

    private static (int First, int Last)? Range(JsonObject arguments) => arguments["view_range"] switch
    {
        null => null,
        JsonArray { Count: 2 } range when range.All(one => one?.GetValueKind() == JsonValueKind.Number) => (Number(range[0]!), Number(range[1]!)),
        _ => throw new FormatException("The view_range must be two line numbers, as in [11, 20]; -1 is the last line."),
    };

    private static int Number(JsonNode value) => double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) && double.IsInteger(number) && Math.Abs(number) < int.MaxValue ? (int)number : throw new FormatException("A line number must be a whole number.");
}
