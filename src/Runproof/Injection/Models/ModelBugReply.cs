using System.Text.RegularExpressions;

namespace Runproof.Injection.Models;

/// <summary>An edit of a file: text that stands there once, and what is put in its place.</summary>
internal sealed record EditBlock(string Path, string Search, string Replace);

/// <summary>Reads what a model answered, strictly: what is not of the form that was asked for is refused, never guessed at.</summary>
internal static partial class ModelBugReply
{
    private const int MostReads = 4;

    /// <summary>The files that a model wants to see; none where it does not ask for any, or changes some already.</summary>
    /// <exception cref="FormatException">It asks for too many.</exception>
    public static IReadOnlyList<string> Reads(string reply)
    {
        if (reply.Contains("<<<<<<< SEARCH", StringComparison.Ordinal)) return [];
        var lines = reply.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        List<string> paths = [.. lines.Where(line => line.StartsWith("READ ", StringComparison.Ordinal)).Select(line => line[5..].Trim().Trim('`'))];
        return paths.Count <= MostReads ? paths : throw new FormatException($"it asks for {paths.Count} files at once");
    }

    /// <exception cref="FormatException">There are none, or one of them is not whole.</exception>
    public static IReadOnlyList<EditBlock> Edits(string reply)
    {
        List<EditBlock> edits = [];
        var lines = reply.ReplaceLineEndings("\n").Split('\n');
        string? path = null;
        for (var at = 0; at < lines.Length; at++)
        {
            if (lines[at].TrimEnd() != "<<<<<<< SEARCH")
            {
                if (lines[at].Trim().Trim('`') is { Length: > 0 } word && !word.Contains(' ', StringComparison.Ordinal)) path = word;
                continue;
            }

            var middle = Array.FindIndex(lines, at, line => line.TrimEnd() == "=======");
            var end = middle < 0 ? -1 : Array.FindIndex(lines, middle, line => line.TrimEnd() == ">>>>>>> REPLACE");
            if (end < 0) throw new FormatException("an edit block has no end");
            if (path is null) throw new FormatException("an edit block names no file");
            if (middle == at + 1) throw new FormatException("an edit block searches for nothing");
            edits.Add(new(path, string.Join('\n', lines[(at + 1)..middle]), string.Join('\n', lines[(middle + 1)..end])));
            at = end;
        }

        return edits.Count > 0 ? edits : throw new FormatException("it has no edit block");
    }

    /// <summary>A word of added text that tells that something was done on purpose; null where there is none.</summary>
    /// <param name="original">Words that stand there already tell nothing.</param>
    public static string? Giveaway(string original, string added) =>
        Telling().Matches(added).Select(match => match.Value).FirstOrDefault(word => !original.Contains(word, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\b(?:bugg?y?|mistakes?|subtle|intentional(?:ly)?|on purpose|inject(?:ed|s|ion)?|incorrect(?:ly)?|wrong(?:ly)?|faulty|off[- ]by[- ]one|should have been)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Telling();
}
