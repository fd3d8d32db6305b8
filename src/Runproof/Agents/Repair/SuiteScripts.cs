using System.Text;
using Runproof.Environments;
using Runproof.Sandboxes;

namespace Runproof.Agents.Repair;

/// <summary>The shell scripts that the agent writes for itself: how tests are run here. They lie in <see cref="Folder"/>, outside of the repository.</summary>
internal sealed class SuiteScripts(IReadOnlyList<Suite> suites, Suite suite)
{
    public const string Folder = "/tmp/repair";

    private const string EndOfFile = "END_OF_FILE";

    /// <summary>Seconds of a test that is run to decide.</summary>
    private const double TestSeconds = 1;

    /// <summary>Where paths of the suite's tools begin.</summary>
    public string Root => suite.WorkingDirectory;

    /// <summary>Makes the folder with all scripts that do not depend on tests.</summary>
    public string Begin() => $"mkdir -p {Folder} && cd {Folder}\n{Written("report.pl", Resource("report.pl"))}{Written("suite.sh", Whole())}";

    /// <summary>Makes the script that runs tests, until one fails.</summary>
    public string Decide(IReadOnlyList<string> tests)
    {
        var selection = tests.Select(test => new BaselineTest(suite.IdPrefix + test, TestSeconds, FileOf(test))).ToList();
        return Written("select", string.Join('\n', TestCommand.SelectionLines(suite, selection)))
            + Written("decide.sh", $"cp {Folder}/select {TestCommand.Select}\n{Run(suite, new(SuiteSeconds: 600, TestSeconds: 20, Selection: selection, FailFast: true), null)}");
    }

    /// <summary>The variables of the suite, for commands that are none of its framework's.</summary>
    public string Environment()
    {
        var variables = TestCommand.Parts(suite, new()).Variables.Where(pair => !pair.Key.StartsWith("RUNPROOF_REPORT", StringComparison.Ordinal));
        return string.Concat(variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"export {pair.Key}={Quoted(pair.Value)}\n")) + "export PYTHONDONTWRITEBYTECODE=1\n";
    }

    /// <summary>Makes the script that runs all tests of a file.</summary>
    public string DecideByFile(string file) =>
        Written("decide.sh", Run(suite, new(SuiteSeconds: 600, TestSeconds: 20, Files: [suite.PathOf(file)], FailFast: true), null));

    /// <summary>Makes the script that decides by nothing but whether all still passes that passed.</summary>
    /// <param name="allPass">Nothing failed before, so the first failure decides.</param>
    public string DecideByWhole(bool allPass) =>
        Written("decide.sh", allPass ? string.Join('\n', suites.Select(one => $"({Run(one, new(SuiteSeconds: 600, TestSeconds: 20, FailFast: true), null).ReplaceLineEndings("\n")}) || exit 1")) : $"sh {Folder}/suite.sh\n[ -z \"$(LC_ALL=C comm -13 {Folder}/before {Folder}/now)\" ]");

    /// <summary>Makes the script that measures what each test runs; null where the framework cannot.</summary>
    public string? Measure()
    {
        if (!suite.TestFramework.Modes.TryGetValue("reach", out var mode)) return null;
        var run = Run(suite, new(SuiteSeconds: 600, TestSeconds: 20), "reach");
        if (suite.TestFramework.Selection != "go-run") return Written("measure.sh", $"{run}\nperl {Folder}/report.pl failed {TestCommand.Report} | LC_ALL=C sort -u >{Folder}/before");

        // A framework that only looks at tests that pass is of no use here.
        return Written("reach_go.sh", Resource("reach_go.sh"))
            + Written("measure.sh", $"sh {Folder}/suite.sh\nmv {Folder}/now {Folder}/before\n{run.Replace("/runproof/support/go/reach.sh", $"{Folder}/reach_go.sh", StringComparison.Ordinal)}");
    }

    public static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(SuiteScripts).Assembly.GetManifestResourceStream("repair/" + name)!);
        return reader.ReadToEnd();
    }

    public static string Written(string name, string content) => $"cat >{(name.StartsWith('/') ? name : $"{Folder}/{name}")} <<'{EndOfFile}'\n{content.TrimEnd('\n')}\n{EndOfFile}\n";

    /// <summary>The whole suite; <c>now</c> then holds the tests that fail.</summary>
    private string Whole()
    {
        var text = new StringBuilder($"rm -f {Folder}/now; touch {Folder}/now\n");
        foreach (var one in suites)
        {
            text.Append($"(rm -f {TestCommand.Report}; {Run(one, new(SuiteSeconds: 600, TestSeconds: 20), null).ReplaceLineEndings("\n")})\n");
            text.Append($"[ -s {TestCommand.Report} ] && perl {Folder}/report.pl failed {TestCommand.Report} >>{Folder}/now || echo 'no report' >>{Folder}/now\n");
        }

        return text.Append($"LC_ALL=C sort -u -o {Folder}/now {Folder}/now").ToString();
    }

    private static string Run(Suite suite, SuiteRequest request, string? special)
    {
        var (words, places, variables) = TestCommand.Parts(suite, request, special);
        var text = new StringBuilder($"cd {suite.WorkingDirectory}\n");
        foreach (var (name, value) in variables.OrderBy(pair => pair.Key, StringComparer.Ordinal)) text.Append($"export {name}={Quoted(value)}\n");
        return text.AppendJoin(' ', words.Concat(places).Select(Quoted)).Append(" </dev/null").ToString();
    }

    /// <summary>The file that a test's id names, relative to the root; null where it names none.</summary>
    private string? FileOf(string test)
    {
        var end = new[] { "::", " > " }.Select(mark => test.IndexOf(mark, StringComparison.Ordinal)).Where(place => place > 0).DefaultIfEmpty(-1).Min();
        return end > 0 && Path.HasExtension(test[..end]) ? suite.PathOf(test[..end]) : null;
    }

    private static string Quoted(string word) => word.Length > 0 && word.All(one => char.IsAsciiLetterOrDigit(one) || "-_./:=,@%+".Contains(one, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
