using System.Text.RegularExpressions;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Environments;

/// <summary>A test command that a repository has, and why that was concluded.</summary>
/// <param name="Folder">Where it runs; empty for the root.</param>
/// <param name="Certain">The user named it, or it is the main one: without it there is no environment.</param>
internal sealed record Detection(LanguageProfile Profile, TestFramework Framework, string Folder, SuiteOptions Options, bool Certain, IReadOnlyList<string> Evidence)
{
    private const int TestFilesRead = 400;
    private const int MostFurtherSuites = 6;

    /// <summary>More than what tests import: pytest runs tests that import unittest alone.</summary>
    private const int Configured = 6;

    /// <summary>More than all other signs together.</summary>
    private const int Decisive = 1000;

    /// <summary>The suites of a repository, the one with the most test files first.</summary>
    /// <exception cref="InputException">No known language has test files here.</exception>
    public static IReadOnlyList<Detection> Of(RepositoryTree tree, ProjectOptions options)
    {
        if (options.Suites.Count > 0) return [.. options.Suites.Select(suite => Named(tree, suite))];
        if (options.Main is { Language: not null } or { Framework: not null } or { Folder: not null } or { Command.Count: > 0 }) return [Named(tree, options.Main)];
        var projects = LanguageProfiles.All.Where(profile => IsSpoken(tree, profile)).SelectMany(profile => Projects(tree, profile)).OrderByDescending(project => project.Files.Count).ToList();
        if (projects.Count == 0)
            throw new InputException(
                $"no test files found for any known language ({string.Join(", ", LanguageProfiles.All.Select(profile => profile.Title))}): name the language in {ProjectOptions.FileName}, or use a repository with tests");

        // The language with the most tests is what the repository is about.
        var main = projects.GroupBy(project => project.Profile).MaxBy(group => group.Sum(project => project.Files.Count))!.First();
        List<Detection> found = [Best(tree, main, options.Main, certain: true)];
        var further = projects.Where(project => project != main && project.Files.Count > 1).Select(project => Best(tree, project, SuiteOptions.None, certain: false));
        return [.. found, .. further.Where(one => one.Evidence.Count > 1).Take(MostFurtherSuites)];
    }

    /// <summary>Of a language and one that extends it only one counts: the latter where it has files that are no files of the former.</summary>
    private static bool IsSpoken(RepositoryTree tree, LanguageProfile profile)
    {
        if (profile.Extends is { } inner) return HasOwnFiles(tree, profile, LanguageProfiles.Named(inner));
        return !LanguageProfiles.All.Any(other => other.Extends == profile.Name && HasOwnFiles(tree, other, profile));
    }

    private static bool HasOwnFiles(RepositoryTree tree, LanguageProfile outer, LanguageProfile inner)
    {
        var own = outer.Extensions.Except(inner.Extensions).ToHashSet();
        return tree.Files.Any(file => own.Contains(Path.GetExtension(file)) && !outer.Files.Vendored.Match(file) && !outer.Files.NotProduct.Match(file));
    }

    /// <summary>The framework with the most signs.</summary>
    private static Detection Best(RepositoryTree tree, Project project, SuiteOptions options, bool certain)
    {
        var (profile, folder, files) = project;
        var texts = files.Take(TestFilesRead).Select(tree.ReadText).ToList();
        var (framework, signs) = profile.Frameworks.Select(framework => (Framework: framework, Signs: Signs(tree, folder, framework, texts))).OrderByDescending(pair => pair.Signs.Sum(sign => sign.Weight)).First();
        var where = folder.Length > 0 ? $" in {folder}" : "";
        return new(profile, framework, folder, options, certain, [$"{profile.Title}: {files.Count} test files{where}", .. signs.Select(sign => $"{framework.Name}{where}: {sign.Text}")]);
    }

