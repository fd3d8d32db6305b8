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
    private readonly SwitchedSources _sources = new(context);
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
            if (context.Environment.Suites[suite] is not { Command.Count: 0 } one || one.Profile.Schemata is not { Build: not null } rule || !one.TestFramework.Modes.ContainsKey("switched")) continue;
            var bugs = await _sources.BugsAsync(rule, suite, sites, _selector, cancel);
            try
            {
                if (bugs.Count > 1) await BuildAsync(rule, suite, bugs, cancel);
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
    private async Task BuildAsync(SchemataRule rule, int suite, List<SwitchedBug> bugs, CancellationToken cancel)
    {
        var (one, how) = (context.Environment.Suites[suite], rule.Build!);
        var variables = TestCommand.Parts(one, new(), "switched").Variables;
        for (var build = 0; build < MostBuilds && bugs.Count > 1; build++)
        {
            var layer = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
            var (files, lines) = _sources.Write(rule, bugs);
            foreach (var (file, text) in files) Put(how, layer, file, text);
            var packages = bugs.SelectMany(bug => bug.Tests).Select(test => TestCommand.PackageOf(one, test)).OfType<string>().Distinct();
            await using var sandbox = await context.SandboxToJudgeAsync(cancel, layer);
            var built = await sandbox.ExecuteAsync(new([.. how.Command, .. packages], BuildTime, one.WorkingDirectory, variables), cancel);
            if (built.Succeeded)
            {
                await context.KeepBuildCacheAsync(sandbox, layer + ".built", cancel);
                WorkspaceFolders.Delete(Path.Combine(layer + ".built", "env", "gocache"));
                foreach (var bug in bugs) _places[Key(bug.Site)] = new(suite, bug.Number, layer + ".built");
                return;
            }

            var said = built.Output.Text + built.Error.Text;
            var wrong = how.Error.Matches(said).Select(match => (File: one.PathOf(match.Groups["file"].Value.Replace("./", "", StringComparison.Ordinal)), Line: int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture))).ToList();
            var removed = bugs.RemoveAll(bug => wrong.Any(error => error.File == bug.Site.File && lines[bug.Number] is var (first, last) && error.Line >= first && error.Line <= last));
            if (removed == 0) return;
        }
    }

    /// <summary>Writes a file, and beside it the switch of its package.</summary>
    private void Put(SchemataBuild how, string layer, string file, byte[] text)
    {
        var target = Path.Combine(layer, "testbed", file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, text);
        var package = how.Package.Match(context.Tree.ReadText(file)).Groups[1].Value;
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(target)!, how.SwitchFile), how.Switch.Replace("{package}", package, StringComparison.Ordinal));
    }

    private string Key(BugSite site) => site.Id(context.Environment.Tree);

    /// <summary>Where a bug is: the test programs' layer, and its number there.</summary>
    private sealed record Place(int Suite, int Number, string Layer);
}
