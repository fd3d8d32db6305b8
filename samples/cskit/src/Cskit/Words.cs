namespace Cskit;

/// <summary>Small things to do with text.</summary>
public static class Words
{
    /// <summary>Cuts at a width, with three dots in the place of what is missing.</summary>
    public static string Shorten(string text, int width)
    {
        if (width < 4) throw new ArgumentOutOfRangeException(nameof(width));
        return text.Length <= width ? text : text[..(width - 3)] + "...";
    }

    /// <summary>Lines of at most a width, broken at blanks.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        List<string> lines = [];
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length == 0)
            {
                line = word;
            }
            else if (line.Length + 1 + word.Length <= width)
            {
                line += " " + word;
            }
            else
            {
                lines.Add(line);
                line = word;
            }
        }

        if (line.Length > 0) lines.Add(line);
        return lines;
    }

    /// <summary>How often each word occurs, without regard to case.</summary>
    public static IReadOnlyDictionary<string, int> Tally(IEnumerable<string> words)
    {
        Dictionary<string, int> found = new(StringComparer.OrdinalIgnoreCase);
        foreach (var word in words)
        {
            if (word.Length == 0) continue;
            found[word] = found.GetValueOrDefault(word) + 1;
        }

        return found;
    }

    public static string Title(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
