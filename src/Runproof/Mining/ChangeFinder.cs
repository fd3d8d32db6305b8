using Runproof.Environments;
using Runproof.Repositories;

namespace Runproof.Mining;

/// <summary>
/// Finds the changes of a history: the steps of its main line, a merged branch as one, and commits that belong together although the code came in one and its tests in the next.
/// </summary>
internal sealed class ChangeFinder(string gitDirectory, IReadOnlyList<Suite> suites)
{
    /// <summary>The time within which somebody who adds code adds its tests.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromDays(1);

    /// <param name="most">Commits looked at, the newest of the revision.</param>
    /// <returns>The newest first, each with its parts; of a commit without a parent there is no change.</returns>
    public async Task<IReadOnlyList<(Change Change, ChangeParts Parts)>> FindAsync(string revision, int? most, CancellationToken cancel)
    {
        var commits = await History.ReadAsync(gitDirectory, revision, most, cancel);
        var known = commits.ToDictionary(commit => commit.Hash);
        List<(Change Change, ChangeParts Parts)> line = [];
        for (var commit = commits.Count > 0 ? commits[0] : null; commit is { Parents.Count: > 0 }; commit = known.GetValueOrDefault(commit.Parents[0]))
        {
            var change = await StepAsync(commit, known, cancel);
            line.Add((change, await PartsAsync(change, cancel)));
        }

        return await GroupedAsync(line, cancel);
    }

    /// <summary>A clone may lack objects of an old parent: nothing is known of such a change.</summary>
    public async Task<ChangeParts> PartsAsync(Change change, CancellationToken cancel)
    {
        try
        {
            return await ChangeParts.ReadAsync(gitDirectory, change.Base, change.Head, suites, cancel);
        }
        catch (InputException error)
        {
            return ChangeParts.Unknown(error.Message);
        }
    }

    private async Task<Change> StepAsync(Commit commit, Dictionary<string, Commit> known, CancellationToken cancel)
    {
        if (commit.Parents.Count == 1) return new(commit.Parents[0], commit.Hash, [commit], []);
        var branch = (await History.BetweenAsync(gitDirectory, commit.Parents[0], commit.Hash, cancel)).Select(known.GetValueOrDefault).OfType<Commit>().Where(one => one.Hash != commit.Hash).ToList();
        return new(commit.Parents[0], commit.Hash, [commit, .. branch], [.. branch.Where(one => one.Parents.Count == 1).Select(one => new Change(one.Parents[0], one.Hash, [one], []))]);
    }

    /// <summary>Joins a step that brings code alone with the next one, or the one before, that brings tests alone.</summary>
    private async Task<IReadOnlyList<(Change, ChangeParts)>> GroupedAsync(List<(Change Change, ChangeParts Parts)> line, CancellationToken cancel)
    {
        List<(Change, ChangeParts)> found = [];
        for (var i = 0; i < line.Count; i++)
        {
            if (i + 1 < line.Count && BelongTogether(line[i], line[i + 1]))
            {
                var (newer, older) = (line[i].Change, line[i + 1].Change);
                var both = new Change(older.Base, newer.Head, [.. newer.Commits, .. older.Commits], []);
                found.Add((both, await PartsAsync(both, cancel)));
                i++;
            }
            else
            {
                found.Add(line[i]);
            }
        }

        return found;
    }

    private static bool BelongTogether((Change Change, ChangeParts Parts) newer, (Change Change, ChangeParts Parts) older)
    {
        var halves = (newer.Parts, older.Parts) is ({ Solution.Count: 0, Tests.Count: > 0 }, { Solution.Count: > 0, Tests.Count: 0 }) or ({ Solution.Count: > 0, Tests.Count: 0 }, { Solution.Count: 0, Tests.Count: > 0 });
        return halves && newer.Change.Newest.Author == older.Change.Newest.Author && (newer.Change.Newest.When - older.Change.Newest.When).Duration() <= Together;
    }
}
