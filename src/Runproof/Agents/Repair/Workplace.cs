using System.Globalization;
using System.Text.RegularExpressions;
using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Trials;
using Runproof.Environments;

namespace Runproof.Agents.Repair;

/// <summary>How a run of the deciding tests ended.</summary>
/// <param name="Told">What was seen.</param>
internal sealed record DecidingRun(bool Passes, string Told);

/// <summary>What the repair agent does in the sandbox, each by one command: it sets up scripts, runs tests, measures, tries edits and takes them back.</summary>
internal sealed partial class Workplace(Dialogue dialogue, SuiteScripts scripts, Suite suite)
{
    private const int Slack = 6, LeastEach = 4, MostEach = 40, Polls = 6, LongestTold = 3_500, MostOfBatch = 90, MostPlaces = 70;

    private const string Why = $"perl {SuiteScripts.Folder}/report.pl why {TestCommand.Report}";

    /// <summary>What the deciding tests took when they last ran.</summary>
    private double _milliseconds = 3_000;
    private bool _isChanged;

    /// <summary>Seconds after which the deciding tests count as not passing.</summary>
    private int Each => Math.Clamp((int)(_milliseconds * 4 / 1000) + 2, LeastEach, Math.Min(MostEach, dialogue.CommandSeconds - Slack));

    private int BatchSeconds => Math.Max(2, dialogue.CommandSeconds - Slack - Each);

    /// <summary>Edits that one turn can try.</summary>
    public int BatchSize => Math.Clamp((int)(BatchSeconds * 1000 / Math.Max(100, _milliseconds)), 3, MostOfBatch);

    /// <param name="setUp">Writes the script of the deciding tests.</param>
    public async Task<DecidingRun> BeginAsync(string why, string setUp, IReadOnlyList<string> failing)
    {
        var seen = await dialogue.ActAsync(why, $"{scripts.Begin()}{setUp}{SuiteScripts.Written("failing", string.Join('\n', failing))}cd {scripts.Root}\n{Deciding(dialogue.CommandSeconds - Slack, LongestTold)}");
        return Read(seen);
    }

    /// <summary>Lets nothing but the whole suite decide: whatever passes now must go on passing.</summary>
    public async Task<DecidingRun> BeginAsync(string why)
    {
        var seen = await WaitAsync(
            why, $"begun=$(date +%s%N); sh {SuiteScripts.Folder}/suite.sh; mv {SuiteScripts.Folder}/now {SuiteScripts.Folder}/before; echo \"exit 0 after $(( ($(date +%s%N) - begun) / 1000000 )) ms\" >{SuiteScripts.Folder}/took",
            $"{scripts.Begin()}{SuiteScripts.Written("failing", "")}", $"head -n 5 {SuiteScripts.Folder}/before; echo \"$(wc -l <{SuiteScripts.Folder}/before) of all tests fail\"; cat {SuiteScripts.Folder}/took");
        await dialogue.ActAsync("From now on that decides: what passes must go on passing.", scripts.DecideByWhole(seen.Contains("\n0 of all tests fail", StringComparison.Ordinal) || seen.StartsWith("0 of all", StringComparison.Ordinal)));
        return Read(seen);
    }

    /// <summary>Source files below the suite's folder, and how many of some words each has.</summary>
    public async Task<Ranking> FilesAsync(string why, IReadOnlyList<string> words)
    {
        var patterns = string.Join(' ', suite.Profile.Extensions.Select(extension => $"'*{extension}'"));
        var not = string.Join(' ', suite.Profile.Files.Test.Expression.Replace("'", "'\\''", StringComparison.Ordinal));
        return Ranking.Read(await dialogue.ActAsync(
            why,
            $"{SuiteScripts.Written("words", string.Join('\n', words))}{SuiteScripts.Written("files.pl", SuiteScripts.Resource("files.pl"))}cd {scripts.Root}; git ls-files -- {patterns} | perl {SuiteScripts.Folder}/files.pl {SuiteScripts.Folder}/words '{not}'"));
    }

