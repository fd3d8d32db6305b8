using System.Text.RegularExpressions;

namespace Runproof.Agents.Repair.Localisation;

/// <summary>Suspects by words alone, where no test shows the problem: what bears a name that the statement tells, and lines that speak of what hardly any other does.</summary>
internal static partial class Wording
{
    private const double OfAny = 0.5, OfLine = 0.85, OfBody = 0.9;

    /// <summary>Lines at most that a telling word stands in.</summary>
    private const int MostLines = 12;

    /// <summary>Names in code and in messages of a statement, each once.</summary>
    public static IReadOnlyList<string> NamesOf(string statement)
    {
        var isBlock = false;
        List<string> names = [];
        foreach (var line in statement.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) isBlock = !isBlock;
            else names.AddRange((isBlock ? [line] : Code().Matches(line).Select(match => match.Value)).SelectMany(Source.WordsOf));
        }

        return [.. names.Where(name => name.Length > 2).Distinct()];
    }

    public static IReadOnlyList<RankedLines> Places(IReadOnlyList<Source> sources, string statement)
    {
        var names = NamesOf(statement).ToHashSet();
        var lines = sources.SelectMany(source => source.Lines.Where((_, i) => source.IsCode(i)).SelectMany(line => Source.WordsOf(line).Distinct())).GroupBy(word => word).ToDictionary(group => group.Key, group => group.Count());
        return [.. sources.SelectMany(source => Places(source, names, lines))];
    }

    private static IEnumerable<RankedLines> Places(Source source, HashSet<string> names, Dictionary<string, int> lines)
    {
        var inside = -1;
        for (var i = 0; i < source.Lines.Count; i++)
        {
            if (!source.IsCode(i)) continue;
            var line = source.Lines[i];
            var indentation = Source.Indentation(line);
            if (inside >= 0 && indentation <= inside && !Closes().IsMatch(line)) inside = -1;
            if (inside < 0 && Defines().Match(line) is { Success: true } definition && definition.Groups["name"].Captures.Any(name => names.Contains(name.Value))) inside = indentation;
            var isTelling = Source.WordsOf(line).Any(word => names.Contains(word) && lines[word] <= MostLines);
            yield return new(source.Path, i + 1, i + 1, Math.Min(1, (inside >= 0 ? OfBody : isTelling ? OfLine : OfAny) + (inside >= 0 && isTelling ? 0.05 : 0)));
        }
    }

    [GeneratedRegex(@"`[^`]+`|'[\w.]+'")]
    private static partial Regex Code();

    /// <summary>The head of a function or class, in any language: a word for it, or a name with parameters that opens a block.</summary>
    [GeneratedRegex(@"\b(?:def|defp|func|fun|fn|function|class|struct|impl|module|interface|sub)\b\W*(?:\([^)]*\)\s*)?(?<name>[\p{L}_$][\w$]*)|^\s*(?:[\w<>,*&:\[\]?]+\s+)*[*&]?(?<name>[\p{L}_$][\w$]*)\s*\([^;]*\)[^;=]*\{\s*$|^\s*(?:export\s+)?(?:const|let|var|local)\s+(?<name>[\p{L}_$][\w$]*)\s*=\s*(?:async\s*)?(?:function\b|\()")]
    private static partial Regex Defines();

    [GeneratedRegex(@"^\s*[)\]}]")]
    private static partial Regex Closes();
}
