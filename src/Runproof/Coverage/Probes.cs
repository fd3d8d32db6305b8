using System.Globalization;
using System.Text;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Coverage;

/// <summary>
/// Reach by functions, for languages without coverage by test: a layer in which each function of the product code tells, by its number, that it runs. Works on source text, so whatever
/// translates or bundles it afterwards does not matter. A line belongs to the innermost function around it, and where that one begins or ends also to those around that; lines outside of functions run
/// when the file is loaded.
/// </summary>
internal sealed class Probes
{
    private readonly IReadOnlyList<IReadOnlyList<(string File, int First, int Last)>> _lines;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<(int First, int Last)>> _outside;

    private Probes(string layer, IReadOnlyList<IReadOnlyList<(string, int, int)>> lines, IReadOnlyDictionary<string, IReadOnlyList<(int, int)>> outside) => (Layer, _lines, _outside) = (layer, lines, outside);

    public string Layer { get; }

    /// <summary>Lines, both ends included, by paths as the suite's tools would report them; none for a number that was never planted.</summary>
    public IReadOnlyList<(string File, int First, int Last)> LinesOf(int number) => number >= 0 && number < _lines.Count ? _lines[number] : [];

    /// <summary>Lines of a file that no function holds.</summary>
    public IReadOnlyList<(int First, int Last)> OutsideOf(string file) => _outside.GetValueOrDefault(file) ?? [];

    public static async Task<Probes> PlantAsync(RepositoryTree tree, Suite suite, IReadOnlyList<Suite> suites, string layer, string scratch, CancellationToken cancel)
    {
        var rule = suite.Profile.Probes!;
        var product = new ProductFiles(tree, suites);
        var matches = await AstGrep.ScanAsync(RulesOf(suite.Profile), [suite.Profile], Path.Combine(tree.Layer, "testbed"), scratch, cancel);
        List<IReadOnlyList<(string, int, int)>> lines = [];
        Dictionary<string, IReadOnlyList<(int, int)>> outside = [];
        foreach (var file in matches.Where(match => suite.Holds(match.File) && product.Contains(match.File)).GroupBy(match => match.File))
        {
            var bodies = file.OrderBy(match => match.Start).DistinctBy(match => match.Start).ToList();
            var first = lines.Count;
            var source = tree.ReadBytes(file.Key);
            var owners = OwnersOf(bodies, source.Count(one => one == '\n') + 1);
            var name = file.Key[suite.PathOf("").Length..];
            for (var i = 0; i < bodies.Count; i++) lines.Add([.. owners.Where(run => run.Owners.Contains(i)).Select(run => (name, run.First, run.Last))]);
            outside[name] = [.. owners.Where(run => run.Owners.Count == 0).Select(run => (run.First, run.Last))];
            Write(tree, file.Key, source, layer, bodies.SelectMany((body, i) => Edits(rule, body, (first + i).ToString(CultureInfo.InvariantCulture), source)));
        }

        Directory.CreateDirectory(layer);
        return new(layer, lines, outside);
    }

    /// <summary>The ast-grep rules that find the bodies.</summary>
    internal static string RulesOf(LanguageProfile profile) =>
        string.Join("\n---\n", profile.Probes!.Expressions.Select(one => one.Rule).Prepend(profile.Probes.Rule).Select((text, i) => $"id: probe-{i}\nlanguage: {profile.Name}\nrule: {text.ReplaceLineEndings(" ").Trim()}\n"));

    /// <summary>Runs of lines and the bodies that have them.</summary>
    internal static List<(int First, int Last, IReadOnlyList<int> Owners)> OwnersOf(List<AstMatch> bodies, int count)
    {
        var owners = new List<int>[count + 1];
        for (var line = 1; line <= count; line++) owners[line] = [];

        // Outer bodies begin before inner ones: the later one has its lines alone, save those that it shares with what stands around it.
        for (var i = 0; i < bodies.Count; i++)
        {
            for (var line = bodies[i].FirstLine; line <= Math.Min(bodies[i].LastLine, count); line++)
            {
                if (line > bodies[i].FirstLine && line < bodies[i].LastLine) owners[line].Clear();
                owners[line].Add(i);
            }
        }

        List<(int First, int Last, IReadOnlyList<int> Owners)> runs = [];
        for (var line = 1; line <= count; line++)
        {
            if (runs.Count > 0 && runs[^1].Owners.SequenceEqual(owners[line])) runs[^1] = runs[^1] with { Last = line };
            else runs.Add((line, line, owners[line]));
        }

        return runs;
    }

    /// <summary>What is put where, by byte offsets, so that the body tells its number.</summary>
    internal static IEnumerable<(int Offset, int Removed, string Text)> Edits(ProbeRule rule, AstMatch body, string number, byte[] source)
    {
        var statement = Numbered(rule.Statement);
        var kind = int.Parse(body.RuleId.AsSpan(body.RuleId.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
        if (kind == 0) return [(body.Start + 1, 0, statement)];

        var expression = rule.Expressions[kind - 1];
        var open = Numbered(expression.Open.Replace("{statement}", statement, StringComparison.Ordinal));
        if (expression.Around) return [(body.Start, 0, open), (body.End, 0, expression.Close)];

        // The arrow becomes the beginning of a block, which ends behind the semicolon.
        var end = Array.IndexOf(source, (byte)';', body.End);
        return end < 0 ? [] : [(body.Start, 2, open), (end + 1, 0, expression.Close)];

        string Numbered(string text) => text.Replace("{number}", number, StringComparison.Ordinal);
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