    /// <summary>What failing and passing tests run; null where that cannot be measured.</summary>
    /// <param name="probes">Planted for this run; null where lines are measured.</param>
    /// <param name="more">Writes <c>measure_more.sh</c>, which adds to the measurement; empty where there is no such script.</param>
    public async Task<Ranking?> MeasureAsync(string why, FunctionProbes? probes, string more)
    {
        if (scripts.Measure() is not { } measure)
        {
            await WaitAsync($"{why} There is no way to see which lines tests run here, so I only note which fail.", $"sh {SuiteScripts.Folder}/suite.sh; mv {SuiteScripts.Folder}/now {SuiteScripts.Folder}/before", "", $"head -n 20 {SuiteScripts.Folder}/before");
            return null;
        }

        var not = suite.Profile.Files.Test.Expression.Replace("'", "'\\''", StringComparison.Ordinal);
        // What fails is seen without probes: code that they broke would fail everywhere.
        var (plant, planted, uproot) = probes is null ? ("", "", "") : (
            $"{SuiteScripts.Written("plant.pl", SuiteScripts.Resource("plant.pl"))}{SuiteScripts.Written("plan", probes.Plan)}",
            $"sh {SuiteScripts.Folder}/suite.sh; mv {SuiteScripts.Folder}/now {SuiteScripts.Folder}/before_probes; cd {scripts.Root}; perl {SuiteScripts.Folder}/plant.pl <{SuiteScripts.Folder}/plan; ",
            $" git checkout -q -- .; mv {SuiteScripts.Folder}/before_probes {SuiteScripts.Folder}/before;");
        return Ranking.Read(await WaitAsync(
            why,
            $"{planted}sh {SuiteScripts.Folder}/measure.sh;{(more.Length > 0 ? $" sh {SuiteScripts.Folder}/measure_more.sh;" : "")} cd {scripts.Root};{uproot} perl {SuiteScripts.Folder}/rank.pl {TestCommand.Reach} {SuiteScripts.Folder}/failing '{not}' {MostPlaces}",
            $"{measure}{more}{plant}{SuiteScripts.Written("rank.pl", SuiteScripts.Resource("rank.pl"))}",
            $"tail -n {MostPlaces + 10} {SuiteScripts.Folder}/said"));
    }

    /// <summary>Puts an edit in the place of the one before, and runs the deciding tests.</summary>
    public async Task<DecidingRun> TryAsync(string why, Edit edit, Source source)
    {
        var command = $"{Applied(edit, source)}{Deciding(Each, 700)}";
        return Read(await dialogue.ActAsync(why, command));
    }

    /// <summary>Tries edits until one passes, which then stays.</summary>
    /// <returns>Its place among them, or how many were tried, and whether it passes.</returns>
    public async Task<(int Tried, bool Passes)> TryAsync(string why, IReadOnlyList<Edit> edits)
    {
        var seen = await dialogue.ActAsync(why, TryScript(edits, ""));
        if (Found().Match(seen) is { Success: true } found)
        {
            _isChanged = true;
            return (Number(found), true);
        }

        // Where it was cut off, a file may be left as an edit made it.
        var count = Counted().Match(seen);
        _isChanged = !count.Success;
        return (count.Success ? Math.Max(1, Number(count)) : edits.Count, false);
    }

    /// <summary>Tries all of some edits, and leaves none.</summary>
    /// <returns>How many were tried, and those that pass.</returns>
    public async Task<(int Tried, IReadOnlyList<Edit> Passing)> SiftAsync(string why, IReadOnlyList<Edit> edits)
    {
        var seen = await dialogue.ActAsync(why, TryScript(edits, "all"));
        var count = Counted().Match(seen);
        _isChanged = !count.Success;
        return (count.Success ? Math.Max(1, Number(count)) : edits.Count, [.. Found().Matches(seen).Select(Number).Where(number => number >= 1 && number <= edits.Count).Distinct().Select(number => edits[number - 1])]);
    }

    /// <summary>Tests of the whole suite that fail now and did not before, or were to be mended and still fail.</summary>
    /// <param name="edit">Put in the place of the one before; null where that is what it is about.</param>
    public async Task<IReadOnlyList<string>> BrokenAsync(string why, Edit? edit = null, Source? source = null)
    {
        var seen = await WaitAsync(
            why, $"sh {SuiteScripts.Folder}/suite.sh", edit is null || source is null ? "" : Applied(edit, source),
            $"(LC_ALL=C comm -13 {SuiteScripts.Folder}/before {SuiteScripts.Folder}/now | sed 's/^/now fails: /'; grep -Fxf {SuiteScripts.Folder}/failing {SuiteScripts.Folder}/now | sed 's/^/still fails: /') | head -n 12; echo \"$(wc -l <{SuiteScripts.Folder}/now) of all tests fail\"");
        return seen.Contains("of all tests fail", StringComparison.Ordinal) ? [.. seen.Split('\n').Where(line => line.StartsWith("now fails: ", StringComparison.Ordinal) || line.StartsWith("still fails: ", StringComparison.Ordinal))] : ["the suite did not end"];
    }

