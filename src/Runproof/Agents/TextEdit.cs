using Runproof.ToolCalls;

namespace Runproof.Agents;

/// <summary>
/// Edits of a file's text as Aider's formats give them. A text that stands in the file is replaced where it stands first, as Aider does; one that stands there with another indentation throughout is found too (its
/// <c>replace_part_with_missing_leading_whitespace</c>); nothing else is guessed.
/// </summary>
internal static class TextEdit
{
    /// <param name="text">Null where there is no such file.</param>
    /// <param name="isOpaque">There is one, and it is no text.</param>
    /// <returns>The new text, or why there is none.</returns>
    public static (string? Text, string Problem) Apply(ToolCall call, string? text, bool isOpaque)
    {
        if (isOpaque) return (null, "it is no text in UTF-8, or too large");
        string Of(string name) => call.Arguments[name]?.GetValue<string>() ?? "";
        return call.Name switch
        {
            "write_file" => (Of("content"), ""),
            "edit_file" => Replaced(text, Of("search"), Of("replace")),
            _ => Patched(text, Of("diff")),
        };
    }

    private static (string?, string) Replaced(string? text, string search, string replace)
    {
        if (search.Trim().Length == 0) return text is null || text.Trim().Length == 0 ? (replace, "") : (text.EndsWith('\n') ? text + replace : text + "\n" + replace, "");
        if (text is null) return (null, "there is no such file");
        var at = text.IndexOf(search, StringComparison.Ordinal);
        if (at >= 0) return (string.Concat(text.AsSpan(0, at), replace, text.AsSpan(at + search.Length)), "");
        return Indented(text, search, replace) is { } found ? (found, "") : (null, $"these lines do not stand in it:\n{search.TrimEnd('\n')}\nThe search lines must be those of the file, to the letter.");
    }

    /// <summary>The same lines, all with the same white space more before them.</summary>
    private static string? Indented(string text, string search, string replace)
    {
        var (lines, wanted) = (text.Split('\n'), search.TrimEnd('\n').Split('\n'));
        for (var first = 0; first + wanted.Length <= lines.Length; first++)
        {
            var extra = lines[first].Length - lines[first].TrimStart().Length - (wanted[0].Length - wanted[0].TrimStart().Length);
            if (extra <= 0 || wanted[0].Trim().Length == 0) continue;
            var added = lines[first][..extra];
            if (!wanted.Select((line, i) => lines[first + i] == (line.Trim().Length == 0 ? line : added + line)).All(same => same)) continue;
            var changed = replace.TrimEnd('\n').Split('\n').Select(line => line.Trim().Length == 0 ? line : added + line);
            return string.Join('\n', [.. lines[..first], .. replace.Trim().Length == 0 ? [] : changed, .. lines[(first + wanted.Length)..]]);
        }

        return null;
    }

    /// <summary>Hunks whose line numbers do not count: each is lines that go and lines that come.</summary>
    private static (string?, string) Patched(string? text, string diff)
    {
        var result = text;
        List<string> before = [], after = [];
        string? Hunk()
        {
            if (before.Count + after.Count == 0) return null;
            var (search, replace) = (string.Concat(before.Select(line => line + "\n")), string.Concat(after.Select(line => line + "\n")));
            (before, after) = ([], []);
            if (search == replace) return null;
            var (changed, problem) = Replaced(result, search, replace);
            result = changed ?? result;
            return changed is null ? problem : null;
        }

        foreach (var line in diff.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                if (Hunk() is { } problem) return (null, problem);
            }
            else if (line.StartsWith('-')) before.Add(line[1..]);
            else if (line.StartsWith('+')) after.Add(line[1..]);
            else if (!line.StartsWith('\\'))
            {
                var kept = line.StartsWith(' ') ? line[1..] : line;
                before.Add(kept);
                after.Add(kept);
            }
        }

        return Hunk() is { } last ? (null, last) : result is null ? (null, "the diff makes nothing") : (result, "");
    }
}
