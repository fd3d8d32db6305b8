using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Environments;
using Runproof.Mining;
using Runproof.Mining.Conversations;
using Runproof.Repositories;
using Runproof.Statements;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>mine REPO</c>: tasks from history.</summary>
internal static class MineVerb
{
    private const string On = "on";
    private const string Off = "off";

    private static readonly Option<string[]> Pulls = new("--pulls") { Description = "Files of pull requests and issues: JSON as GitHub's API writes it, a GitHub export, lines of GH Archive", AllowMultipleArgumentsPerToken = true, HelpName = "FILE" };

    private static readonly Option<string?> GitHub = new("--github") { Description = $"Read pull requests and issues of this repository from GitHub ({GitHubClient.TokenVariable} is its token; {GitHubClient.UrlVariable} another server)", HelpName = "OWNER/NAME" };

    private static IReadOnlyList<Option> Conversations { get; } = [Pulls, GitHub];

    public static Command Create()
    {
        var limit = GlobalOptions.AtLeastOne(new("--limit") { Description = "Candidates judged: changes that bring code and tests, the newest first", DefaultValueFactory = _ => 100, HelpName = "N" });
        var commits = GlobalOptions.AtLeastOne(new("--commits") { Description = "Commits looked at, the newest first (default: all)", DefaultValueFactory = _ => int.MaxValue, HelpName = "N" });
        var quality = new Option<string>("--quality") { Description = "Refuse tasks that are true and unfair, or keep all", DefaultValueFactory = _ => On, HelpName = "on|off" }.AcceptOnlyFromAmong(On, Off);
        var command = new Verb(
            "mine", "Makes tasks of a repository's history; keeps only those that running proves.",
            "runproof mine ~/src/some-project", "runproof mine . --commits 500 --limit 500    # whatever the last 500 commits hold", "runproof mine . --github owner/name    # statements from its issues and pull requests", "runproof mine . --json > result.json") { EnvVerb.Repo, EnvVerb.Revision, EnvVerb.Config, limit, commits, quality };
        foreach (var option in Conversations) command.Options.Add(option);
        foreach (var option in ModelArguments.All) command.Options.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var model = ModelArguments.Open(parsed);
            using var workspace = Workspace.Open(call.Workspace, call.Sandbox);
            var today = await EnvVerb.BuildAsync(workspace, call, parsed.GetValue(EnvVerb.Repo)!, parsed.GetValue(EnvVerb.Revision), parsed.GetValue(EnvVerb.Config), cancel);
            var repository = await Repository.OpenAsync(parsed.GetValue(EnvVerb.Repo)!, parsed.GetValue(EnvVerb.Revision), workspace.Root, cancel);
            var depth = parsed.GetValue(commits);
            var stage = new MiningStage(workspace, repository, today, call.Log, TimeProvider.System, call.Jobs, parsed.GetValue(quality) == On, await ReadAsync(parsed, call, workspace, repository, cancel), model is null ? null : new ModelWriter(model, call.Log), model is null ? null : new QualityJudge(model, call.Log), model is null ? null : new EraHelper(workspace, model, call.Log, TimeProvider.System, call.Jobs));
            var result = await stage.RunAsync(parsed.GetValue(limit), depth == int.MaxValue ? null : depth, call.Seed, cancel);
            Results.Write(call, Json(today, result), console => Show(console, result));
            return CommandLine.Done;
        });
        return command;
    }

    /// <exception cref="InputException">A file or the repository cannot be read.</exception>
    private static async Task<ConversationIndex> ReadAsync(ParseResult parsed, CallOptions call, Workspace workspace, Repository repository, CancellationToken cancel)
    {
        var index = new ConversationIndex();
        foreach (var file in parsed.GetValue(Pulls) ?? []) await index.ReadAsync(file, parsed.GetValue(GitHub) ?? (repository.Name.Contains('/', StringComparison.Ordinal) ? repository.Name : null), call.Log, cancel);
        if (parsed.GetValue(GitHub) is not { } name) return index;
        if (name.Split('/') is not [{ Length: > 0 }, { Length: > 0 }]) throw new InputException($"--github '{name}': give OWNER/NAME");
        var api = Environment.GetEnvironmentVariable(GitHubClient.UrlVariable) is { Length: > 0 } url ? url : "https://api.github.com";
        if (!Uri.TryCreate(api.TrimEnd('/') + "/", UriKind.Absolute, out var address)) throw new InputException($"{GitHubClient.UrlVariable} '{api}' is no URL");
        using var http = new HttpClient();
        var token = Environment.GetEnvironmentVariable(GitHubClient.TokenVariable) is { Length: > 0 } given ? given : null;
        await new GitHubClient(http, address, name, token, Path.Combine(workspace.Root, "github", name.Replace('/', '+')), call.Log, TimeProvider.System).ReadIntoAsync(index, cancel);
        return index;
    }

    private static object Json(RepositoryEnvironment today, MiningResult result) => new
    {
        environment = today.Hash,
        changes = result.Changes,
        candidates = result.Candidates,
        judged = result.Judged,
        judged_now = result.JudgedNow,
        kept = result.Kept.Count,
        rejected = result.Rejected,
        eras = result.Eras,
        seconds = Math.Round(result.Seconds, 3),
        coverage = result.Coverage,
        functions_reached = result.FunctionsReached,
        functions_with_task = result.FunctionsWithTask,
        statements = result.Statements,
        tasks = result.Kept,
        kept_commits = result.KeptCommits,
        ledger = result.Ledger.Select(row => new { commit = row.Head, row.Base, row.Subject, row.Reason, row.Detail, row.Seconds, task = row.InstanceId }),
    };

    private static void Show(IAnsiConsole console, MiningResult result)
    {
        var rate = result.JudgedNow > 0 && result.Seconds > 0 ? $" ({result.JudgedNow * 60 / result.Seconds:0} a minute)" : result.Judged > 0 ? " (all of them before)" : "";
        console.Write(Results.Facts(
            ("history", $"{result.Changes} changes, {result.Candidates} of them with code and tests"),
            ("judged", $"{result.Judged}{rate}, {result.Eras} {(result.Eras == 1 ? "era" : "eras")}"),
            ("kept", $"{result.Kept.Count} {(result.Kept.Count == 1 ? "task" : "tasks")}"),
            ("statements", string.Join(", ", result.Statements.Writers.Select(pair => $"{pair.Value} by {pair.Key}"))),
            ("coverage", $"{result.FunctionsWithTask} of {result.FunctionsReached} functions that tests reach have a task ({result.Coverage:P0})")));
        if (result.Rejected.Count > 0) console.Write(Results.Table(["not kept because", "changes"], result.Rejected.Select(pair => new[] { pair.Key.Replace('_', ' '), $"{pair.Value}" }), 1));
    }
}
