using System.Collections.Concurrent;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Injection;

/// <summary>
/// A first look at many bugs at once: warm processes try them in one worker each, behind switches. What is caught there goes on to be judged; everything else is looked at again, alone.
/// </summary>
internal sealed class WarmTrials(EnvironmentContext context, IReadOnlyList<WarmProcesses> warm, int jobs)
{
    /// <summary>Bugs that may hang, each of which ends a trial.</summary>
    private const int MostTrials = 3;

    private readonly TestSelector _selector = new(context);
    private readonly SwitchedSources _sources = new(context);
    private readonly ConcurrentDictionary<string, int> _caught = [];

    /// <summary>Tries what can be tried together of bugs that are judged next.</summary>
    public async Task PrepareAsync(IReadOnlyList<BugSite> sites, CancellationToken cancel)
    {
        _caught.Clear();
        for (var suite = 0; suite < context.Environment.Suites.Count; suite++)
        {
            if (context.Environment.Suites[suite] is not { Command.Count: 0 } one || !one.TestFramework.Modes.TryGetValue("warm", out var mode) || !mode.Switches || one.Profile.Schemata is not { } rule) continue;
            var place = suite;
            var bugs = (await _sources.BugsAsync(rule, suite, sites, _selector, cancel)).Where(bug => _selector.WarmSuite(Bug.At(bug.Site), bug.Tests) == place).ToList();

            // Bugs that the same tests reach go together: each test file is loaded by fewer workers.
            var groups = bugs.OrderBy(bug => bug.Site.File, StringComparer.Ordinal).ThenBy(bug => bug.Site.Start).Chunk(Math.Max(1, (bugs.Count + jobs - 1) / jobs)).Where(group => group.Length > 1);
            await Parallel.ForEachAsync(groups, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (group, token) => await TryAsync(rule, warm[place], [.. group], token));
        }
    }

    /// <summary>Tests that ran until one caught the bug; null where none is known to.</summary>
    public int? Caught(Bug bug) => bug.Sites.Count == 1 && _caught.TryGetValue(Key(bug.Main), out var tests) ? tests : null;

    private async Task TryAsync(SchemataRule rule, WarmProcesses processes, List<SwitchedBug> bugs, CancellationToken cancel)
    {
        for (var trial = 0; trial < MostTrials && bugs.Count > 1; trial++)
        {
            if (await processes.TryAsync(_sources.Write(rule, bugs).Files, bugs.ToDictionary(bug => bug.Number, bug => bug.Tests), cancel) is not { } said) return;
            foreach (var bug in bugs.Where(bug => said.Caught.ContainsKey(bug.Number))) _caught[Key(bug.Site)] = said.Caught[bug.Number];
            if (said.Stuck is not { } stuck) return;
            bugs.RemoveAll(bug => bug.Number == stuck || said.Caught.ContainsKey(bug.Number));
        }
    }

    private string Key(BugSite site) => site.Id(context.Environment.Tree);
}
