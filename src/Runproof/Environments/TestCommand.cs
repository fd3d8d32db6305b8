using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>Builds the command line of a run from a framework's profile.</summary>
internal static partial class TestCommand
{
    public const string Report = SandboxPaths.Exchange + "/report";
    public const string Select = SandboxPaths.Exchange + "/select";
    public const string Behaviour = SandboxPaths.Exchange + "/behaviour";
    public const string Reach = SandboxPaths.Exchange + "/reach";
    public const string Log = SandboxPaths.Exchange + "/log";

    /// <summary>
    /// One command that takes the selection on stdin, runs the tests, ends all that they left running, and prints every result file, then a line that says how long each is.
    /// What a killed process holds open it can no longer write: what is read is what is printed.
    /// </summary>
    private const string Wrapper =
        "for f in report behaviour reach log; do rm -rf " + SandboxPaths.Exchange + "/$f; done; cat >" + Select + "; \"$@\" </dev/null >" + Log + " 2>&1; c=$?; kill -9 -1 2>/dev/null; cd " +
        SandboxPaths.Exchange + "; tail -c 32768 log >log.end; e=\"end $c\"; for f in report behaviour reach log.end; do if [ -f $f ] && ! [ -L $f ]; then cat $f; e=\"$e ${f%.end}=$(wc -c <$f)\"; fi; done; echo; echo \"$e\"";

    /// <param name="special">A mode that no request asks for.</param>
    public static ExecRequest Build(Suite suite, SuiteRequest request, string? special = null)
    {
        var (words, places, variables) = Parts(suite, request, special);
        return new(
            ["sh", "-c", Wrapper, "sh", .. words, .. places],
            TimeSpan.FromSeconds(request.SecondsFor(suite) + 5),
            suite.WorkingDirectory,
            Environment: variables,
            StandardInput: Encoding.UTF8.GetBytes(string.Join('\n', SelectionLines(suite, request.Selection)) + "\n"));
    }

    /// <summary>The command of a process that answers <see cref="WarmRequest"/>s.</summary>
    public static ExecRequest Warm(Suite suite)
    {
        var (words, places, variables) = Parts(suite, new(0), "warm");
        return new([.. words, .. places], TimeSpan.Zero, suite.WorkingDirectory, variables, MayNest: true);
    }

