using System.Text;
using Runproof.Environments;
using Runproof.Repositories;

namespace Runproof.Mining;

/// <summary>The patches of a change.</summary>
/// <param name="Applied">Base commit → with the solution and its tests.</param>
/// <param name="Bug">From there → without the solution.</param>
/// <param name="Gold">The solution: base → with it.</param>
/// <param name="Test">Its tests: base → with them.</param>
internal sealed record ChangePatches(string Applied, string Bug, string Gold, string Test)
{
    /// <summary>As git tells them.</summary>
    public static async Task<ChangePatches> OfAsync(string gitDirectory, Change change, ChangeParts parts, CancellationToken cancel)
    {
        async Task<string> DiffAsync(string from, string to, IEnumerable<string> paths) => await new Git(gitDirectory).RunAsync(
            ["--literal-pathspecs", "diff", "--binary", "--full-index", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", from, to, "--", .. paths], cancel);
        var (gold, test) = (await DiffAsync(change.Base, change.Head, parts.Solution), await DiffAsync(change.Base, change.Head, parts.Tests));
        return new(await DiffAsync(change.Base, change.Head, parts.Solution.Concat(parts.Tests)), await DiffAsync(change.Head, change.Base, parts.Solution), gold, test);
    }

    /// <summary>In a language whose tests stand inside product files: between the two trees, after the tests have moved out of them.</summary>
    /// <param name="before">The base commit; <paramref name="after"/>: with solution and tests.</param>
    /// <returns>Them, and the paths of the tests among them.</returns>
    public async Task<(ChangePatches Patches, IReadOnlyList<string> Tests)> BetweenAsync(RepositoryTree before, RepositoryTree after, ChangeParts parts, IReadOnlyList<Suite> suites, string scratch, CancellationToken cancel)
    {
        var (gold, bug, test) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        List<string> tests = [];
        foreach (var path in parts.Solution.Concat(parts.Tests).Concat(MovedTests.FilesOf(before.Layer)).Concat(MovedTests.FilesOf(after.Layer)).Distinct().Order(StringComparer.Ordinal))
        {
            var (old, @new) = (before.Exists(path) ? before.ReadBytes(path) : null, after.Exists(path) ? after.ReadBytes(path) : null);
            if (old is null ? @new is null : @new is not null && old.AsSpan().SequenceEqual(@new)) continue;
            var mode = (after.Exists(path) ? after : before).Mode(path);
            if (ChangeParts.IsTest(path, suites))
            {
                tests.Add(path);
                test.Append(await Diffs.BetweenAsync(path, old, @new, mode, scratch, cancel));
            }
            else
            {
                gold.Append(await Diffs.BetweenAsync(path, old, @new, mode, scratch, cancel));
                bug.Append(await Diffs.BetweenAsync(path, @new, old, mode, scratch, cancel));
            }
        }

        return (this with { Gold = gold.ToString(), Bug = bug.ToString(), Test = test.ToString() }, tests);
    }
}
