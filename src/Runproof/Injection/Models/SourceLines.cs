using System.Text;
using Runproof.Coverage;

namespace Runproof.Injection.Models;

/// <summary>A source file as lines, which a model reads and changes. Offsets of the file are bytes of UTF-8.</summary>
internal sealed class SourceLines
{
    private readonly string[] _lines;
    private readonly string _ending;

    private SourceLines(string text)
    {
        Text = text;
        _ending = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        _lines = text.Split('\n');
    }

    public string Text { get; }

    public int Count => _lines.Length;

    /// <summary>Null where the file is no UTF-8.</summary>
    public static SourceLines? Of(byte[] bytes)
    {
        try
        {
            return new(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Lines, 1-based, both ends included, each ended by a line feed.</summary>
    public string Between(int first, int last) => string.Concat(_lines[(first - 1)..Math.Min(last, _lines.Length)].Select(line => line.TrimEnd('\r') + "\n"));

    /// <summary>The head of a function with its documentation, without what it does.</summary>
    public string HeadOf(FunctionSpan function)
    {
        var last = Math.Max(function.FirstLine, function.BodyLine - 1);
        if (Line(function.BodyLine).TrimEnd().EndsWith('{')) last = function.BodyLine;
        if (Quote(Line(last + 1).Trim()) is { } quote && last + 1 < function.LastLine)
        {
            last++;
            var opening = Line(last).Trim();
            if (opening.LastIndexOf(quote, StringComparison.Ordinal) == opening.IndexOf(quote, StringComparison.Ordinal)) while (last < function.LastLine && !Line(++last).Contains(quote, StringComparison.Ordinal)) { }
        }

        return Between(function.FirstLine, last);
    }

    /// <summary>What must be replaced so that lines become others; null where nothing differs.</summary>
    /// <param name="lines">In place of the lines from <paramref name="first"/> to <paramref name="last"/>.</param>
    public BugSite? Replace(int first, int last, string lines, Func<int, int, BugSite> at)
    {
        var (old, changed) = (Between(first, last).Split('\n')[..^1], Reindented(lines, Line(first)).Split('\n'));
        var before = old.Zip(changed).TakeWhile(pair => pair.First == pair.Second).Count();
        var after = old.Reverse().Zip(changed.Reverse()).Take(Math.Min(old.Length, changed.Length) - before).TakeWhile(pair => pair.First == pair.Second).Count();
        if (before == old.Length && before == changed.Length) return null;
        var (start, end) = (first - 1 + before, first - 1 + old.Length - after);
        var replacement = string.Concat(changed[before..^after].Select(line => line + _ending));
        var (from, to) = (BytesBefore(start), BytesBefore(end));
        if (end == _lines.Length && replacement.Length > 0 && _lines[^1].Length > 0) replacement = replacement[..^_ending.Length];
        return at(Math.Min(start + 1, last), Math.Max(Math.Min(start + 1, last), end)) with { Start = from, End = to, Replacement = replacement };
    }

    /// <summary>Bytes before a line, 0-based.</summary>
    private int BytesBefore(int line) => Math.Min(Encoding.UTF8.GetByteCount(Text), _lines[..line].Sum(one => Encoding.UTF8.GetByteCount(one) + 1));

    private string Line(int number) => number <= _lines.Length ? _lines[number - 1] : "";

    /// <summary>Models like to give a method back without the indentation of its class.</summary>
    private static string Reindented(string lines, string like)
    {
        var (own, wanted) = (Indentation(lines), Indentation(like));
        if (own.Length >= wanted.Length || !wanted.StartsWith(own, StringComparison.Ordinal)) return lines;
        return string.Join('\n', lines.Split('\n').Select(line => line.Length == 0 ? line : wanted[own.Length..] + line));
    }

    private static string Indentation(string text) => text[..(text.Length - text.TrimStart(' ', '\t').Length)];

    private static string? Quote(string line) => new[] { "\"\"\"", "'''" }.FirstOrDefault(quote => line.TrimStart('r', 'R', 'u', 'U').StartsWith(quote, StringComparison.Ordinal));
}
