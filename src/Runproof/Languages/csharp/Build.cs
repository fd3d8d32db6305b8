using System.Security;
using System.Text.RegularExpressions;

/// <summary>Builds test projects with all that they need, what did not change left as it is.</summary>
internal static class Build
{
    private static readonly Regex Error = new(@"(?i)\berror\b(?: [A-Z]+\d+)?\s*:");
    private static readonly Regex Project = new(@" \[[^\[\]]+proj(?:::[^\[\]]*)?\]$");

    /// <summary>Project → assembly of those that were built.</summary>
    public static Dictionary<string, string> All(IReadOnlyList<TestProject> projects, bool reach, out string output)
    {
        foreach (var old in Directory.Exists(Tools.Told) ? Directory.EnumerateFiles(Tools.Told, "*.built") : []) File.Delete(old);
        var script = Path.Combine(Path.GetTempPath(), "suite.proj");
        File.WriteAllText(script, $"""
            <Project>
              <ItemGroup>
            {string.Join('\n', projects.Select(project => $"    <One Include=\"{SecurityElement.Escape(project.Path)}\"><AdditionalProperties>{SecurityElement.Escape(string.Join(';', project.Properties))}</AdditionalProperties></One>"))}
              </ItemGroup>
              <Target Name="Suite"><MSBuild Projects="@(One)" Targets="Build" BuildInParallel="true" ContinueOnError="true" /></Target>
            </Project>
            """);

        // A second node pays where there is much to compile, not where one project changed.
        var nodes = Directory.Exists("/opt/env/artifacts/bin") && !reach ? 1 : 2;
        (_, output) = Tools.MsBuild(script, "Suite", reach ? ["RunproofReach=true"] : [], nodes);
        var wanted = projects.Select(project => project.Path).ToHashSet();
        return Tools.Read("built").Where(told => wanted.Contains(told["project"])).DistinctBy(told => told["project"]).ToDictionary(told => told["project"], told => told["target"]);
    }

    /// <summary>The errors of a build, each once, without the project at the end of the line.</summary>
    public static IReadOnlyList<string> Errors(string output) =>
        [.. output.Split('\n').Where(line => Error.IsMatch(line)).Select(line => Project.Replace(line.Trim(), "")).Distinct()];
}
