using System.Security;
using System.Text.RegularExpressions;

/// <summary>The install step: which projects hold tests, for which framework they are built, and their packages. Builds nothing; MSBuild evaluates project files, though.</summary>
internal sealed class Restore
{
    private static readonly Regex Unknown = new(@"\bNU1101: Unable to find package ([\w.-]+?)\.? ");
    private static readonly Regex Skipped = new(@"/(bin|obj|node_modules|artifacts|\.[^/]+)/");

    private static readonly Regex TooNew = new(@"\bNU1102: Unable to find package ([\w.-]+) with version[^\n]*\n[^\n]*\[ Nearest version: ([\w.-]+) \]");

    private readonly HashSet<string> _without = [];
    private readonly Dictionary<string, string> _nearest = [];
    private List<ProjectFacts> _facts = [];
    private readonly Dictionary<string, string> _chosen = [];

    public static int All() => new Restore().Run();

    private int Run()
    {
        Directory.CreateDirectory(Tools.Home);
        var files = Directory.EnumerateFiles(Directory.GetCurrentDirectory(), "*.*proj", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => Path.GetExtension(file) is ".csproj" or ".fsproj" or ".vbproj" && !Skipped.IsMatch(file)).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0) return Tools.Fail("there is no project file");
        _facts = Describe(files);
        var tests = _facts.Where(one => one.HasTests).ToList();
        if (tests.Count == 0) return Tools.Fail($"none of {files.Count} projects references xunit, NUnit or MSTest");

        foreach (var one in tests)
        {
            if (Frameworks.ToRun(one.Frameworks) is not { } framework) Console.Error.WriteLine($"note: {Name(one.Path)} is left out: nothing here runs {string.Join(", ", one.Frameworks)}");
            else _chosen[one.Path] = framework;
        }

        WriteFrameworks();
        List<TestProject> restored = [];
        var failure = "";
        foreach (var one in tests.Where(one => _chosen.ContainsKey(one.Path)))
        {
            if (Try(one, out var reason) is { } usable) restored.Add(usable);
            else Console.Error.WriteLine("note: " + (failure = $"{Name(one.Path)} cannot be restored: {reason}"));
        }

        if (restored.Count == 0) return Tools.Fail(failure.Length > 0 ? failure : "no test project can be restored");
        TestProject.Write(restored);
        Console.WriteLine($"restored {restored.Count} of {tests.Count} test projects");
        return 0;
    }

    /// <summary>As the repository says; with NuGet's own sources alone; for the framework of the SDK. What no source has is left out or taken in the nearest version: often a tool that no test needs, and if one does the build tells.</summary>
    private TestProject? Try(ProjectFacts project, out string reason)
    {
        var own = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "NuGet", "NuGet.Config");
        reason = "";
        foreach (var (forced, sources) in new[] { (false, false), (false, true), (true, true) })
        {
            if (sources && !File.Exists(own)) continue;
            List<string> properties = [.. project.Properties, .. forced ? new[] { $"TargetFramework={Frameworks.Newest}", $"TargetFrameworks={Frameworks.Newest}", "RunproofForced=true" } : []];
            for (var again = true; again;)
            {
                var (code, output) = Tools.MsBuild(project.Path, "Restore", sources ? [.. properties, $"RestoreConfigFile={own}"] : properties);
                if (code == 0) return new(project.Path, forced || !project.HasSeveral ? properties : [.. properties, $"TargetFramework={_chosen[project.Path]}"]);
                var said = Build.Errors(output).FirstOrDefault() ?? output.Trim();
                if (!forced || reason.Length == 0) reason = said.Length > 300 ? said[..300] : said;
                again = LeaveOut(output);
            }
        }

        return null;
    }

    /// <returns>Whether there was something to change.</returns>
    private bool LeaveOut(string output)
    {
        var without = Unknown.Matches(output).Select(match => match.Groups[1].Value).Where(_without.Add).ToList();
        var older = TooNew.Matches(output).Select(match => (Package: match.Groups[1].Value, Version: match.Groups[2].Value)).Where(one => _nearest.TryAdd(one.Package, one.Version)).ToList();
        foreach (var package in without) Console.Error.WriteLine($"note: no source has the package {package}: going on without");
        foreach (var (package, version) in older) Console.Error.WriteLine($"note: no source has {package} in the version that is asked for: taking {version}");
        if (without.Count + older.Count > 0) WriteFrameworks();
        return without.Count + older.Count > 0;
    }

    private static List<ProjectFacts> Describe(List<string> files)
    {
        var script = Path.Combine(Path.GetTempPath(), "describe.proj");
        File.WriteAllText(script, $"""
            <Project>
              <ItemGroup>
            {string.Join('\n', files.Select(file => $"    <One Include=\"{SecurityElement.Escape(file)}\" />"))}
              </ItemGroup>
              <Target Name="Describe"><MSBuild Projects="@(One)" Targets="RunproofDescribe" ContinueOnError="true" /></Target>
            </Project>
            """);
        var (_, output) = Tools.MsBuild(script, "Describe", []);
        foreach (var error in Build.Errors(output)) Console.Error.WriteLine($"note: {error}");
        return [.. Tools.Read("described").Select(ProjectFacts.Of)];
    }

    /// <summary>Of several target frameworks only those that the test projects need: the others would be restored for nothing, and some need what is not there.</summary>
    private void WriteFrameworks()
    {
        var users = _facts.Where(one => one.HasTests).Select(one => Frameworks.ToRun(one.Frameworks)).OfType<string>().Distinct().ToList();
        string Line(ProjectFacts one)
        {
            var wanted = _chosen.TryGetValue(one.Path, out var chosen) ? [chosen] : users.Select(user => Frameworks.ToReference(one.Frameworks, user)).OfType<string>().Distinct().ToList();
            return wanted.Count == 0 ? "" : $"    <TargetFrameworks Condition=\"'$(MSBuildProjectFullPath)' == '{SecurityElement.Escape(one.Path)}'\">{SecurityElement.Escape(string.Join(';', wanted))}</TargetFrameworks>";
        }

        File.WriteAllText(Tools.Frameworks, $"""
            <Project>
              <PropertyGroup Condition="'$(TargetFrameworks)' != '' and '$(RunproofForced)' == ''">
            {string.Join('\n', _facts.Where(one => one.HasSeveral).Select(Line).Where(line => line.Length > 0))}
              </PropertyGroup>
              <ItemGroup>
            {string.Join('\n', _without.Order(StringComparer.Ordinal).Select(package => $"    <PackageReference Remove=\"{SecurityElement.Escape(package)}\" />"))}
            {string.Join('\n', _nearest.Select(one => $"    <PackageVersion Update=\"{one.Key}\" Version=\"{one.Value}\" />\n    <PackageReference Update=\"{one.Key}\" Version=\"{one.Value}\" Condition=\"'$(ManagePackageVersionsCentrally)' != 'true'\" />"))}
              </ItemGroup>
            </Project>
            """);
    }

    private static string Name(string path) => Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
}
