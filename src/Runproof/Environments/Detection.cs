using System.Text.RegularExpressions;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Environments;

/// <summary>Which language and test framework a repository uses, and why that was concluded.</summary>
internal sealed record Detection(LanguageProfile Profile, TestFramework Framework, IReadOnlyList<string> Evidence)
{
    private const int TestFilesRead = 400;

    /// <summary>More than what tests import: pytest runs tests that import unittest alone.</summary>
    private const int Configured = 6;

    /// <summary>More than all other signs together.</summary>
    private const int Decisive = 1000;

    /// <exception cref="InputException">No known language has test files here.</exception>
    public static Detection Of(RepositoryTree tree, ProjectOptions options)
    {
        var profile = options.Language is { } named ? LanguageProfiles.Named(named) : MostTests(tree);
        List<string> evidence = [options.Language is null ? $"{profile.Title}: {TestFiles(tree, profile).Count()} test files" : $"{profile.Title}: {ProjectOptions.FileName} says so"];
        if (options.Framework is { } wanted)
        {
            var framework = profile.Frameworks.FirstOrDefault(one => one.Name == wanted)
                ?? throw new InputException($"{ProjectOptions.FileName}: {profile.Title} has no framework '{wanted}': known are {string.Join(", ", profile.Frameworks.Select(one => one.Name))}");
            return new(profile, framework, [.. evidence, $"{wanted}: {ProjectOptions.FileName} says so"]);
        }

        var texts = TestFiles(tree, profile).Take(TestFilesRead).Select(tree.ReadText).ToList();
        var scored = profile.Frameworks.Select(framework => (Framework: framework, Signs: Signs(tree, framework, texts))).OrderByDescending(pair => pair.Signs.Sum(sign => sign.Weight)).ToList();
        return new(profile, scored[0].Framework, [.. evidence, .. scored[0].Signs.Select(sign => $"{scored[0].Framework.Name}: {sign.Text}")]);
    }

    private static LanguageProfile MostTests(RepositoryTree tree)
    {
        var best = LanguageProfiles.All.Select(profile => (Profile: profile, Count: TestFiles(tree, profile).Count())).MaxBy(pair => pair.Count);
        return best.Count > 0
            ? best.Profile
            : throw new InputException(
                $"no test files found for any known language ({string.Join(", ", LanguageProfiles.All.Select(profile => profile.Title))}): name the language in {ProjectOptions.FileName}, or use a repository with tests");
    }

    private static IEnumerable<string> TestFiles(RepositoryTree tree, LanguageProfile profile) => tree.Files.Where(file =>
        profile.Extensions.Contains(Path.GetExtension(file)) && profile.Files.TestModule.Match(file) && !profile.Files.Vendored.Match(file) && Path.GetFileName(file) != "__init__.py");

    private static List<(string Text, int Weight)> Signs(RepositoryTree tree, TestFramework framework, List<string> texts)
    {
        List<(string, int)> signs = [.. framework.DetectFiles.Where(tree.Exists).Select(file => ($"{file} exists", Configured))];
        foreach (var (file, pattern) in framework.DetectText)
        {
            if (tree.Exists(file) && pattern.IsMatch(tree.ReadText(file))) signs.Add(($"{file} names it", Configured));
        }

        var using_ = framework.DetectTests is { } tests ? texts.Count(text => tests.IsMatch(text)) : 0;
        var needing = framework.Needed is { } needed ? texts.Count(text => needed.IsMatch(text)) : 0;
        if (needing > 0) signs.Add(($"{needing} of {texts.Count} test files can be run by nothing else", Decisive));
        else if (using_ > 0) signs.Add(($"{using_} of {texts.Count} test files use it", 1 + (4 * using_ / texts.Count)));
        return signs;
    }

    /// <summary>Time zone and locale that the repository's own configuration sets for its tests.</summary>
    public static Dictionary<string, string> OwnLocale(RepositoryTree tree)
    {
        Dictionary<string, string> found = [];
        var places = tree.Files.Where(file => file is "tox.ini" or "setup.cfg" or "pyproject.toml" or "pytest.ini" or "Makefile" || (file.StartsWith(".github/workflows/", StringComparison.Ordinal) && Path.GetExtension(file) is ".yml" or ".yaml"));
        foreach (var text in places.Select(tree.ReadText))
        {
            if (Regex.Match(text, @"(?m)^\s*(?:export\s+)?TZ\s*[:=]\s*[""']?([A-Za-z][\w+-]*(?:/[\w+-]+)*)") is { Success: true } zone && File.Exists("/usr/share/zoneinfo/" + zone.Groups[1].Value)) found.TryAdd("TZ", zone.Groups[1].Value);
            if (Regex.Match(text, @"(?m)^\s*(?:export\s+)?(LC_ALL|LANG)\s*[:=]\s*[""']?(C(?:\.[\w-]+)?|POSIX)\b") is { Success: true } locale)
            {
                found.TryAdd("LC_ALL", locale.Groups[2].Value);
                found.TryAdd("LANG", locale.Groups[2].Value);
            }
        }

        return found;
    }
}
