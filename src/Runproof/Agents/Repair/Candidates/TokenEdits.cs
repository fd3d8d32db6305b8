using System.Globalization;
using System.Text.RegularExpressions;
using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Trials;

namespace Runproof.Agents.Repair.Candidates;

/// <summary>One number, text or name of a line for another: numbers one off, texts and names that stand nearby.</summary>
internal static partial class TokenEdits
{
    private const double OfNext = 0.92, OfNumber = 0.72, OfSpace = 0.85, OfRepetition = 0.9, OfText = 0.55, OfName = 0.6;

    /// <summary>Lines whose texts and names are exchanged, of which there are many; numbers, spaces and repetitions are tried in <see cref="MostOfFew"/>.</summary>
    private const int Window = 20, MostNames = 10, MostTexts = 8, MostLines = 60, MostOfFew = 500;

    public static IEnumerable<Edit> Find(Source source, Suspicion suspicion)
    {
        var lines = source.Lines;
        var texts = lines.Where((_, i) => source.IsCode(i)).SelectMany(line => Text().Matches(line)).Select(match => match.Value).GroupBy(text => text).OrderByDescending(group => group.Count()).Select(group => group.Key).ToList();
        var suspects = Enumerable.Range(0, lines.Count).Where(i => suspicion.Of(source, i + 1) > 0 && source.IsCode(i)).OrderByDescending(i => suspicion.Of(source, i + 1)).ThenBy(i => i).Take(MostOfFew).ToList();
        foreach (var (place, i) in suspects.Index())
        {
            var (line, score) = (lines[i], suspicion.Of(source, i + 1));
            Edit With(Match match, string text, double weight) => new(source.Path, i + 1, i + 1, [line[..match.Index] + text + line[(match.Index + match.Length)..]], score * weight);
            foreach (Match number in Number().Matches(line))
            {
                foreach (var (other, weight) in Others(number.Value)) yield return With(number, other, weight);
            }

            foreach (Match text in Text().Matches(line))
            {
                foreach (var other in Spaced(text.Value)) yield return With(text, other, OfSpace);
            }

            foreach (Match sign in Repetition().Matches(line))
            {
                foreach (var other in new[] { "*", "+", "?", "" }.Where(other => other != sign.Value)) yield return With(sign, other, OfRepetition);
            }

            if (place >= MostLines) continue;
            foreach (Match text in Text().Matches(line))
            {
                var turn = 0;
                foreach (var other in texts.Where(other => other != text.Value && other[0] == text.Value[0]).OrderBy(other => Math.Abs(other.Length - text.Length)).Take(MostTexts)) yield return With(text, other, OfText - (0.02 * turn++));
            }

            foreach (var edit in Names(source, i).Select(pair => With(pair.Name, pair.Other, OfName * pair.Fit))) yield return edit;
        }
    }

    /// <summary>The next ones and the negative one first.</summary>
    private static IEnumerable<(string Other, double Weight)> Others(string number)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return [];
        var near = new[] { value + 1, value - 1 };
        return near.Concat([0, 1, value * 2, value / 2, value * 10, value / 10]).Distinct().Where(other => other != value)
            .Select(other => (other.ToString(CultureInfo.InvariantCulture), near.Contains(other) ? OfNext : OfNumber)).Append(("-" + number, OfNext));
    }

    /// <summary>A text with a space more or less at its ends.</summary>
    private static IEnumerable<string> Spaced(string text)
    {
        var (quote, inside) = (text[0], text[1..^1]);
        if (inside.Length == 0) return [$"{quote} {quote}"];
        return new[] { inside + " ", " " + inside, inside.TrimEnd(), inside.TrimStart(), inside.Trim() }.Where(other => other != inside).Distinct().Select(other => $"{quote}{other}{quote}");
    }

    /// <summary>Names of the same kind (called, a member, plain) that stand nearby.</summary>
    private static IEnumerable<(Match Name, string Other, double Fit)> Names(Source source, int i)
    {
        var lines = source.Lines;
        var near = Enumerable.Range(Math.Max(0, i - Window), Math.Min(lines.Count, i + Window + 1) - Math.Max(0, i - Window)).Where(source.IsCode)
            .SelectMany(place => Name().Matches(lines[place]).Select(match => (match.Value, Kind: KindOf(lines[place], match), Distance: Math.Abs(place - i)))).ToList();
        foreach (Match name in Name().Matches(lines[i]))
        {
            if (IsWord(name.Value)) continue;
            var kind = KindOf(lines[i], name);
            foreach (var other in near.Where(one => one.Kind == kind && one.Value != name.Value && !IsWord(one.Value)).GroupBy(one => one.Value).OrderBy(group => group.Min(one => one.Distance)).Take(MostNames))
                yield return (name, other.Key, 1 - (0.01 * other.Min(one => one.Distance)));
        }
    }

    private static (bool IsMember, bool IsCalled) KindOf(string line, Match name) => (name.Index > 0 && line[name.Index - 1] == '.', name.Index + name.Length < line.Length && line[name.Index + name.Length] == '(');

    public static bool IsWord(string name) => name is "if" or "else" or "elif" or "for" or "while" or "return" or "def" or "class" or "func" or "function" or "const" or "let" or "var" or "in" or "not" or "and" or "or" or "is" or "import" or "from" or "try" or "except" or "raise"
        or "throw" or "new" or "with" or "as" or "pass" or "break" or "continue" or "range" or "switch" or "case" or "default" or "export" or "async" or "await" or "yield" or "lambda" or "type" or "struct" or "package" or "static" or "public" or "private" or "void" or "catch" or "end" or "then" or "do" or "local";

    [GeneratedRegex(@"(?<![\w.""'])\d{1,9}(?![\w.""'])")]
    private static partial Regex Number();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.){0,60}\"|'(?:[^'\\\\]|\\\\.){0,60}'")]
    private static partial Regex Text();

    /// <summary>Of a class, a group or a kind of characters in a regular expression, within quotes or slashes.</summary>
    [GeneratedRegex(@"(?<=[/""'`][^/""'`\s]*(?:\]|\)|\\[a-zA-Z]|\.))[*+?](?=[^""'`\s]*[/""'`])")]
    private static partial Regex Repetition();

    [GeneratedRegex(@"(?<![\w""'])[\p{L}_$][\w$]*")]
    private static partial Regex Name();
}
