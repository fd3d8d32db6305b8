using System.Globalization;
using System.Text.RegularExpressions;
using Runproof.Agents.Repair.Candidates;
using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Reproduction;
using Runproof.Agents.Repair.Trials;
using Runproof.Environments;

namespace Runproof.Agents.Repair;

/// <summary>The road of the repair agent: show the problem, find suspects, try edits one by one and then many at once, look whether all else still works, hand in.</summary>
internal sealed partial class RepairStrategy(Dialogue dialogue, Assignment assignment, RepairKit kit, int seed, CancellationToken cancel)
{
    /// <summary>Turns that handing in takes, with a last look at the whole suite.</summary>
    private const int Reserve = 5;

    private const int Singles = 5, MostDeciding = 12, MostReadTurns = 5, PartBytes = 9_000;

    private readonly HashSet<string> _tried = [];

    public async Task RunAsync()
    {
        var isVisible = assignment.TestCommand is not null && assignment.Failing.Count > 0;
        var suite = kit.Suites.FirstOrDefault(one => isVisible && one.IdPrefix.Length > 0 && assignment.Failing[0].StartsWith(one.IdPrefix, StringComparison.Ordinal)) ?? kit.Suites[0];
        var scripts = new SuiteScripts(kit.Suites, suite);
        var place = new Workplace(dialogue, scripts, suite);
        if ((isVisible ? Visible(scripts, suite) : await Reproducers.FindAsync(dialogue, scripts, suite, assignment.Statement)) is not { } goal)
        {
            await GuessAsync(place, scripts, suite);
            return;
        }

        var first = await place.BeginAsync(goal.Why, goal.SetUp, goal.Failing);

        // What passes from the beginning cannot tell when the problem is solved.
        if ((first.Passes || !await SearchAsync(place, scripts, suite, first.Told, goal)) && dialogue.Left > 1) await place.LeaveAsync("I take back what only served the search.");
    }

    private Goal Visible(SuiteScripts scripts, Suite suite)
    {
        List<string> failing = [.. assignment.Failing.Where(test => test.StartsWith(suite.IdPrefix, StringComparison.Ordinal)).Select(test => test[suite.IdPrefix.Length..])];
        return new(scripts.Decide(Spread(failing)), failing, "", "I run the tests that fail, to see how they do.", IsTest: true);
    }

    private async Task<bool> SearchAsync(Workplace place, SuiteScripts scripts, Suite suite, string told, Goal goal)
    {
        bool IsProduct(string file) => suite.Profile.Files.IsProduct(file) && suite.Profile.Extensions.Contains(Path.GetExtension(file));
        var named = Places().Matches(told).Select(match => (match.Groups["file"].Value, int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture))).ToHashSet();
        const string Measuring = "I run the whole suite and measure what the failing tests run and the passing ones do not.";
        List<Source> sources = [];
        List<RankedFile> files;
        IReadOnlyList<RankedLines> places;
        if (suite.Profile.Probes is null && suite.TestFramework.Modes.ContainsKey("reach"))
        {
            var ranking = (await place.MeasureAsync($"{Failure(told)} {Measuring}", null, goal.Measured))!;
            (places, files) = ([.. ranking.Places.Where(one => IsProduct(one.File))], [.. ranking.Files.Where(file => IsProduct(file.Path))]);
        }
        else
        {
            // Functions are marked in the text, so it is read first.
            var words = Source.WordsOf($"{told} {assignment.Statement}").Where(word => word.Length > 3).Distinct().Take(200).ToList();
            var known = await place.FilesAsync($"{Failure(told)} I look which files speak of what the failures are about.", words);
            files = [.. known.Files.Where(file => IsProduct(file.Path))];
            sources = await ReadAsync(scripts, files, []);
            var probes = suite.Profile.Probes is null ? null : await FunctionProbes.FindAsync(sources, suite.Profile, kit.Workspace, cancel);
            var ranking = await place.MeasureAsync(Measuring, probes, goal.Measured);
            places = probes is null || ranking is null ? [] : probes.LinesOf(ranking.Places);
        }

        // Where nothing is measured, all that was read is equally suspicious.
        if (places.Count == 0 && files.Count == 0 && sources.Count == 0)
        {
            var words = Source.WordsOf($"{told} {assignment.Statement}").Where(word => word.Length > 3).Distinct().Take(200).ToList();
            files = [.. (await place.FilesAsync("No line could be measured. I look which files speak of what the failures are about.", words)).Files.Where(file => IsProduct(file.Path)).Take(3)];
        }

