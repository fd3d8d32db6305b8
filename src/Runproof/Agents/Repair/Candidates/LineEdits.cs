using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Trials;

namespace Runproof.Agents.Repair.Candidates;

/// <summary>Whole lines that stand elsewhere in what was read, put where they may have been lost: where what stands around is alike, and then wherever their names are known.</summary>
internal static class LineEdits
{
    private const double OfBoth = 0.93, OfOne = 0.8, OfHole = 0.96, OfTransplant = 0.5, Least = 0.25;
    private const int Window = 25, Near = 8, MostTransplants = 40, MostLines = 30;

    public static IEnumerable<Edit> Find(Source source, IReadOnlyList<Source> all, Suspicion suspicion)
    {
        var lines = source.Lines;
        var others = all.SelectMany(one => one.Lines.Select((line, i) => (Source: one, Place: i, Text: line.Trim())).Where(line => line.Text.Length > 1 && one.IsCode(line.Place))).ToList();
        var suspects = Enumerable.Range(0, lines.Count).Where(i => source.IsCode(i) && suspicion.Of(source, i + 1) > 0).ToList();
        foreach (var i in suspects)
        {
            foreach (var edit in Alike(source, i, others, suspicion.Of(source, i + 1))) yield return edit;
        }

        foreach (var i in suspects.OrderByDescending(i => IsHole(lines[i])).ThenByDescending(i => suspicion.Of(source, i + 1)).Take(MostLines))
        {
            foreach (var edit in Transplants(source, i, others.Select(one => one.Text).Where(IsStatement).Distinct().ToList(), suspicion.Of(source, i + 1))) yield return edit;
        }
    }

    /// <summary>Where the line before or behind stands elsewhere too, what is between is a hint.</summary>
    private static IEnumerable<Edit> Alike(Source source, int i, List<(Source Source, int Place, string Text)> others, double score)
    {
        var lines = source.Lines;
        var (own, before, behind) = (lines[i].Trim(), Beside(lines, i, -1), Beside(lines, i, 1));
        var indentation = lines[i][..Source.Indentation(lines[i])];
        foreach (var (other, place, text) in others)
        {
            if (text == own || (other == source && Math.Abs(place - i) < 2)) continue;
            var (same, next) = (Beside(other.Lines, place, -1) is { Length: > 3 } above && above == before, Beside(other.Lines, place, 1) is { Length: > 3 } below && below == behind);
            if (same || next) yield return new(source.Path, i + 1, i + 1, [indentation + text], score * (IsHole(lines[i]) ? OfHole : same && next ? OfBoth : OfOne * Likeness(own, text)));

            // Lost between this line and the one before it, or behind this one.
            if (!IsStatement(text)) continue;
            if (Beside(other.Lines, place, 1) == own && own.Length > 3) yield return new(source.Path, i + 1, i, [indentation + text], score * (same ? OfBoth : OfOne));
            if (Beside(other.Lines, place, -1) == own && own.Length > 3 && !OpensBlock(own)) yield return new(source.Path, i + 2, i + 1, [indentation + text], score * (next ? OfBoth : OfOne));
        }
    }

    /// <summary>Statements of elsewhere whose names are known here, but for one that another takes the place of.</summary>
    private static IEnumerable<Edit> Transplants(Source source, int i, List<string> statements, double score)
    {
        var lines = source.Lines;
        var known = Words(source, i - Window, i + Window);
        var near = Words(source, i - Near, i + Near);
        var indentation = lines[i][..Source.Indentation(lines[i])];
        var isHole = IsHole(lines[i]);
        List<(string Text, double Fit)> made = [];
        foreach (var jump in Jumps.Where(jump => jump != lines[i].Trim().TrimEnd(';'))) made.Add((lines[i].TrimEnd().EndsWith(';') ? jump + ";" : jump, 0.45));
        foreach (var statement in statements)
        {
            var words = Source.WordsOf(statement).Distinct().ToList();
            var unknown = words.Where(word => !known.Contains(word)).ToList();
            if (words.Count == 0 || unknown.Count > 1) continue;
            var fit = words.Count(near.Contains) / (double)words.Count;
            if (unknown.Count == 0) made.Add((statement, fit));
            else made.AddRange(near.Where(word => word.Length > 1 && char.IsLower(word[0]) && !words.Contains(word)).OrderByDescending(word => Likeness(word, unknown[0])).Take(3).Select(word => (statement.Replace(unknown[0], word, StringComparison.Ordinal), fit * 0.8)));
        }

        foreach (var (text, fit) in made.Where(one => one.Fit > Least).OrderByDescending(one => one.Fit).ThenBy(one => one.Text, StringComparer.Ordinal).Take(MostTransplants))
        {
            if (isHole) yield return new(source.Path, i + 1, i + 1, [indentation + text], score * OfHole * (0.5 + (fit / 2)));
            else if (!OpensBlock(lines[i].Trim())) yield return new(source.Path, i + 2, i + 1, [indentation + text], score * OfTransplant * fit);
        }
    }

    private static readonly string[] Jumps = ["break", "continue", "return"];

    /// <summary>The next line that is not blank, trimmed; empty at the end.</summary>
    private static string Beside(IReadOnlyList<string> lines, int i, int step)
    {
        for (var place = i + step; place >= 0 && place < lines.Count; place += step)
        {
            if (!Source.IsBlank(lines[place])) return lines[place].Trim();
        }

        return "";
    }

    private static HashSet<string> Words(Source source, int from, int to) =>
        [.. Enumerable.Range(Math.Max(0, from), Math.Max(0, Math.Min(source.Lines.Count, to + 1) - Math.Max(0, from))).Where(source.IsCode).SelectMany(place => Source.WordsOf(source.Lines[place]))];

    private static bool IsHole(string line) => line.Trim() is "pass" or "..." or "return" or "return;" or "return None" or "{}" or ";" or "nil" or "return nil";

    private static bool OpensBlock(string line) => line.Length > 0 && (line[^1] is '{' or '(' or '[' or ',' || (line[^1] == ':' && !line.StartsWith("case ", StringComparison.Ordinal)) || line.EndsWith("=>", StringComparison.Ordinal) || line.EndsWith("then", StringComparison.Ordinal) || line.EndsWith(" do", StringComparison.Ordinal));

    /// <summary>Can stand by itself.</summary>
    private static bool IsStatement(string line)
    {
        if (line.Length < 4 || OpensBlock(line) || line[0] is '#' or '/' or '*' or '}' or ')' or ']' or '@' or '"' or '\'' or '&' or '|' or '?') return false;
        var depth = 0;
        foreach (var one in line) depth += one is '(' or '[' or '{' ? 1 : one is ')' or ']' or '}' ? -1 : 0;
        return depth == 0 && !line.StartsWith("import ", StringComparison.Ordinal) && !line.StartsWith("from ", StringComparison.Ordinal) && !line.StartsWith("def ", StringComparison.Ordinal) && !line.StartsWith("export ", StringComparison.Ordinal);
    }

    private static double Likeness(string one, string other)
    {
        var (first, second) = (Source.WordsOf(one).SelectMany(Parts).ToHashSet(), Source.WordsOf(other).SelectMany(Parts).ToHashSet());
        var all = first.Union(second).Count();
        return all == 0 ? 0 : 0.5 + (0.5 * first.Intersect(second).Count() / all);
    }

    private static IEnumerable<string> Parts(string word) => word.Split('_', StringSplitOptions.RemoveEmptyEntries).Append(word);
}
