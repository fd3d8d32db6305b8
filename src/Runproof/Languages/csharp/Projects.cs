using System.Text.RegularExpressions;

/// <summary>A project whose tests are run.</summary>
/// <param name="Properties">With which it is restored and built, beside those of all.</param>
internal sealed record TestProject(string Path, IReadOnlyList<string> Properties)
{
    private static string List => System.IO.Path.Combine(Tools.Home, "projects");

    public static List<TestProject> Read() => !File.Exists(List) ? [] : [.. File.ReadAllLines(List).Select(line => line.Split('\t')).Select(parts => new TestProject(parts[0], parts[1].Split(';', StringSplitOptions.RemoveEmptyEntries)))];

    public static void Write(IEnumerable<TestProject> projects) => File.WriteAllLines(List, projects.Select(project => $"{project.Path}\t{string.Join(';', project.Properties)}"));
}

/// <summary>What MSBuild says of a project before anything is restored.</summary>
internal sealed record ProjectFacts(string Path, IReadOnlyList<string> Frameworks, bool HasSeveral, IReadOnlyList<string> Packages)
{
    private static readonly Regex Framework = new("^(xunit|xunit\\.core|xunit\\.v3.*|nunit|mstest|mstest\\.testframework)$", RegexOptions.IgnoreCase);

    /// <summary>What runs for long, or needs a compiler of its own.</summary>
    private static readonly Regex NoSuite = new("^(benchmarkdotnet|mstest\\.engine|coyote.*)$", RegexOptions.IgnoreCase);

    public bool HasTests => Packages.Any(Framework.IsMatch) && !Packages.Any(NoSuite.IsMatch)
        && (Packages.Any(package => package.Equals("Microsoft.NET.Test.Sdk", StringComparison.OrdinalIgnoreCase)) || Packages.Any(package => package.StartsWith("xunit.v3", StringComparison.OrdinalIgnoreCase) || package.Equals("mstest", StringComparison.OrdinalIgnoreCase)));

    /// <summary>The tests of xUnit v3 are programs: they are only built with a host of their own.</summary>
    public IReadOnlyList<string> Properties => Packages.Any(package => package.StartsWith("xunit.v3", StringComparison.OrdinalIgnoreCase)) ? ["UseAppHost=true"] : [];

    public static ProjectFacts Of(Dictionary<string, string> told)
    {
        var several = told["frameworks"].Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var packages = told["packages"].Split('|', StringSplitOptions.RemoveEmptyEntries).ToList();
        if (told["mstestsdk"] == "true") packages.Add("mstest");
        return new(told["project"], several.Length > 0 ? several : [told["framework"]], several.Length > 0, packages);
    }
}

/// <summary>Target frameworks, as far as this machine can run or reference them.</summary>
internal static class Frameworks
{
    private static readonly Regex Net = new(@"^net(\d+)\.(\d+)$");
    private static readonly Regex Core = new(@"^netcoreapp(\d+)\.(\d+)$");
    private static readonly Regex Standard = new(@"^netstandard(\d+)\.(\d+)$");

    public static string Newest { get; } = $"net{Environment.Version.Major}.0";

    /// <summary>The best one to run tests with; null where there is none.</summary>
    public static string? ToRun(IEnumerable<string> names) => names.Where(name => Rank(name) is >= 2000 and var rank && rank <= Rank(Newest)).MaxBy(Rank);

    /// <summary>The one that a project for <paramref name="user"/> would reference; null where there is none.</summary>
    public static string? ToReference(IEnumerable<string> names, string user) => names.Where(name => Rank(name) is > 0 and var rank && rank <= Rank(user)).MaxBy(Rank);

    /// <summary>Later ones stand higher, and every runtime above every standard; 0 for what cannot be built here, such as net48 or net10.0-android.</summary>
    private static int Rank(string name)
    {
        if (Net.Match(name) is { Success: true } net && int.Parse(net.Groups[1].Value) >= 5) return 3000 + (100 * int.Parse(net.Groups[1].Value)) + int.Parse(net.Groups[2].Value);
        if (Core.Match(name) is { Success: true } core) return 2000 + (100 * int.Parse(core.Groups[1].Value)) + int.Parse(core.Groups[2].Value);
        if (Standard.Match(name) is { Success: true } standard) return 1000 + (100 * int.Parse(standard.Groups[1].Value)) + int.Parse(standard.Groups[2].Value);
        return Regex.Match(name, @"^net(\d)$") is { Success: true } old && int.Parse(old.Groups[1].Value) >= 5 ? 3000 + (100 * int.Parse(old.Groups[1].Value)) : 0;
    }
}
