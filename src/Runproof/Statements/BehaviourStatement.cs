using Runproof.Environments;
using Runproof.Languages.Reports;

namespace Runproof.Statements;

/// <summary>A statement from what failing tests called, got and expected.</summary>
internal static class BehaviourStatement
{
    /// <param name="layers">The initial state.</param>
    /// <param name="operators">Ids that it must not tell.</param>
    /// <param name="isRegression">What fails once worked.</param>
    /// <param name="parts">Of a combination the tests that each of its bugs makes fail by itself: something of each is told.</param>
    public static async Task<Statement> WriteAsync(
        EnvironmentContext context, string id, IReadOnlyList<string> patches, SuiteRun run, IReadOnlyList<string> layers, IReadOnlyList<string> failToPass, IReadOnlyList<IReadOnlySet<string>> parts, IReadOnlyList<string> hidden, int seed, string language, IReadOnlyList<string> operators, bool isRegression, CancellationToken cancel)
    {
        var failing = failToPass.ToHashSet();
        var recorded = Behaviour.ReadLines(run.Behaviour).Where(behaviour => failing.Contains(behaviour.Test)).ToList();

        var tests = context.Environment.Tests.ToDictionary(test => test.Id);

        // A parent fails because its subtest does: the subtest tells more.
        var behaviours = recorded.Count > 0 ? recorded
            : [.. failToPass.Where(test => run.Report.Tests.ContainsKey(test) && !failing.Any(other => other.StartsWith(test + "/", StringComparison.Ordinal))).Select(test => Read(context, run.Report.Tests[test], tests[test]))];
        var secrets = new Secrets(patches, failToPass, hidden, operators, [context.Environment.Commit]);
        var project = context.Environment.Name.Split('/')[^1];
        var perTask = seed + Convert.ToInt32(id[..4], 16);
        var statement = StatementWriter.Write(behaviours, secrets, project, language, failToPass.Count, perTask, parts, isRegression);
        if (!statement.TellsAll) return statement;
        var witnesses = await new Witnesses(context).FindAsync(behaviours, layers, cancel);
        if (witnesses.Count == 0) return statement;
        var other = StatementWriter.Write(witnesses, secrets, project, language, failToPass.Count, perTask, parts, isRegression);
        return other is { Text: not null, Brief.Examples.Count: > 0 } ? other with { TellsAll = false } : statement;
    }

    private static Behaviour Read(EnvironmentContext context, TestResult result, BaselineTest test)
    {
        if (context.Environment.Suites[test.Suite].TestFramework.Report != "trx") return GoBehaviour.Of(result, name => Beside(context, test.File, name));
        return CsharpBehaviour.Of(result, test.File, test.File is not null && context.Tree.Exists(test.File) ? context.Tree.ReadText(test.File) : null);
    }

    private static string? Beside(EnvironmentContext context, string? own, string name)
    {
        if (own is null) return null;
        var path = Path.Combine(Path.GetDirectoryName(own)!, name);
        return context.Tree.Exists(path) ? context.Tree.ReadText(path) : null;
    }
}
