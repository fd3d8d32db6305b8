using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Statements;
using Runproof.Tasks;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>inject REPO</c>: tasks from bugs.</summary>
internal static class InjectVerb
{
    public static Command Create()
    {
        var count = GlobalOptions.AtLeastOne(new("--count") { Description = "Candidates judged", DefaultValueFactory = _ => 100, HelpName = "N" });
        var command = new Verb("inject", "Makes tasks by injecting bugs; keeps only those that running proves.", "runproof inject ~/src/some-project --count 200", "runproof inject . --seed 2 --json > result.json", "runproof inject . --model qwen3 --model-url http://localhost:8000/v1    # statements by a model") { EnvVerb.Repo, EnvVerb.Revision, EnvVerb.Config, count };
        foreach (var option in ModelArguments.All) command.Options.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var model = ModelArguments.Open(parsed);
            using var workspace = Catalogue.Workspace.Open(call.Workspace, call.Sandbox);
            var environment = await EnvVerb.BuildAsync(workspace, call, parsed.GetValue(EnvVerb.Repo)!, parsed.GetValue(EnvVerb.Revision), parsed.GetValue(EnvVerb.Config), cancel);
            var context = await EnvironmentContext.OpenAsync(workspace, environment, cancel);
            var result = await new InjectionStage(context, call.Log, TimeProvider.System, call.Jobs, model is null ? null : new ModelWriter(model, call.Log)).RunAsync(parsed.GetValue(count), call.Seed, cancel);
            var coverage = TaskCoverage.Of(workspace, [environment]);
            Results.Write(call, Summary(environment, result, coverage), console => Show(console, environment, result, coverage));
            return CommandLine.Done;
        });
        return command;
    }

    public static object Summary(RepositoryEnvironment environment, InjectionResult result, TaskCoverage coverage) => new
    {
        environment = environment.Hash,
        sites = result.Sites,
        candidates = result.Eligible,
        judged = result.Judged,
        judged_now = result.JudgedNow,
        kept = result.Kept.Count,
        rejected = result.Rejected,
        seconds = Math.Round(result.Seconds, 3),
        judged_per_minute = PerMinute(result.JudgedNow, result.Seconds),
        kept_per_minute = result.Judged == 0 ? 0 : Math.Round(PerMinute(result.JudgedNow, result.Seconds) * result.Kept.Count / result.Judged, 2),
        coverage = coverage.Coverage,
        functions_reached = coverage.FunctionsReached,
        functions_with_task = coverage.FunctionsWithTask,
        statements = result.Statements,
        tasks = result.Kept,
    };

    public static void Show(IAnsiConsole console, RepositoryEnvironment environment, InjectionResult result, TaskCoverage coverage)
    {
        console.Write(Results.Facts(
            ("sites", $"{result.Sites} places for a bug, {result.Eligible} on lines that tests reach"),
            ("judged", $"{result.Judged}{(result.JudgedNow > 0 ? $" ({PerMinute(result.JudgedNow, result.Seconds):0} a minute)" : " (all of them before)")}"),
            ("kept", $"{result.Kept.Count} {(result.Kept.Count == 1 ? "task" : "tasks")}"),
            ("coverage", $"{coverage.FunctionsWithTask} of {coverage.FunctionsReached} functions that tests reach have a task ({coverage.Coverage:P0})")));
        if (result.Statements.ByModel) console.Write(Results.Facts(("statements", Words(result.Statements))));
        if (result.Rejected.Count > 0) console.Write(Results.Table(["not kept because", "bugs"], result.Rejected.Select(pair => new[] { pair.Key.Replace('_', ' '), $"{pair.Value}" }), 1));
    }

    /// <summary>How the statements came about, in a line.</summary>
    private static string Words(StatementCounts counts)
    {
        var fallbacks = counts.Fallbacks.Count == 0 ? "" : $" ({string.Join(", ", counts.Fallbacks.Select(pair => $"{pair.Value} {pair.Key.Replace('_', ' ')}"))})";
        return $"{string.Join(", ", counts.Writers.Select(pair => $"{pair.Value} by {pair.Key}"))}; {counts.Drafts} drafts, {counts.LeakRate:P0} leaked, {counts.RetryRate:P0} of statements retried, {counts.FallbackRate:P0} left to the template{fallbacks}";
    }

    private static double PerMinute(int items, double seconds) => seconds <= 0 ? 0 : Math.Round(items * 60 / seconds, 2);
}
