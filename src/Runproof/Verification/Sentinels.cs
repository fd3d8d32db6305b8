using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Repositories;

namespace Runproof.Verification;

internal enum SentinelVerdict
{
    /// <summary>The test that must fail failed and the one that must pass passed.</summary>
    Honest,

    /// <summary>A sentinel is not in the report.</summary>
    Absent,

    /// <summary>The test that must fail is reported as passed, or the other way round.</summary>
    Forged,
}

/// <summary>
/// Test files with random names in which one test must fail and one must pass. Code that forges a report (exits early with success, patches the framework,
/// plants a report file) does not know them, or turns the failing one green.
/// </summary>
internal sealed partial class Sentinels
{
    private readonly IReadOnlyList<PlantedFile> _files;

    private Sentinels(IReadOnlyList<PlantedFile> files) => _files = files;

    /// <summary>
    /// One file for each suite, or for each package where the framework wants that; only in the folders where a suite is known to load them, and wherever its tests are while that is not
    /// known. Null where there is no suite that could load any.
    /// </summary>
    /// <param name="name">In the place of a random name.</param>
    public static Sentinels? Plant(RepositoryTree tree, IReadOnlyList<Suite> suites, IReadOnlyList<BaselineTest> tests, string? name = null)
    {
        List<PlantedFile> files = [.. suites.SelectMany((suite, place) => For(tree, suite, [.. tests.Where(test => test.Suite == place)], name))];
        return files.Count == 0 ? null : new(files);
    }

    /// <summary>Of the folders where a suite is known to load a sentinel those that sentinels would be planted in beside these tests.</summary>
    public static IReadOnlyList<string> Known(RepositoryTree tree, Suite suite, IReadOnlyList<BaselineTest> tests) =>
        suite.HasSentinels ? [.. For(tree, suite, tests, null).Select(file => file.Folder)] : [];

    private static IEnumerable<PlantedFile> For(RepositoryTree tree, Suite suite, IReadOnlyList<BaselineTest> tests, string? given)
    {
        if (suite.TestFramework.Sentinel is not { } template || suite.SentinelFolders is { Count: 0 }) yield break;
        var testFiles = tests.Select(test => test.File).OfType<string>().Where(tree.Exists).ToList();
        if (testFiles.Count == 0)
        {
            testFiles = [.. tree.Files.Where(file => suite.Profile.Files.TestModule.Match(file) && file.StartsWith(suite.PathOf(""), StringComparison.Ordinal) && !file.Contains("testdata/", StringComparison.Ordinal))];
        }

        var byFolder = testFiles.GroupBy(file => FolderFor(tree, suite, template, file)).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        var chosen = suite.SentinelFolders is { } known ? byFolder.Where(group => known.Contains(group.Key)) : template.EachPackage ? byFolder : byFolder.Take(1);
        foreach (var group in chosen)
        {
            var nonce = given ?? "Rp" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
            var model = group.First();
            var name = template.Names.MaxBy(one => Likeness(one, Path.GetFileName(model)))!.Replace("{nonce}", nonce, StringComparison.Ordinal);
            var package = PackageClause().Match(tree.ReadText(model)) is { Success: true } clause ? clause.Groups[1].Value : "";
            var content = template.Content.TrimStart('\n').Replace("{nonce}", nonce, StringComparison.Ordinal).Replace("{package}", package, StringComparison.Ordinal);
            yield return new(group.Key, Path.Combine(group.Key, name), nonce, content);
        }
    }

    /// <summary>Where a sentinel goes for a test file: beside it, or in a folder of the project that holds it.</summary>
    private static string FolderFor(RepositoryTree tree, Suite suite, SentinelTemplate template, string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (template.Folder is null) return folder;
        while (folder.Length > suite.Folder.Length && !suite.Profile.ProjectFiles.Any(name => tree.Exists(Path.Combine(folder, name)))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, template.Folder);
    }

    public IReadOnlyList<(string Path, string Content)> Files => [.. _files.Select(file => (file.Path, file.Content))];

    /// <summary>Writes the files as a sandbox layer.</summary>
    public string WriteLayer(string layer)
    {
        foreach (var (_, path, _, content) in _files)
        {
            var full = Path.Combine(layer, "testbed", path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, content);
        }

        return layer;
    }

    /// <summary>The folders whose sentinels behaved.</summary>
    public IReadOnlyList<string> HonestFolders(TestReport report) => [.. _files.Where(file => Judge(file.Nonce, report) == SentinelVerdict.Honest).Select(file => file.Folder)];

    /// <summary>The worst of all.</summary>
    public SentinelVerdict Judge(TestReport report) => _files.Select(file => Judge(file.Nonce, report)).DefaultIfEmpty(SentinelVerdict.Absent).Max();

    public static bool IsSentinel(string testId) => SentinelName().IsMatch(testId);

    private static SentinelVerdict Judge(string nonce, TestReport report)
    {
        var outcomes = report.Tests.Values.Where(test => test.Id.Contains(nonce, StringComparison.Ordinal)).ToList();
        var pass = outcomes.Where(test => test.Id.EndsWith("pass", StringComparison.OrdinalIgnoreCase)).ToList();
        var fail = outcomes.Where(test => test.Id.EndsWith("fail", StringComparison.OrdinalIgnoreCase)).ToList();
        if (pass.Count == 0 || fail.Count == 0) return SentinelVerdict.Absent;
        return pass.All(test => test.Outcome == TestOutcome.Passed) && fail.All(test => test.Outcome == TestOutcome.Failed) ? SentinelVerdict.Honest : SentinelVerdict.Forged;
    }

    private static int Likeness(string template, string name)
    {
        var (before, after) = (template[..template.IndexOf('{')], template[(template.IndexOf('}') + 1)..]);
        return (before.Length > 0 && name.StartsWith(before, StringComparison.Ordinal) ? 2 : 0) + (name.EndsWith(after, StringComparison.Ordinal) ? 1 : 0);
    }

    private sealed record PlantedFile(string Folder, string Path, string Nonce, string Content);

    [GeneratedRegex(@"(?m)^package\s+(\w+)")]
    private static partial Regex PackageClause();

    [GeneratedRegex("Rp[0-9a-f]{16}")]
    private static partial Regex SentinelName();
}
