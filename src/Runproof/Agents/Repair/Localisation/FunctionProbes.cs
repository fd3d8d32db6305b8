using System.Globalization;
using System.Text;
using Runproof.Coverage;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Agents.Repair.Localisation;

/// <summary>Where lines cannot be measured: each function of what was read tells its number when it runs, for one run of the tests.</summary>
internal sealed class FunctionProbes
{
    private const string Place = "probe";

    private readonly List<List<RankedLines>> _lines = [];

    /// <summary>The input of <c>plant.pl</c>.</summary>
    public string Plan { get; private set; } = "";

    public static async Task<FunctionProbes> FindAsync(IReadOnlyList<Source> sources, LanguageProfile profile, string workspace, CancellationToken cancel)
    {
        var scratch = WorkspaceFolders.CreateTemporary(workspace);
        try
        {
            var folder = await SourceFolder.WriteAsync(sources, scratch, cancel);
            var matches = await AstGrep.ScanAsync(Probes.RulesOf(profile), [profile], folder, scratch, cancel);
            var made = new FunctionProbes();
            var text = new StringBuilder();
            foreach (var source in sources) made.Add(source, [.. matches.Where(match => match.File == source.Path).OrderBy(match => match.Start).DistinctBy(match => match.Start)], profile.Probes!, text);
            made.Plan = text.ToString();
            return made;
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    /// <summary>Of functions their lines.</summary>
    public IReadOnlyList<RankedLines> LinesOf(IReadOnlyList<RankedLines> places) =>
        [.. places.SelectMany(place => place.File != Place ? [place] : Enumerable.Range(place.First, place.Last - place.First + 1).Where(number => number < _lines.Count).SelectMany(number => _lines[number]).Select(lines => lines with { Score = place.Score }))];

    private void Add(Source source, List<AstMatch> bodies, ProbeRule rule, StringBuilder plan)
    {
        if (bodies.Count == 0) return;
        var first = _lines.Count;
        var owners = Probes.OwnersOf(bodies, source.Lines.Count);
        for (var i = 0; i < bodies.Count; i++) _lines.Add([.. owners.Where(run => run.Owners.Contains(i)).Select(run => new RankedLines(source.Path, run.First, run.Last, 0))]);
        var bytes = Encoding.UTF8.GetBytes(source.Text);
        plan.Append(source.Path).Append('\n');
        foreach (var (offset, removed, text) in bodies.SelectMany((body, i) => Probes.Edits(rule, body, (first + i).ToString(CultureInfo.InvariantCulture), bytes)).OrderBy(edit => edit.Offset))
            plan.Append(CultureInfo.InvariantCulture, $"{offset} {removed} {text}\n");
    }
}

/// <summary>What was read, as files on this machine, for programs that look at files.</summary>
internal static class SourceFolder
{
    public static async Task<string> WriteAsync(IReadOnlyList<Source> sources, string scratch, CancellationToken cancel)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, "read")).FullName;
        foreach (var source in sources)
        {
            var file = Path.GetFullPath(Path.Combine(folder, source.Path));
            if (!file.StartsWith(folder + "/", StringComparison.Ordinal)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, source.Text, cancel);
        }

        return folder;
    }
}
