using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;

namespace Runproof.Injection;

/// <summary>
/// Many bugs in one build (<see cref="SchemataRule"/>): what a bug costs is a run of the tests that reach it, not a build. Answers for a first look and for repeats; a build that has a bug alone decides.
/// </summary>
internal sealed class Schemata(EnvironmentContext context) : IAsyncDisposable
{
    private const int MostBuilds = 4;
    private static readonly TimeSpan BuildTime = TimeSpan.FromMinutes(3);
    private readonly TestSelector _selector = new(context);
    private readonly string _folder = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
    private readonly ConcurrentDictionary<string, Place> _places = [];
    private IReadOnlyList<Body>? _bodies;
    private int _answers;

    /// <summary>Runs that needed no build of their own.</summary>
    public int Answers => _answers;

    public ValueTask DisposeAsync()
    {
        WorkspaceFolders.Delete(_folder);
        return ValueTask.CompletedTask;
    }

    /// <summary>Builds what can be built together of bugs that are judged next; what was built before is over.</summary>
    public async Task PrepareAsync(IReadOnlyList<BugSite> sites, CancellationToken cancel)
    {
        // Test programs of every round would fill the disk in a long run.
        _places.Clear();
        foreach (var layer in Directory.EnumerateDirectories(_folder).ToList()) WorkspaceFolders.Delete(layer);
        for (var suite = 0; suite < context.Environment.Suites.Count; suite++)
        {
            if (context.Environment.Suites[suite] is not { Command.Count: 0 } one || one.Profile.Schemata is not { } rule || !one.TestFramework.Modes.ContainsKey("switched")) continue;
            _bodies ??= await BodiesAsync(rule, one.Profile, cancel);
            List<Member> members = [];
            foreach (var site in sites)
            {
                var body = _bodies.FirstOrDefault(body => body.File == site.File && body.Start < site.Start && site.End < body.End);
                var tests = _selector.For(Bug.At(site)) ?? context.Environment.Tests;
                if (body is not null && tests.All(test => test.Suite == suite)) members.Add(new(members.Count + 1, site, body, tests));
            }

            try
            {
                if (members.Count > 1) await BuildAsync(rule, suite, members, cancel);
            }
            catch (SandboxException)
            {
                // Each bug gets a build of its own.
            }
        }
    }