    private static Detection Named(RepositoryTree tree, SuiteOptions options)
    {
        var all = options.Language is { } language ? [LanguageProfiles.Named(language)] : LanguageProfiles.All;
        if (options.Framework is { } wanted && !all.Any(profile => profile.Frameworks.Any(one => one.Name == wanted)))
        {
            throw new InputException($"{ProjectOptions.FileName}: {(options.Language is null ? $"no language has a framework '{wanted}'" : $"{all[0].Title} has no framework '{wanted}'")}: known are {string.Join(", ", all.SelectMany(profile => profile.Frameworks).Select(one => one.Name))}");
        }

        var folder = options.Folder;
        var project = all.Where(profile => options.Framework is null || profile.Frameworks.Any(one => one.Name == options.Framework)).SelectMany(profile => folder is null ? Projects(tree, profile) : [Inside(tree, profile, folder)])
            .OrderByDescending(one => one.Files.Count).FirstOrDefault() ?? new(all[0], folder ?? "", []);
        var best = project.Files.Count > 0 ? Best(tree, project, options, certain: true) : new(project.Profile, project.Profile.Frameworks[0], project.Folder, options, Certain: true, []);
        List<string> evidence = [options.Language is null ? best.Evidence is [var first, ..] ? first : project.Profile.Title : $"{project.Profile.Title}: {ProjectOptions.FileName} says so"];
        return options.Framework is { } name
            ? best with { Framework = project.Profile.Frameworks.First(one => one.Name == name), Evidence = [.. evidence, $"{name}: {ProjectOptions.FileName} says so"] }
            : best with { Evidence = [.. evidence, .. best.Evidence.Skip(1)] };
    }

    /// <summary>The folders in which tests of a language are run, with their test files.</summary>
    private static IEnumerable<Project> Projects(RepositoryTree tree, LanguageProfile profile)
    {
        var folders = ProjectFolders(tree, profile);
        return TestFiles(tree, profile).GroupBy(file => ProjectOf(folders, profile, file)).Select(group => new Project(profile, group.Key, [.. group]));
    }

    private static Project Inside(RepositoryTree tree, LanguageProfile profile, string folder) => new(profile, folder, [.. TestFiles(tree, profile).Where(file => file.StartsWith(In(folder, ""), StringComparison.Ordinal))]);

    private static string ProjectOf(HashSet<string> projects, LanguageProfile profile, string file)
    {
        List<string> folders = [];
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (projects.Contains(folder)) folders.Add(folder);
        }

        return folders.Count == 0 ? "" : profile.NestedProjects ? folders[0] : folders[^1];
    }

    /// <summary>Folders with a project file, by name or by pattern (<c>*.sln</c>).</summary>
    private static HashSet<string> ProjectFolders(RepositoryTree tree, LanguageProfile profile)
    {
        var names = new PathPatterns(profile.ProjectFiles);
        return [.. tree.Files.Where(file => names.Match(Path.GetFileName(file))).Select(file => Path.GetDirectoryName(file)!)];
    }

    private static string In(string folder, string file) => folder.Length == 0 ? file : $"{folder}/{file}";

    private static IEnumerable<string> TestFiles(RepositoryTree tree, LanguageProfile profile) => tree.Files.Where(file =>
        profile.Extensions.Contains(Path.GetExtension(file)) && profile.Files.TestModule.Match(file) && !profile.Files.Vendored.Match(file) && Path.GetFileName(file) != "__init__.py");

    private static List<(string Text, int Weight)> Signs(RepositoryTree tree, string folder, TestFramework framework, List<string> texts)
    {
        List<(string, int)> signs = [.. framework.DetectFiles.Where(file => tree.Exists(In(folder, file))).Select(file => ($"{file} exists", Configured))];
        foreach (var (file, pattern) in framework.DetectText)
        {
            if (tree.Exists(In(folder, file)) && pattern.IsMatch(tree.ReadText(In(folder, file)))) signs.Add(($"{file} names it", Configured));
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

    private sealed record Project(LanguageProfile Profile, string Folder, IReadOnlyList<string> Files);
}
