using System.Diagnostics;
using System.Runtime.Loader;
using System.Text;

/// <summary>Places, and programs of the SDK.</summary>
internal static class Tools
{
    public static string Home { get; } = Variable("RUNPROOF_HOME");

    public static string Support { get; } = Variable("RUNPROOF_SUPPORT");

    /// <summary>Where each project's targets write what they tell.</summary>
    public static string Told { get; } = Path.Combine(Path.GetTempPath(), "runproof-told");

    /// <summary>The frameworks that projects with several are built for: written once, by the install step.</summary>
    public static string Frameworks { get; } = Path.Combine(Home, "frameworks.props");

    /// <summary>The arguments of each project's last compilation.</summary>
    public static string Compiled { get; } = Path.Combine(Home, "compiled");

    private static string Sdk { get; } = Variable("RUNPROOF_SDK");

    public static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";

    /// <summary>The compiler lies in the SDK's own folder. To be called before the first use of any class that knows it.</summary>
    public static void FindCompiler() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        Path.Combine(Sdk, "Roslyn", "bincore", name.Name + ".dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;

    public static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }

    /// <summary>
    /// Runs MSBuild from a folder that is not the repository's, and leaves no process behind. Warnings are no errors: a bug must not fail to compile for one. Analyzers are off for the same reason.
    /// </summary>
    public static (int Code, string Output) MsBuild(string project, string target, IEnumerable<string> properties, int nodes = 1)
    {
        List<string> arguments =
        [
            "exec", Path.Combine(Sdk, "MSBuild.dll"), project, $"-t:{target}", "-nologo", "-nr:false", $"-m:{nodes}", "-clp:ErrorsOnly;NoSummary", "-v:quiet",
            "-p:ArtifactsPath=/opt/env/artifacts", "-p:UseArtifactsOutput=true", "-p:UseSharedCompilation=false", "-p:TreatWarningsAsErrors=false", "-p:WarningsAsErrors=", "-p:MSBuildTreatWarningsAsErrors=false",
            "-p:CodeAnalysisTreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false", "-p:NuGetAudit=false", "-p:RestoreLockedMode=false",
            "-p:UseAppHost=false", "-p:DebugType=portable", "-p:DeterministicSourcePaths=false", "-p:GeneratePackageOnBuild=false", "-p:EnablePackageValidation=false", "-p:ContinuousIntegrationBuild=false",
            "-p:EnableSourceControlManagerQueries=false", "-p:EnableSourceLink=false", "-p:DisableGitVersionTask=true",
            "-p:UseVSTest=true", "-p:EnableMSTestRunner=false", "-p:EnableNUnitRunner=false", "-p:UseMicrosoftTestingPlatformRunner=false", "-p:CollectCoverage=false",
            $"-p:CustomAfterMicrosoftCommonTargets={Support}/runproof.targets", $"-p:CustomAfterMicrosoftCommonCrossTargetingTargets={Support}/runproof.targets", $"-p:RunproofFrameworks={Frameworks}", $"-p:RunproofOut={Told}", $"-p:RunproofCompiled={Compiled}",
            .. properties.Select(property => $"-p:{property}"),
        ];
        Directory.CreateDirectory(Told);
        return Capture(arguments, new() { ["MSBuildSDKsPath"] = Path.Combine(Sdk, "Sdks"), ["MSBuildExtensionsPath"] = Sdk + "/", ["DOTNET_HOST_PATH"] = Variable("RUNPROOF_DOTNET") });
    }

    public static string VsTest => Path.Combine(Sdk, "vstest.console.dll");

    /// <summary>What the targets of projects wrote: one set of keys and values for each.</summary>
    public static List<Dictionary<string, string>> Read(string kind) => !Directory.Exists(Told) ? [] :
        [.. Directory.EnumerateFiles(Told, $"*.{kind}").Order(StringComparer.Ordinal).Select(file => File.ReadAllLines(file).Where(line => line.Contains('=')).ToDictionary(line => line[..line.IndexOf('=')], line => line[(line.IndexOf('=') + 1)..]))];

    private static (int Code, string Output) Capture(IEnumerable<string> arguments, Dictionary<string, string> variables)
    {
        var output = new StringBuilder();
        var code = Stream(arguments, variables, Path.GetTempPath(), line =>
        {
            lock (output) output.Append(line).Append('\n');
        });
        return (code, output.ToString());
    }

    /// <param name="started">Is handed the process, so that it can be ended.</param>
    public static int Stream(IEnumerable<string> arguments, Dictionary<string, string> variables, string folder, Action<string> line, Action<Process>? started = null)
    {
        using var process = Start(arguments, variables, folder, line);
        started?.Invoke(process);

        // Not without a limit for the streams: what a test left running may hold them open.
        while (!process.WaitForExit(1000))
        {
        }

        process.CancelOutputRead();
        return process.ExitCode;
    }

    public static Process Start(IEnumerable<string> arguments, Dictionary<string, string> variables, string folder, Action<string> line)
    {
        var start = new ProcessStartInfo(Variable("RUNPROOF_DOTNET"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        void Take(object sender, DataReceivedEventArgs received)
        {
            if (received.Data is { } data) line(data);
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
