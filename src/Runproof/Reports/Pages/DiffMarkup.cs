using System.Globalization;

namespace Runproof.Reports.Pages;

/// <summary>A Git diff as coloured lines. Signs at the line's beginning stay, so that colour is not all that tells them apart.</summary>
internal static class DiffMarkup
{
    private const int MostLines = 160;

    public static Markup Write(string diff)
    {
        var lines = diff.TrimEnd('\n').Split('\n');
        var severalFiles = lines.Count(IsFileHead) > 1;
        List<Markup> shown = [];
        var inHead = true;
        foreach (var line in lines)
        {
            if (IsFileHead(line))
            {
                inHead = true;
                if (severalFiles) shown.Add(Line("file", line["diff --git ".Length..]));
                continue;
            }

            if (line.StartsWith("@@", StringComparison.Ordinal)) inHead = false;

            // The file is named beside the diff; its hashes and modes say nothing to a reader.
            if (!inHead) shown.Add(Line(KindOf(line), line));
        }

        var left = shown.Count - MostLines;
        return Markup.Of(
            $"""<pre class="diff" tabindex="0" role="region" aria-label="Diff of the bug"><code>{shown.Take(MostLines)}{(left > 0 ? Line("hunk", string.Create(CultureInfo.InvariantCulture, $"… and {left} more lines")) : Markup.Empty)}</code></pre>""");
    }

    /// <summary>Within a file's changes every line begins with a sign, so this cannot be code.</summary>
    private static bool IsFileHead(string line) => line.StartsWith("diff --git ", StringComparison.Ordinal);

    private static string? KindOf(string line) => line.Length == 0 ? null : line[0] switch
    {
        '+' => "add",
        '-' => "del",
        '@' => "hunk",
        '\\' => "hunk",
        _ => null,
    };

    private static Markup Line(string? kind, string line) => Markup.Of($"""
        <span{(kind is null ? Markup.Empty : Markup.Of($" class=\"{kind}\""))}>{line}
        </span>
        """);
}
