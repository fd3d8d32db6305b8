using System.Text;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Mining;

/// <summary>The patches of a change.</summary>
/// <param name="Gold">The solution: base → with it.</param>
/// <param name="Test">Its tests: base → with them.</param>
internal sealed record ChangePatches(string Gold, string Test)
{
    /// <summary>Base → with the solution and its tests.</summary>
    public string Applied => Gold + Test;

    /// <summary>As git tells them.</summary>
    /// <exception cref="InputException">It holds text that is not UTF-8.</exception>
    public static async Task<ChangePatches> OfAsync(string gitDirectory, Change change, ChangeParts parts, CancellationToken cancel)
    {
        async Task<string> DiffAsync(IReadOnlyList<string> paths) => paths.Count == 0 ? "" : await new Git(gitDirectory).RunAsync(
            ["--literal-pathspecs", "diff", "--binary", "--full-index", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", change.Base, change.Head, "--", .. paths], cancel);
        var patches = new ChangePatches(await DiffAsync(parts.Solution), await DiffAsync(parts.Tests));

        // A patch is a text: what is in another encoding would become something else.
        return patches.Applied.Contains('\uFFFD') ? throw new InputException("the change holds text that is not UTF-8") : patches;
    }

    /// <summary>In a language whose tests stand inside product files: between the files before and after, with the tests moved out of both.</summary>
    /// <param name="repository">At the base.</param>
    /// <returns>The patches, and the paths of the tests among what they change.</returns>
    public async Task<(ChangePatches Patches, IReadOnlyList<string> Tests)> WithMovedTestsAsync(Repository repository, ChangeParts parts, IReadOnlyList<Suite> suites, string scratch, CancellationToken cancel)
    {
        var before = await DerivedTree.CheckOutAsync(repository, "", Path.Combine(scratch, "base"), scratch, cancel);
        var after = await MovedTests.MoveAsync(await DerivedTree.CheckOutPatchedAsync(repository, Applied, Path.Combine(scratch, "head"), scratch, cancel), LanguageProfiles.All, scratch, cancel);
        var (gold, test) = (new StringBuilder(), new StringBuilder());
        List<string> tests = [];
        foreach (var path in parts.Solution.Concat(parts.Tests).Concat(MovedTests.FilesOf(before.Layer)).Concat(MovedTests.FilesOf(after.Layer)).Distinct().Order(StringComparer.Ordinal))
        {
            var (old, @new) = (before.Exists(path) ? before.ReadBytes(path) : null, after.Exists(path) ? after.ReadBytes(path) : null);
            if (old is null ? @new is null : @new is not null && old.AsSpan().SequenceEqual(@new)) continue;
            var isTest = ChangeParts.IsTest(path, suites);
            if (isTest) tests.Add(path);
            (isTest ? test : gold).Append(await Diffs.BetweenAsync(path, old, @new, (after.Exists(path) ? after : before).Mode(path), scratch, cancel));
        }

        return (new(gold.ToString(), test.ToString()), tests);
    }
}