    /// <summary>The chosen tests, each with its limit: <c>SECONDS ID</c>.</summary>
    public static IEnumerable<string> SelectionLines(Suite suite, IReadOnlyList<BaselineTest>? selection) =>
        (selection ?? []).Select(test => $"{RepositoryEnvironment.LimitOf(test).ToString("0.###", CultureInfo.InvariantCulture)} {test.Id[suite.IdPrefix.Length..]}");

    /// <summary>The command itself: its words, the files or packages that it names, and its variables.</summary>
    public static (IReadOnlyList<string> Words, IReadOnlyList<string> Places, IReadOnlyDictionary<string, string> Variables) Parts(Suite suite, SuiteRequest request, string? special = null)
    {
        var framework = suite.TestFramework;
        List<FrameworkMode> modes = [];
        void Use(string name)
        {
            if (framework.Modes.TryGetValue(name, out var mode)) modes.Add(mode);
        }

        if (request.Selection is not null) Use("select");
        if (request.FailFast) Use("fail_fast");
        if (request.ShuffleSeed is not null) Use("shuffle");
        if (request.TestSeconds is not null) Use("test_limit");
        if (request.Behaviour) Use("behaviour");
        if (request.Calls is not null) Use("witness");
        if (special is not null) Use(special);

        var tokens = new Dictionary<string, string>
        {
            ["report"] = Report,
            ["select"] = Select,
            ["behaviour"] = Behaviour,
            ["reach"] = Reach,
            ["seed"] = (request.ShuffleSeed ?? 0).ToString(CultureInfo.InvariantCulture),
            ["test_seconds"] = (request.TestSeconds ?? 0).ToString("0.###", CultureInfo.InvariantCulture),
            ["suite_seconds"] = Math.Ceiling(request.SecondsFor(suite)).ToString(CultureInfo.InvariantCulture),
            ["calls"] = request.Calls ?? "",
            ["source_roots"] = string.Join(':', suite.SourceRoots),
        };
        var command = modes.Select(mode => mode.Command).FirstOrDefault(replaced => replaced.Count > 0)
            ?? (suite.Command.Count > 0 ? suite.Command : framework.Command);
        var (selected, places) = request is { Selection: null, Files: { } files } ? ([], PlacesOf(suite, files)) : Selected(suite, framework, request.Selection);
        var words = command.Concat(modes.SelectMany(mode => mode.Arguments)).Concat(selected).Select(word => Fill(word, tokens));
        var variables = new Dictionary<string, string>(suite.Variables);
        foreach (var (name, value) in framework.Environment.Concat(modes.SelectMany(mode => mode.Environment))) variables[name] = Fill(value, tokens);

        return ([.. words], [.. places], variables);
    }

    private static (IEnumerable<string> Options, IEnumerable<string> Places) Selected(
        Suite suite, TestFramework framework, IReadOnlyList<BaselineTest>? selection)
    {
        var arguments = suite.Arguments;
        switch (framework.Selection)
        {
            case "list":
                if (selection is null) return ([], arguments);
                var options = arguments.TakeWhile(argument => argument.StartsWith('-'));
                return ([], options.Concat(selection.Select(test => LoadedFrom(suite, test)).OfType<string>().Distinct()));

            case "ids":
                // The ids are in the selection file.
                return ([], arguments);

            case "go-run":
                if (selection is null) return ([], arguments.Count > 0 ? arguments : ["./..."]);
                var names = selection.Select(test => GoTest().Match(test.Id[suite.IdPrefix.Length..])).Where(match => match.Success).ToList();
                var tests = names.Select(match => match.Groups["test"].Value).Distinct().Order(StringComparer.Ordinal);
                return (["-run", $"^({string.Join('|', tests.Select(Regex.Escape))})$"], names.Select(match => match.Groups["package"].Value).Distinct());

            default:
                throw new InvalidDataException($"framework '{framework.Name}': unknown selection '{framework.Selection}'");
        }
    }

    /// <summary>How the framework is told test files of the repository: by their paths, or by the packages that they belong to.</summary>
    private static IEnumerable<string> PlacesOf(Suite suite, IReadOnlyList<string> files) => suite.TestFramework.Selection switch
    {
        "list" => suite.Arguments.TakeWhile(argument => argument.StartsWith('-')).Concat(files.Select(file => Path.GetRelativePath("/" + suite.Folder, "/" + file))),
        "go-run" => files.Select(file => "./" + Path.GetRelativePath("/" + suite.Folder, "/" + Path.GetDirectoryName(file)!)).Distinct(),
        _ => suite.Arguments,
    };

    /// <summary>
    /// The file, from the suite's folder, that the framework must load for a test. Where the id begins with one it is that: a test that a class inherits stands in another file than the class.
    /// </summary>
    private static string? LoadedFrom(Suite suite, BaselineTest test)
    {
        if (test.File is null) return null;
        var id = test.Id[suite.IdPrefix.Length..];
        return id.IndexOf("::", StringComparison.Ordinal) is > 0 and var end && Path.GetExtension(id[..end]) == Path.GetExtension(test.File) ? id[..end] : Path.GetRelativePath("/" + suite.Folder, "/" + test.File);
    }

    /// <summary>The package that a test of Go belongs to.</summary>
    public static string? PackageOf(Suite suite, BaselineTest test) => GoTest().Match(test.Id[suite.IdPrefix.Length..]) is { Success: true } match ? match.Groups["package"].Value : null;

    /// <summary>Import path and top-level test of a Go test id. An import path may hold dots; the name of a test function may not.</summary>
    [GeneratedRegex(@"^(?<package>.+?)\.(?<test>(?:Test|Example|Fuzz)[^./]*)(?:/|$)")]
    internal static partial Regex GoTest();

    private static string Fill(string word, Dictionary<string, string> tokens)
    {
        foreach (var (name, value) in tokens) word = word.Replace("{" + name + "}", value, StringComparison.Ordinal);
        return word;
    }
}
