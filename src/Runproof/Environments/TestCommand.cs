using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>What an environment needs to know to run tests; the part of it that exists before the baseline does.</summary>
internal sealed record TestRecipe(
    LanguageProfile Profile,
    TestFramework Framework,
    IReadOnlyList<string> CommandOverride,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> SourceRoots,
    IReadOnlyDictionary<string, string> Variables);

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

    public static ExecRequest Build(TestRecipe recipe, SuiteRequest request, bool reach = false)
    {
        var (command, variables) = Command(recipe, request, reach ? "reach" : null);
        return new(
            ["sh", "-c", Wrapper, "sh", .. command],
            TimeSpan.FromSeconds(request.SuiteSeconds + 5),
            Environment: variables,
            StandardInput: Encoding.UTF8.GetBytes(string.Join('\n', SelectionLines(request.Selection)) + "\n"));
    }

    /// <summary>The command of a process that answers <see cref="WarmRequest"/>s.</summary>
    public static ExecRequest Warm(TestRecipe recipe)
    {
        var (command, variables) = Command(recipe, new(0), "warm");
        return new(command, TimeSpan.Zero, Environment: variables);
    }

    /// <summary>The chosen tests, each with its limit: <c>SECONDS ID</c>.</summary>
    public static IEnumerable<string> SelectionLines(IReadOnlyList<BaselineTest>? selection) =>
        (selection ?? []).Select(test => $"{RepositoryEnvironment.LimitOf(test).ToString("0.###", CultureInfo.InvariantCulture)} {test.Id}");

    private static (IReadOnlyList<string> Arguments, Dictionary<string, string> Variables) Command(TestRecipe recipe, SuiteRequest request, string? special)
    {
        var framework = recipe.Framework;
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
        if (special is not null) Use(special);

        var tokens = new Dictionary<string, string>
        {
            ["report"] = Report,
            ["select"] = Select,
            ["behaviour"] = Behaviour,
            ["reach"] = Reach,
            ["seed"] = (request.ShuffleSeed ?? 0).ToString(CultureInfo.InvariantCulture),
            ["test_seconds"] = (request.TestSeconds ?? 0).ToString("0.###", CultureInfo.InvariantCulture),
            ["suite_seconds"] = Math.Ceiling(request.SuiteSeconds).ToString(CultureInfo.InvariantCulture),
            ["source_roots"] = string.Join(':', recipe.SourceRoots),
        };
        var command = modes.Select(mode => mode.Command).FirstOrDefault(replaced => replaced.Count > 0)
            ?? (recipe.CommandOverride.Count > 0 ? recipe.CommandOverride : framework.Command);
        var (selected, places) = Selected(framework, request.Selection, recipe.Arguments);
        var arguments = command.Concat(modes.SelectMany(mode => mode.Arguments)).Concat(selected).Select(word => Fill(word, tokens)).Concat(places);
        var variables = new Dictionary<string, string>(recipe.Variables);
        foreach (var (name, value) in framework.Environment.Concat(modes.SelectMany(mode => mode.Environment))) variables[name] = Fill(value, tokens);

        return ([.. arguments], variables);
    }

    private static (IEnumerable<string> Options, IEnumerable<string> Places) Selected(
        TestFramework framework, IReadOnlyList<BaselineTest>? selection, IReadOnlyList<string> arguments)
    {
        switch (framework.Selection)
        {
            case "list":
                if (selection is null) return ([], arguments);
                var options = arguments.TakeWhile(argument => argument.StartsWith('-'));
                return ([], options.Concat(selection.Select(test => test.File).OfType<string>().Distinct()));

            case "go-run":
                if (selection is null) return ([], arguments.Count > 0 ? arguments : ["./..."]);
                var names = selection.Select(test => GoTest().Match(test.Id)).Where(match => match.Success).ToList();
                var tests = names.Select(match => match.Groups["test"].Value).Distinct().Order(StringComparer.Ordinal);
                return (["-run", $"^({string.Join('|', tests.Select(Regex.Escape))})$"], names.Select(match => match.Groups["package"].Value).Distinct());

            default:
                throw new InvalidDataException($"framework '{framework.Name}': unknown selection '{framework.Selection}'");
        }
    }

    /// <summary>Import path and top-level test of a Go test id. An import path may hold dots; the name of a test function may not.</summary>
    [GeneratedRegex(@"^(?<package>.+?)\.(?<test>(?:Test|Example|Fuzz)[^./]*)(?:/|$)")]
    internal static partial Regex GoTest();

    private static string Fill(string word, Dictionary<string, string> tokens)
    {
        foreach (var (name, value) in tokens) word = word.Replace("{" + name + "}", value, StringComparison.Ordinal);
        return word;
    }
}