    /// <summary>Takes everything away that only served the search.</summary>
    public Task<string> CleanAsync(string why) => dialogue.ActAsync(why, $"cd {scripts.Root} && rm -rf {SuiteScripts.Folder} && git clean -fdq && git status --short && git diff");

    /// <summary>Leaves everything as it was.</summary>
    public Task<string> LeaveAsync(string why) => dialogue.ActAsync(why, $"cd {scripts.Root} && git checkout -q -- . && rm -rf {SuiteScripts.Folder} && git clean -fdq && git status --short");

    public Task<string> TakeBackAsync(string why)
    {
        _isChanged = false;
        return dialogue.ActAsync(why, $"cd {scripts.Root} && git checkout -q -- . && git status --short | head -n 5");
    }

    /// <summary>Shell text that puts an edit in the place of the one before.</summary>
    private string Applied(Edit edit, Source source)
    {
        var text = $"cd {scripts.Root}\n{(_isChanged ? "git checkout -q -- .\n" : "")}git apply <<'END_OF_PATCH'\n{edit.Diff(source)}END_OF_PATCH\n";
        _isChanged = true;
        return text;
    }

    private string TryScript(IReadOnlyList<Edit> edits, string all) =>
        $"[ -f {SuiteScripts.Folder}/try.pl ] || {SuiteScripts.Written("try.pl", SuiteScripts.Resource("try.pl"))}cd {scripts.Root}\n{(_isChanged ? "git checkout -q -- .\n" : "")}perl {SuiteScripts.Folder}/try.pl {BatchSeconds} {Each} {all} <<'END_OF_EDITS'\n{string.Join('\n', edits.Select(edit => edit.Entry))}\nEND_OF_EDITS";

    /// <summary>Runs something that may take long in the background, and looks again until it is done.</summary>
    /// <param name="before">Runs at once; <paramref name="after"/>: when it is done, and tells of it.</param>
    private async Task<string> WaitAsync(string why, string command, string before, string after)
    {
        var done = $"{SuiteScripts.Folder}/done";
        var wait = $"for i in $(seq {Math.Max(5, (dialogue.CommandSeconds - Slack) * 4)}); do [ -f {done} ] && break; sleep 0.25; done; if [ -f {done} ]; then {after}; else echo 'still running'; fi";
        var seen = await dialogue.ActAsync(why, $"{before}cd {scripts.Root}; rm -f {done}; ( ({command}; touch {done}) >{SuiteScripts.Folder}/said 2>&1 </dev/null & )\n{wait}");
        for (var i = 0; i < Polls && seen.TrimEnd().EndsWith("still running", StringComparison.Ordinal); i++) seen = await dialogue.ActAsync("That takes a while: I wait for it.", $"cd {scripts.Root}; {wait}");
        return seen;
    }

    private static string Deciding(int seconds, int longest) =>
        $"""
        begun=$(date +%s%N); rm -f {TestCommand.Report}; timeout -k 1 {seconds} sh {SuiteScripts.Folder}/decide.sh >{SuiteScripts.Folder}/out 2>&1; code=$?
        if [ $code = 0 ]; then echo 'the tests pass'; elif [ -s {TestCommand.Report} ]; then {Why} | head -c {longest}; else tail -c {longest} {SuiteScripts.Folder}/out; fi; echo; echo "exit $code after $(( ($(date +%s%N) - begun) / 1000000 )) ms"
        """;

    private DecidingRun Read(string seen)
    {
        var end = Ended().Match(seen);
        if (end.Success && double.TryParse(end.Groups[2].Value, CultureInfo.InvariantCulture, out var milliseconds)) _milliseconds = Math.Max(100, milliseconds);
        return new(end.Success && end.Groups[1].Value == "0", seen);
    }

    private static int Number(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"exit (\d{1,3}) after (\d{1,8}) ms\s*$")]
    private static partial Regex Ended();

    [GeneratedRegex(@"^(\d{1,5}) passes", RegexOptions.Multiline)]
    private static partial Regex Found();

    [GeneratedRegex(@": (\d{1,5}) were tried", RegexOptions.Multiline)]
    private static partial Regex Counted();
}
