using System.Globalization;
using System.Security.Cryptography;
using Runproof.Environments;
using Runproof.Languages.Reports;
using Runproof.Tasks;

namespace Runproof.Verification;

/// <summary>
/// The FAIL_TO_PASS tests of a task, made to fail by a first statement. An answer that turns chosen tests green, by name, by file or by editing the report, turns these green as well,
/// since nothing tells such a run from one that counts but the text of the test. With code that is right they fail.
/// </summary>
internal sealed class Countercheck
{
    private readonly IReadOnlyList<BaselineTest> _tests;
    private readonly Dictionary<string, string> _files;

    private Countercheck(IReadOnlyList<BaselineTest> tests, Dictionary<string, string> files) => (_tests, _files) = (tests, files);

    /// <summary>Null where no test of the task can be made to fail.</summary>
    public static Countercheck? Of(CodingTask task, EnvironmentContext context)
    {
        var wanted = task.FailToPass.ToHashSet();
        var tests = context.Environment.Tests.Where(test => wanted.Contains(test.Id) && test.File is not null && context.Tree.Exists(test.File)).ToList();
        Dictionary<string, string> files = [];
        List<BaselineTest> chosen = [];
        foreach (var group in tests.GroupBy(test => (File: test.File!, test.Suite)))
        {
            if (context.Environment.Suites[group.Key.Suite].TestFramework.Failing is not { } rule) continue;
            var names = group.ToLookup(test => rule.Function.Match(test.Id).Groups["name"].Value);
            HashSet<string> found = [];
            var original = context.Tree.ReadText(group.Key.File);
            var guards = AssertionGuards.For(context.Environment.Suites[group.Key.Suite].Profile, rule, original);
            var text = rule.Declaration.Replace(files.GetValueOrDefault(group.Key.File) ?? original, head =>
            {
                var name = head.Groups["name"].Value;
                if (!names.Contains(name)) return head.Value;
                found.Add(name);

                // Fails as any wrong value does: with a text of its own it could be told from a true failure.
                var number = RandomNumberGenerator.GetInt32(2, 1000);
                return head.Result(rule.Replacement.Replace("{guards}", guards, StringComparison.Ordinal).Replace("{a}", Text(number), StringComparison.Ordinal).Replace("{b}", Text(number + RandomNumberGenerator.GetInt32(1, 100)), StringComparison.Ordinal));
            });
            if (found.Count > 0) files[group.Key.File] = text;
            chosen.AddRange(found.SelectMany(name => names[name]));
        }

        return chosen.Count == 0 ? null : new(chosen, files);
    }

    /// <summary>The tests that can be made to fail.</summary>
    public IReadOnlyList<BaselineTest> Tests => _tests;

    /// <summary>Writes the tests that fail by their own text as a sandbox layer.</summary>
    public string WriteLayer(string layer)
    {
        foreach (var (file, text) in _files)
        {
            var full = Path.Combine(layer, "testbed", file);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
        }

        return layer;
    }

    /// <summary>What is wrong with a run of the tests that were made to fail; null where nothing is.</summary>
    public (string Reason, string Detail)? FaultOf(SuiteRun run)
    {
        if (_tests.FirstOrDefault(test => run.Report.Passed(test.Id)) is { } green) return ("forged_report", $"'{green.Id}' is reported as passed where its own text makes it fail");

        // A run that says nothing proves nothing: something ended it. A subtest is not started where the test that starts it fails at its beginning.
        var fails = _tests.SelectMany(test => WithParents(test.Id)).Any(id => run.Report.OutcomeOf(id) is TestOutcome.Failed or TestOutcome.Errored or TestOutcome.TimedOut);
        return run.Report.IsComplete && fails ? null : ("incomplete_report", "the run in which chosen tests are made to fail has no whole report");
    }

    private static IEnumerable<string> WithParents(string id)
    {
        for (; id.Length > 0; id = id.LastIndexOf('/') is > 0 and var end ? id[..end] : "") yield return id;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
