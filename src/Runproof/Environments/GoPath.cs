using System.Text.RegularExpressions;
using Runproof.Repositories;

namespace Runproof.Environments;

/// <summary>Go code from before modules: it is tested below <c>GOPATH/src</c>, under the path by which it is imported.</summary>
internal static partial class GoPath
{
    /// <summary>The variable that names that path; <c>gopath.sh</c> reads it.</summary>
    public const string Variable = "RUNPROOF_GO_IMPORT_PATH";

    private const string Unknown = "testbed";

    /// <summary>Variables of a suite at the root; none where there is a module.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Variables(RepositoryTree tree) =>
        tree.Files.Any(file => Path.GetFileName(file) == "go.mod") ? [] : [new("GO111MODULE", "off"), new(Variable, ImportPath(tree))];

    /// <summary>As the code says itself, or as its parts import one another.</summary>
    private static string ImportPath(RepositoryTree tree)
    {
        var files = tree.Files.Where(file => file.EndsWith(".go", StringComparison.Ordinal) && !$"/{file}".Contains("/vendor/", StringComparison.Ordinal)).ToDictionary(file => file, tree.ReadText);
        foreach (var (file, text) in files)
        {
            if (!file.Contains('/', StringComparison.Ordinal) && Canonical().Match(text) is { Success: true } said) return said.Groups[1].Value;
        }

        var folders = files.Keys.Select(file => Path.GetDirectoryName(file)!).Where(folder => folder.Length > 0).Distinct().ToList();
        var packages = files.Where(file => !file.Key.Contains('/', StringComparison.Ordinal)).Select(file => Package().Match(file.Value).Groups[1].Value).Where(name => name.Length > 0 && !name.EndsWith("_test", StringComparison.Ordinal)).ToHashSet();
        List<string> roots = [];
        foreach (var path in files.Values.SelectMany(text => Imported().Matches(text)).Select(match => match.Groups[1].Value))
        {
            roots.AddRange(folders.Where(folder => path.EndsWith("/" + folder, StringComparison.Ordinal)).Select(folder => path[..^(folder.Length + 1)]).OrderByDescending(root => root.Length).TakeLast(1));
            if (packages.Contains(VersionSuffix().Replace(path.Split('/')[^1], ""))) roots.Add(path);
        }

        return roots.Where(root => root.Contains('/', StringComparison.Ordinal)).CountBy(root => root).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key).FirstOrDefault() ?? Unknown;
    }

    [GeneratedRegex(@"(?m)^package \w+\s*(?://|/\*)\s*import\s+""([^""]+)""")]
    private static partial Regex Canonical();

    [GeneratedRegex(@"(?m)^package (\w+)")]
    private static partial Regex Package();

    [GeneratedRegex(@"(?m)^(?:import)?\s*(?:[\w.]+\s+)?""([\w-]+\.[\w.-]+/[^""\s]+)""")]
    private static partial Regex Imported();

    [GeneratedRegex(@"\.v\d+$")]
    private static partial Regex VersionSuffix();
}
