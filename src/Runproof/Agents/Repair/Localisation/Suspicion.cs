using System.Text.RegularExpressions;

namespace Runproof.Agents.Repair.Localisation;

/// <summary>
/// How suspicious each line of what was read is. What was measured comes from coverage; a line without a measurement (the further lines of a statement, the head of a function, a constant) takes after the lines that it belongs to
/// or that use what it defines.
/// </summary>
internal sealed partial class Suspicion
{
    private const double OfNeighbour = 0.9, OfHead = 0.88, OfUsed = 0.9, Named = 0.15;
    private const int Behind = 12, Before = 8;

    private readonly Dictionary<string, double[]> _scores = [];

    /// <param name="named">Lines that the failures' messages name.</param>
    public Suspicion(IEnumerable<Source> sources, IReadOnlyList<RankedLines> places, IReadOnlySet<(string File, int Line)> named)
    {
        var all = sources.ToList();
        foreach (var source in all) _scores[source.Path] = Measured(source, places, named);
        Dictionary<string, double> uses = [];
        foreach (var source in all)
        {
            foreach (var (line, score) in source.Lines.Zip(_scores[source.Path]).Where(pair => pair.Second > 0))
            {
                foreach (var word in Source.WordsOf(line)) uses[word] = Math.Max(score, uses.GetValueOrDefault(word));
            }
        }

        foreach (var source in all) Spread(source, _scores[source.Path], uses);
    }

    /// <param name="line">From 1.</param>
    public double Of(Source source, int line) => line >= 1 && line <= source.Lines.Count ? _scores[source.Path][line - 1] : 0;

    private static double[] Measured(Source source, IReadOnlyList<RankedLines> places, IReadOnlySet<(string File, int Line)> named)
    {
        var scores = new double[source.Lines.Count];
        foreach (var place in places.Where(place => place.File == source.Path))
        {
            for (var line = Math.Max(1, place.First); line <= Math.Min(place.Last, scores.Length); line++) scores[line - 1] = Math.Max(scores[line - 1], place.Score);
        }

        foreach (var (_, line) in named.Where(one => one.File == source.Path && one.Line >= 1 && one.Line <= scores.Length)) scores[line - 1] = Math.Min(1.2, Math.Max(scores[line - 1], 0.5) + Named);
        return scores;
    }

    private static void Spread(Source source, double[] scores, Dictionary<string, double> uses)
    {
        var measured = (double[])scores.Clone();
        for (var i = 0; i < scores.Length; i++)
        {
            if (measured[i] > 0 || Source.IsBlank(source.Lines[i])) continue;
            var indentation = Source.Indentation(source.Lines[i]);
            if (indentation > 0)
            {
                var before = Enumerable.Range(1, Behind).Select(back => i - back).TakeWhile(place => place >= 0).FirstOrDefault(place => measured[place] > 0, -1);
                if (before >= 0) scores[i] = measured[before] * OfNeighbour;
            }

            var behind = Enumerable.Range(1, Before).Select(on => i + on).TakeWhile(place => place < scores.Length).FirstOrDefault(place => measured[place] > 0, -1);
            if (behind >= 0 && Source.Indentation(source.Lines[behind]) > indentation) scores[i] = Math.Max(scores[i], measured[behind] * OfHead);
            if (Definition().Match(source.Lines[i]) is { Success: true } definition && uses.GetValueOrDefault(definition.Groups[1].Value) is > 0 and var used)
            {
                scores[i] = Math.Max(scores[i], used * OfUsed);
                for (var inner = i + 1; inner < scores.Length && Source.Indentation(source.Lines[inner]) > indentation && measured[inner] == 0; inner++) scores[inner] = Math.Max(scores[inner], scores[i] * OfNeighbour);
            }
        }
    }

    [GeneratedRegex(@"^\s*(?:export\s+|default\s+|public\s+|private\s+|protected\s+|static\s+|final\s+|readonly\s+)*(?:const|let|var|val|local|type|class|struct|interface)?\s*([\p{L}_$][\w$]*)\s*(?::[^=]{0,80})?:?=")]
    private static partial Regex Definition();
}
