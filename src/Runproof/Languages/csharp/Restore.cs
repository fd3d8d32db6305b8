using System.Security;
using System.Text.RegularExpressions;

/// <summary>The install step: which projects hold tests, for which framework they are built, and their packages. Builds nothing; MSBuild evaluates project files, though.</summary>
internal sealed class Restore
{
    private static readonly Regex Unknown = new(@"\bNU1101: Unable to find package ([\w.-]+?)\.? ");
    private static readonly Regex Skipped = new(@"/(bin|obj|node_modules|artifacts|\.[^/]+)/");

    private readonly HashSet<string> _without = [];
    private List<ProjectFacts> _facts = [];
    private List<TestProject> _projects = [];

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
            if (Frameworks.ToRun(one.Frameworks) is not { } framework) Console.Error.WriteLine($"{Name(one.Path)} is left out: nothing here runs {string.Join(", ", one.Frameworks)}");
            else _projects.Add(new(one.Path, one.HasSeveral ? framework : "", false));
        }

        WriteFrameworks();
        List<TestProject> restored = [];
        var failure = "";
        foreach (var project in _projects)
        {
            if (Try(project, out var reason) is { } usable) restored.Add(usable);
            else Console.Error.WriteLine(failure = $"{Name(project.Path)} cannot be restored: {reason}");
        }

        if (restored.Count == 0) return Tools.Fail(failure.Length > 0 ? failure : "no test project can be restored");
        TestProject.Write(restored);
        Console.WriteLine($"restored {restored.Count} of {tests.Count} test projects");
        return 0;
    }

    /// <summary>As the repository says; with NuGet's own sources alone; for the framework of the SDK. What no source has is left out: often a tool that no test needs, and if one does the build tells.</summary>
    private TestProject? Try(TestProject project, out string reason)
    {
        var own = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "NuGet", "NuGet.Config");
        reason = "";
        foreach (var (forced, sources) in new[] { (false, false), (false, true), (true, true) })
        {
            if (sources && !File.Exists(own)) continue;
            List<string> properties = [.. forced ? new[] { $"TargetFramework={Frameworks.Newest}", $"TargetFrameworks={Frameworks.Newest}", "RunproofForced=true" } : [], .. sources ? new[] { $"RestoreConfigFile={own}" } : []];
            for (var again = true; again;)
            {
                var (code, output) = Tools.MsBuild(project.Path, "Restore", properties);
                if (code == 0) return project with { Forced = forced };
                var said = Build.Errors(output).FirstOrDefault() ?? output.Trim();
                if (reason.Length == 0) reason = said.Length > 300 ? said[..300] : said;
                again = LeaveOut(Unknown.Matches(output).Select(match => match.Groups[1].Value));
            }
        }

        return null;
    }

    private bool LeaveOut(IEnumerable<string> packages)
    {
        var added = packages.Where(_without.Add).ToList();
        foreach (var package in added) Console.Error.WriteLine($"no source has the package {package}: going on without");
        if (added.Count > 0) WriteFrameworks();
        return added.Count > 0;
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
        foreach (var error in Build.Errors(output)) Console.Error.WriteLine(error);
        return [.. Tools.Read("described").Select(ProjectFacts.Of)];
    }

    /// <summary>Of several target frameworks only those that the test projects need: the others would be restored for nothing, and some need what is not there.</summary>
    private void WriteFrameworks()
    {
        var users = _facts.Where(one => one.HasTests).Select(one => Frameworks.ToRun(one.Frameworks)).OfType<string>().Distinct().ToList();
        string Line(ProjectFacts one)
        {
            var wanted = _projects.Find(project => project.Path == one.Path) is { } test ? [test.Framework] : users.Select(user => Frameworks.ToReference(one.Frameworks, user)).OfType<string>().Distinct().ToList();
            return wanted.Count == 0 ? "" : $"    <TargetFrameworks Condition=\"'$(MSBuildProjectFullPath)' == '{SecurityElement.Escape(one.Path)}'\">{SecurityElement.Escape(string.Join(';', wanted))}</TargetFrameworks>";
        }

        File.WriteAllText(Tools.Frameworks, $"""
            <Project>
              <PropertyGroup Condition="'$(TargetFrameworks)' != '' and '$(RunproofForced)' == ''">
            {string.Join('\n', _facts.Where(one => one.HasSeveral).Select(Line).Where(line => line.Length > 0))}
              </PropertyGroup>
              <ItemGroup>
            {string.Join('\n', _without.Order(StringComparer.Ordinal).Select(package => $"    <PackageReference Remove=\"{SecurityElement.Escape(package)}\" />"))}
              </ItemGroup>
            </Project>
            """);
    }

    private static string Name(string path) => Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
}