        if (places.Count == 0) places = [.. files.Select(file => (file.Path, file.Lines)).Concat(sources.Select(source => (source.Path, Lines: source.Lines.Count))).Select(file => new RankedLines(file.Path, 1, file.Lines, 0.2))];
        while (true)
        {
            if (sources.Count == 0) sources = await ReadAsync(scripts, files, places);
            var edits = (await CandidateEdits.FindAsync(sources, new(sources, places, named), suite.Profile, kit.Workspace, seed, cancel)).Where(edit => !_tried.Contains(edit.Key)).ToList();
            if (await (goal.IsTest ? TryAllAsync(place, edits, sources) : SelectAsync(place, edits, sources, hasExamples: true))) return true;
            if (dialogue.Left <= Reserve + 2 || !dialogue.IsEarly || files.Count == 0) return false;
            sources = [.. sources, .. await ReadAsync(scripts, files, places)];
        }
    }

    /// <summary>Without anything that shows the problem: edits where the statement's words point to, of which nothing breaks.</summary>
    private async Task GuessAsync(Workplace place, SuiteScripts scripts, Suite suite)
    {
        await place.BeginAsync("Nothing that I can run shows the problem. I run the whole suite, to see later whether an edit breaks anything.");
        var known = await place.FilesAsync("I look which files have the names that the statement tells.", Wording.NamesOf(assignment.Statement));
        List<RankedFile> files = [.. known.Files.Where(file => suite.Profile.Files.IsProduct(file.Path) && suite.Profile.Extensions.Contains(Path.GetExtension(file.Path)))];
        var sources = await ReadAsync(scripts, files, []);
        if (sources.Count == 0) return;
        var places = Wording.Places(sources, assignment.Statement);
        await SelectAsync(place, await CandidateEdits.FindAsync(sources, new(sources, places, new HashSet<(string, int)>()), suite.Profile, kit.Workspace, seed, cancel), sources, hasExamples: false);
    }

    private async Task<bool> SelectAsync(Workplace place, IReadOnlyList<Edit> edits, IReadOnlyList<Source> sources, bool hasExamples)
    {
        var (tried, isDone) = await new Selection(dialogue, place, hasExamples).RunAsync(edits, sources.ToDictionary(source => source.Path));
        foreach (var edit in edits.Take(tried)) _tried.Add(edit.Key);
        return isDone;
    }

    /// <summary>Reads the next files, the most suspicious first, as far as some turns go.</summary>
    private async Task<List<Source>> ReadAsync(SuiteScripts scripts, List<RankedFile> files, IReadOnlyList<RankedLines> places)
    {
        var reader = new SourceReader(dialogue, scripts.Root);
        List<Source> read = [];
        for (var turns = 0; files.Count > 0; files.RemoveAt(0))
        {
            var file = files[0];
            var needed = Math.Min(4, (file.Bytes / PartBytes) + 1);
            if (read.Count > 0 && turns + needed > MostReadTurns) break;
            turns += needed;
            var lines = string.Join(", ", places.Where(one => one.File == file.Path).Take(6).Select(one => one.First == one.Last ? $"{one.First}" : $"{one.First}-{one.Last}"));
            read.Add(await reader.ReadAsync(file, places, lines.Length > 0 ? $"Above all the failing tests run lines {lines} of {file.Path}. I read it." : $"I read {file.Path}."));
        }

        return read;
    }

    private async Task<bool> TryAllAsync(Workplace place, IReadOnlyList<Edit> edits, IReadOnlyList<Source> sources)
    {
        var byPath = sources.ToDictionary(source => source.Path);
        var next = 0;
        var last = "";
        foreach (var edit in edits.DistinctBy(edit => (edit.File, edit.First)).Take(Singles).ToList())
        {
            if (dialogue.Left <= Reserve) return false;
            _tried.Add(edit.Key);
            var told = edit.Told(byPath[edit.File]);
            var run = await place.TryAsync($"{last}{char.ToUpperInvariant(told[0])}{told[1..]}: I try that.", edit, byPath[edit.File]);
            if (run.Passes && await IsGoodAsync(place, told)) return true;
            last = run.Passes ? "" : "That does not help, so I take it back. ";
        }

        var left = edits.Where(edit => !_tried.Contains(edit.Key)).ToList();
        while (next < left.Count && dialogue.Left > Reserve)
        {
            var batch = left.Skip(next).Take(place.BatchSize).ToList();
            var (tried, passes) = await place.TryAsync($"{last}I let a script try the next {batch.Count} small edits near the suspects, one after the other, until the tests pass.", batch);
            last = "None of these helps. ";
            foreach (var edit in batch.Take(tried)) _tried.Add(edit.Key);
            next += tried;
            if (passes && await IsGoodAsync(place, batch[tried - 1].Told(byPath[batch[tried - 1].File]))) return true;
        }

        return false;
    }

    /// <summary>Looks at the whole suite, and hands in where nothing else broke.</summary>
    private async Task<bool> IsGoodAsync(Workplace place, string told)
    {
        var broken = await place.BrokenAsync($"With this edit the tests pass: {told}. I run the whole suite, to see whether anything else broke.");
        if (broken.Count > 0)
        {
            await place.TakeBackAsync($"It breaks something else ({broken[0]}), so it is not the cause: I take it back and look further.");
            return false;
        }

        await place.CleanAsync("Nothing else broke. I remove what only served the search, and look at what I changed.");
        await dialogue.SubmitAsync($"The problem is solved: {told}. I submit.");
        return true;
    }

    private static string Failure(string told)
    {
        var line = told.Split('\n').Select(one => one.Trim()).FirstOrDefault(one => Error().IsMatch(one));
        return line is null ? "The tests fail." : $"They fail with `{(line.Length <= 160 ? line : line[..160] + " ...").Replace('`', '\'')}`.";
    }

    /// <summary>Some of many, from all over.</summary>
    private static List<string> Spread(List<string> tests) => tests.Count <= MostDeciding ? tests : [.. Enumerable.Range(0, MostDeciding).Select(i => tests[i * tests.Count / MostDeciding])];

    [GeneratedRegex(@"^(?:E\s+)?\w*(?:Error|Exception|Failure|panic)\b|\bgot\b|\bexpected\b|^assert\b", RegexOptions.IgnoreCase)]
    private static partial Regex Error();

    [GeneratedRegex(@"(?:/testbed/|\b)(?<file>[\w][\w./-]{0,200}\.\w{1,5})(?::|"", line )(?<line>\d{1,6})\b")]
    private static partial Regex Places();
}