    /// <summary>Runs tests with the bug, or in the same build without it.</summary>
    /// <returns>A run with a whole report, a test that fails, or a limit that is reached; or null: a build of its own must tell.</returns>
    public async Task<SuiteRun?> RunAsync(Bug bug, bool hasBug, SuiteRequest request, CancellationToken cancel)
    {
        if (bug.Sites.Count > 1 || !_places.TryGetValue(Key(bug.Main), out var place) || request.Selection is not { } tests || tests.Any(test => test.Suite != place.Suite)) return null;
        var suite = context.Environment.Suites[place.Suite];
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, place.Layer);
        var run = await new SuiteRunner(suite).SwitchedAsync(sandbox, request, hasBug ? place.Number : 0, cancel);
        var isCut = run.TimedOut || run.OutOfMemory || run.Report.With(TestOutcome.TimedOut).Any();
        if (!isCut && !run.Report.With(TestOutcome.Failed).Any() && (!run.Report.IsComplete || run.Report.Tests.Count == 0)) return null;
        Interlocked.Increment(ref _answers);
        return run;
    }

    public bool Holds(Bug bug) => bug.Sites.Count == 1 && _places.ContainsKey(Key(bug.Main));

    /// <summary>Builds; leaves out what does not compile and builds again.</summary>
    private async Task BuildAsync(SchemataRule rule, int suite, List<Member> members, CancellationToken cancel)
    {
        var one = context.Environment.Suites[suite];
        var variables = TestCommand.Parts(one, new(), "switched").Variables;
        for (var build = 0; build < MostBuilds && members.Count > 1; build++)
        {
            var layer = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
            var cases = Write(rule, members, layer);
            var packages = members.SelectMany(member => member.Tests).Select(test => TestCommand.PackageOf(one, test)).OfType<string>().Distinct();
            await using var sandbox = await context.SandboxToJudgeAsync(cancel, layer);
            var built = await sandbox.ExecuteAsync(new([.. rule.Build, .. packages], BuildTime, one.WorkingDirectory, variables), cancel);
            if (built.Succeeded)
            {
                await context.KeepBuildCacheAsync(sandbox, layer + ".built", cancel);
                WorkspaceFolders.Delete(Path.Combine(layer + ".built", "env", "gocache"));
                foreach (var member in members) _places[Key(member.Site)] = new(suite, member.Number, layer + ".built");
                return;
            }

            var said = built.Output.Text + built.Error.Text;
            var wrong = rule.Error.Matches(said).Select(match => (File: one.PathOf(match.Groups["file"].Value.Replace("./", "", StringComparison.Ordinal)), Line: int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture))).ToList();
            var removed = members.RemoveAll(member => wrong.Any(error => error.File == member.Site.File && cases[member.Number] is var (first, last) && error.Line >= first && error.Line <= last));
            if (removed == 0) return;
        }
    }

    /// <summary>Writes the files with all bugs in them.</summary>
    /// <returns>The lines that each bug takes there.</returns>
    private Dictionary<int, (int First, int Last)> Write(SchemataRule rule, List<Member> members, string layer)
    {
        Dictionary<int, (int, int)> lines = [];
        foreach (var file in members.GroupBy(member => member.Site.File))
        {
            var original = context.Tree.ReadBytes(file.Key);
            using var text = new MemoryStream();
            var (done, line) = (0, 1);
            void Put(ReadOnlySpan<byte> bytes)
            {
                text.Write(bytes);
                line += bytes.Count((byte)'\n');
            }

            foreach (var body in file.GroupBy(member => member.Body).OrderBy(body => body.Key.Start))
            {
                // The switch stands behind the brace that opens the body.
                Put(original.AsSpan(done, body.Key.Start + 1 - done));
                done = body.Key.Start + 1;
                foreach (var member in body)
                {
                    var changed = new BugSite("", "", file.Key, member.Site.Start - body.Key.Start, member.Site.End - body.Key.Start, member.Site.Replacement, 0, 0, "", 0).Apply(original.AsSpan(body.Key.Start, body.Key.End - body.Key.Start));
                    var first = line;
                    Put(Encoding.UTF8.GetBytes((body.Key.Gives ? rule.Case : rule.CaseWithoutResult).Replace("{number}", $"{member.Number}", StringComparison.Ordinal).Replace("{body}", Encoding.UTF8.GetString(changed), StringComparison.Ordinal)));
                    lines[member.Number] = (first, line);
                }
            }

            Put(original.AsSpan(done));
            var target = Path.Combine(layer, "testbed", file.Key);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, text.ToArray());
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(target)!, rule.SwitchFile), rule.Switch.Replace("{package}", rule.Package.Match(Encoding.UTF8.GetString(original)).Groups[1].Value, StringComparison.Ordinal));
        }

        return lines;
    }

    private async Task<IReadOnlyList<Body>> BodiesAsync(SchemataRule rule, LanguageProfile profile, CancellationToken cancel)
    {
        string Rule(string id, string text) => $"id: {id}\nlanguage: {profile.Name}\nrule: {text}\n";
        var matches = await AstGrep.ScanAsync($"{Rule("bodies", rule.Bodies)}\n---\n{Rule("gives", rule.Gives)}", [profile], Path.Combine(context.Tree.Layer, "testbed"), _folder, cancel);
        var gives = matches.Where(match => match.RuleId == "gives").Select(match => (match.File, match.Start)).ToHashSet();
        return [.. matches.Where(match => match.RuleId == "bodies").Select(match => new Body(match.File, match.Start, match.End, gives.Contains((match.File, match.Start))))];
    }

    private string Key(BugSite site) => site.Id(context.Environment.Tree);

    /// <param name="Gives">The function has a result.</param>
    private sealed record Body(string File, int Start, int End, bool Gives);

    private sealed record Member(int Number, BugSite Site, Body Body, IReadOnlyList<BaselineTest> Tests);

    /// <summary>Where a bug is: the test programs' layer, and its number there.</summary>
    private sealed record Place(int Suite, int Number, string Layer);
}
