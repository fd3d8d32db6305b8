using System.Security.Cryptography;
using System.Text;
using Runproof.Catalogue;
using Runproof.Coverage;
using Runproof.Languages.Reports;
using Runproof.Repositories;
using Runproof.Verification;

namespace Runproof.Environments;

/// <summary>Environments that are a commit with a patch on it, and have what another one (their era) has installed.</summary>
internal static class DerivedEnvironment
{
    /// <summary>One whose tests are not measured yet: it has those of its era, which tell the suite of a known test.</summary>
    /// <exception cref="InputException">The patch does not apply.</exception>
    public static async Task<EnvironmentContext> OpenAsync(Workspace workspace, RepositoryEnvironment era, Repository repository, string commit, string patch, CancellationToken cancel)
    {
        var tree = (await new Git(repository.GitDirectory).RunAsync(["rev-parse", commit + "^{tree}"], cancel)).Trim();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{era.Hash}\0{commit}\0{patch}")))[..32];
        var environment = era with
        {
            Hash = hash, Commit = commit, Tree = tree, Era = era.Hash, AppliedPatch = patch, Steps = [], BuildSeconds = 0, Suites = [.. era.Suites.Select(suite => suite with { NotWarm = null })],
        };
        var files = await DerivedTree.OpenAsync(workspace, repository with { Commit = commit, Tree = tree }, patch, hash, cancel);

        // The path by which Go code from before modules is imported can change within an era.
        environment = environment with { Suites = [.. environment.Suites.Select(suite => suite.Variables.ContainsKey(GoPath.Variable) ? suite with { Variables = With(suite.Variables, GoPath.Variables(files)) } : suite)] };
        return new(workspace, environment, files, EnvironmentLayers.Of(workspace, environment), ReachMap.Empty, []);
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> variables, IEnumerable<KeyValuePair<string, string>> others)
    {
        var all = new Dictionary<string, string>(variables);
        foreach (var (name, value) in others) all[name] = value;
        return all;
    }

    /// <summary>The environment with the tests that pass in a run of its suites; every other is quarantined.</summary>
    public static RepositoryEnvironment Measured(EnvironmentContext context, SuiteRun run)
    {
        var suites = context.Environment.Suites;
        List<BaselineTest> tests = [];
        List<QuarantinedTest> quarantined = [];
        foreach (var (test, outcome) in Located(context, run.Report))
        {
            if (outcome != TestOutcome.Passed) quarantined.Add(new(test.Id, "does not pass with the change"));
            else if (Baseline.StandsInCode(test, suites[test.Suite])) quarantined.Add(new(test.Id, Baseline.InCode));
            else tests.Add(test);
        }

        return context.Environment with
        {
            Tests = tests, Quarantined = quarantined,
            Suites = [.. suites.Select((suite, place) => suite with { SentinelFolders = Sentinels.Known(context.Tree, suite, [.. tests.Where(test => test.Suite == place)]) })],
        };
    }

    /// <summary>The tests of a report in the order of their ids, each with its suite and file.</summary>
    public static IEnumerable<(BaselineTest Test, TestOutcome Outcome)> Located(EnvironmentContext context, TestReport report)
    {
        var suites = context.Environment.Suites;
        var files = suites.Select(suite => new Lazy<TestFiles>(() => new(context.Tree, suite))).ToList();
        var known = context.Environment.Tests.ToDictionary(test => test.Id, test => test.Suite);
        foreach (var result in report.Tests.Values.OrderBy(test => test.Id, StringComparer.Ordinal))
        {
            var place = known.TryGetValue(result.Id, out var suite) ? suite : PlaceOf(suites, result);
            yield return (new(result.Id, result.Seconds, result.File ?? files[place].Value.Of(result.Id[suites[place].IdPrefix.Length..]), place), result.Outcome);
        }
    }

    /// <summary>The suite that has a test: of those with its beginning, and with its file, the innermost.</summary>
    private static int PlaceOf(IReadOnlyList<Suite> suites, TestResult test) => Enumerable.Range(0, suites.Count)
        .Where(place => test.Id.StartsWith(suites[place].IdPrefix, StringComparison.Ordinal))
        .OrderByDescending(place => test.File is null || (suites[place].Holds(test.File) && suites[place].Profile.Extensions.Contains(Path.GetExtension(test.File))))
        .ThenByDescending(place => suites[place].IdPrefix.Length).ThenByDescending(place => suites[place].Folder.Length).First();
}
