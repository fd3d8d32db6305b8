using System.Globalization;
using System.Text;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Coverage;

/// <summary>
/// Reach by functions, for languages without coverage by test: a layer in which each function of the product code tells, by its number, that it runs. Works on source text, so whatever
/// translates or bundles it afterwards does not matter. A line belongs to the innermost function around it; lines outside of functions are not seen.
/// </summary>
internal sealed class Probes
{
    private readonly IReadOnlyList<IReadOnlyList<(string File, int First, int Last)>> _lines;

    private Probes(string layer, IReadOnlyList<IReadOnlyList<(string, int, int)>> lines) => (Layer, _lines) = (layer, lines);

    public string Layer { get; }

    /// <summary>Lines, both ends included, by paths as the suite's tools would report them; none for a number that was never planted.</summary>
    public IReadOnlyList<(string File, int First, int Last)> LinesOf(int number) => number >= 0 && number < _lines.Count ? _lines[number] : [];

    public static async Task<Probes> PlantAsync(RepositoryTree tree, Suite suite, IReadOnlyList<Suite> suites, string layer, string scratch, CancellationToken cancel)
    {
        var rule = suite.Profile.Probes!;
        var product = new ProductFiles(tree, suites);
        var texts = rule.Expressions.Select(one => one.Rule).Prepend(rule.Rule).Select((text, i) => $"id: probe-{i}\nlanguage: {suite.Profile.Name}\nrule: {text.ReplaceLineEndings(" ").Trim()}\n");
        var matches = await AstGrep.ScanAsync(string.Join("\n---\n", texts), [suite.Profile], Path.Combine(tree.Layer, "testbed"), scratch, cancel);
        List<IReadOnlyList<(string, int, int)>> lines = [];
        foreach (var file in matches.Where(match => suite.Holds(match.File) && product.Contains(match.File)).GroupBy(match => match.File))
        {
            var bodies = file.OrderBy(match => match.Start).DistinctBy(match => match.Start).ToList();
            var first = lines.Count;
            var owners = OwnersOf(bodies);
            var name = file.Key[suite.PathOf("").Length..];
            for (var i = 0; i < bodies.Count; i++) lines.Add([.. owners.Where(run => run.Owner == i).Select(run => (name, run.First, run.Last))]);
            var source = tree.ReadBytes(file.Key);
            Write(tree, file.Key, source, layer, bodies.SelectMany((body, i) => Edits(rule, body, rule.Statement.Replace("{number}", (first + i).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), source)));
        }

        Directory.CreateDirectory(layer);
        return new(layer, lines);
    }

    /// <summary>Runs of lines and the innermost body that holds them.</summary>
    private static List<(int First, int Last, int Owner)> OwnersOf(List<AstMatch> bodies)
    {
        var owner = new SortedDictionary<int, int>();

        // Outer bodies begin before inner ones: the later one has the line.
        for (var i = 0; i < bodies.Count; i++)
        {
            for (var line = bodies[i].FirstLine; line <= bodies[i].LastLine; line++) owner[line] = i;
        }

        List<(int First, int Last, int Owner)> runs = [];
        foreach (var (line, one) in owner)
        {
            if (runs.Count > 0 && runs[^1].Owner == one && runs[^1].Last == line - 1) runs[^1] = (runs[^1].First, line, one);
            else runs.Add((line, line, one));
        }

        return runs;
    }

    private static IEnumerable<(int Offset, int Removed, string Text)> Edits(ProbeRule rule, AstMatch body, string statement, byte[] source)
    {
        var kind = int.Parse(body.RuleId.AsSpan(body.RuleId.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
        if (kind == 0) return [(body.Start + 1, 0, statement)];

        // The arrow becomes the beginning of a block, which ends behind the semicolon.
        var expression = rule.Expressions[kind - 1];
        var end = Array.IndexOf(source, (byte)';', body.End);
        return end < 0 ? [] : [(body.Start, 2, expression.Open.Replace("{statement}", statement, StringComparison.Ordinal)), (end + 1, 0, expression.Close)];
    }

    private static void Write(RepositoryTree tree, string file, byte[] original, string layer, IEnumerable<(int Offset, int Removed, string Text)> edits)
    {
        using var made = new MemoryStream();
        var done = 0;
        foreach (var (offset, removed, text) in edits.OrderBy(edit => edit.Offset))
        {
            made.Write(original.AsSpan(done, offset - done));
            made.Write(Encoding.UTF8.GetBytes(text));
            done = offset + removed;
        }

        made.Write(original.AsSpan(done));
        var target = Path.Combine(layer, "testbed", file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, made.ToArray());
        File.SetUnixFileMode(target, tree.Mode(file));
    }
}
