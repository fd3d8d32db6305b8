using System.Text.RegularExpressions;

namespace Runproof.Reports.Pages;

/// <summary>A problem statement: the little Markdown that statements are written in (paragraphs, lists, code), and no more. Links and pictures stay text.</summary>
internal static partial class StatementMarkup
{
    private const int Longest = 6_000;

    public static Markup Write(string statement)
    {
        var isCut = statement.Length > Longest;
        List<Markup> blocks = [];
        List<string> paragraph = [], items = [];
        List<string>? code = null;
        void Flush()
        {
            if (paragraph.Count > 0) blocks.Add(Markup.Of($"<p>{Inline(string.Join('\n', paragraph))}</p>"));
            if (items.Count > 0) blocks.Add(Markup.Of($"<ul>{items.Select(item => Markup.Of($"<li>{Inline(item)}</li>"))}</ul>"));
            paragraph.Clear();
            items.Clear();
        }

        foreach (var line in (isCut ? statement[..Longest] : statement).Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                Flush();
                if (code is not null) blocks.Add(Code(code));
                code = code is null ? [] : null;
            }
            else if (code is not null) code.Add(line);
            else if (line.StartsWith("- ", StringComparison.Ordinal))
            {
                if (paragraph.Count > 0) Flush();
                items.Add(line[2..]);
            }
            else if (line.Trim().Length == 0) Flush();
            else if (line.StartsWith('#'))
            {
                Flush();
                blocks.Add(Markup.Of($"<p><b>{line.TrimStart('#').Trim()}</b></p>"));
            }
            else if (items.Count > 0) items[^1] += "\n" + line;
            else paragraph.Add(line);
        }

        Flush();
        if (code is not null) blocks.Add(Code(code));
        if (isCut) blocks.Add(Markup.Of($"""<p class="sub">… the statement goes on.</p>"""));
        return Markup.Of($"""<div class="statement">{blocks}</div>""");
    }

    private static Markup Code(List<string> lines) => Markup.Of($"""<pre tabindex="0"><code>{string.Join('\n', lines)}</code></pre>""");

    public static Markup Inline(string text)
    {
        List<Markup> parts = [];
        var end = 0;
        foreach (Match match in Quoted().Matches(text))
        {
            parts.Add(Markup.Of($"{text[end..match.Index]}<code>{match.Groups[2].Value.Trim()}</code>"));
            end = match.Index + match.Length;
        }

        return Markup.Of($"{parts}{text[end..]}");
    }

    /// <summary>Code between equally many backticks.</summary>
    [GeneratedRegex(@"(?<!`)(`{1,3})(?!`)([^\n]+?)(?<!`)\1(?!`)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Quoted();
}
