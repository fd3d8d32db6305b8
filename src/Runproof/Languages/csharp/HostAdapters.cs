using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

/// <summary>Runs the tests of an assembly by the frameworks' adapters for VSTest, in this process.</summary>
internal static class HostAdapters
{
    public static void Run(string assembly, HostContext context, HostRequest request, HostResults results)
    {
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(assembly)!, "*.dll").Where(file => file.EndsWith(".testadapter.dll", StringComparison.OrdinalIgnoreCase)))
        {
            foreach (var type in Types(context.LoadFromAssemblyName(AssemblyName.GetAssemblyName(file))).Where(type => type is { IsAbstract: false, IsClass: true } && typeof(ITestExecutor).IsAssignableFrom(type) && type.GetConstructor([]) is not null))
            {
                var executor = (ITestExecutor)Activator.CreateInstance(type)!;
                try
                {
                    executor.RunTests([assembly], new HostRunContext(request), new HostHandle(results, executor.Cancel));
                }
                catch (OperationCanceledException) when (results.IsEnough)
                {
                    // As asked.
                }
            }
        }
    }

    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException error)
        {
            // Some need what only other hosts of the adapter have.
            return error.Types.OfType<Type>();
        }
    }
}

/// <summary>What adapters ask of a run.</summary>
internal sealed class HostRunContext(HostRequest request) : IRunContext, IRunSettings, ITestCaseFilterExpression
{
    private readonly string _settings = File.ReadAllText(request["settings"]);

    public bool KeepAlive => false;

    public bool InIsolation => true;

    public bool IsDataCollectionEnabled => false;

    public bool IsBeingDebugged => false;

    public string? TestRunDirectory => Path.GetDirectoryName(request["report"]);

    public string? SolutionDirectory => null;

    public IRunSettings RunSettings => this;

    public string SettingsXml => _settings;

    public string TestCaseFilterValue => request["filter"];

    public ISettingsProvider? GetSettings(string? settingsName) => null;

    public ITestCaseFilterExpression? GetTestCaseFilter(IEnumerable<string>? supportedProperties, Func<string, TestProperty?> propertyProvider) => TestCaseFilterValue.Length > 0 ? this : null;

    public bool MatchTestCase(TestCase testCase, Func<string, object?> propertyValueProvider) => request.Chooses(testCase.FullyQualifiedName);
}

/// <summary>What adapters tell of a run.</summary>
/// <param name="stop">Ends the run.</param>
internal sealed class HostHandle(HostResults results, Action stop) : IFrameworkHandle
{
    public bool EnableShutdownAfterTestRun { get; set; }

    public void RecordStart(TestCase testCase) => results.Start(TestIds.Of(TestIds.ClassOf(testCase.FullyQualifiedName), testCase.DisplayName));

    public void RecordEnd(TestCase testCase, TestOutcome outcome) => results.End();

    public void RecordResult(TestResult testResult)
    {
        results.End();
        var test = testResult.TestCase;
        var word = testResult.Outcome switch { TestOutcome.Passed => "Passed", TestOutcome.Failed => "Failed", TestOutcome.Skipped or TestOutcome.None => "NotExecuted", _ => "Error" };
        results.Add(new(TestIds.TypeOf(test.FullyQualifiedName, test.DisplayName), testResult.DisplayName is { Length: > 0 } name ? name : test.DisplayName, word, testResult.Duration, testResult.ErrorMessage ?? "", testResult.ErrorStackTrace ?? ""));
        if (results.IsEnough) stop();
    }

    public void RecordAttachments(IList<AttachmentSet> attachmentSets)
    {
    }

    public int LaunchProcessWithDebuggerAttached(string filePath, string? workingDirectory, string? arguments, IDictionary<string, string?>? environmentVariables) => throw new NotSupportedException("nothing is debugged here");

    public void SendMessage(TestMessageLevel testMessageLevel, string message) => Console.Error.WriteLine(message);
}
