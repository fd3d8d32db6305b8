using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Environments;
using Runproof.Repositories;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>env build | list | show</c>.</summary>
internal static class EnvVerb
{
    public static Argument<string> Repo { get; } = new("REPO") { Description = "Path or URL of a Git repository" };

    public static Option<string?> Revision { get; } = new("--revision") { Description = "Commit, tag or branch (default: HEAD)", HelpName = "REV" };

    public static Option<string?> Config { get; } = new("--config") { Description = $"A {ProjectOptions.FileName} to use in place of the repository's own", HelpName = "FILE" };

    public static Command Create()
    {
        var build = new Verb("build", "Builds the environment of a repository: detects, installs, runs the baseline.", "runproof env build ~/src/some-project", "runproof env build . --config my-runproof.toml    # when detection is wrong") { Repo, Revision, Config };
        build.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Catalogue.Workspace.Open(call.Workspace, call.Sandbox);
            var environment = await BuildAsync(workspace, call, parsed.GetValue(Repo)!, parsed.GetValue(Revision), parsed.GetValue(Config), cancel);
            Results.Write(call, Summary(environment), console =>
            {
                foreach (var step in environment.Steps) console.MarkupLineInterpolated($"  [grey]·[/] {step}");
                Show(console, environment);
            });
            return CommandLine.Done;
        });

        var list = new Verb("list", "Lists the environments of the workspace.", "runproof env list");
        list.SetAction(parsed =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Catalogue.Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var all = new EnvironmentTable(workspace).All();
            Results.Write(call, new { environments = all.Select(Summary) }, console => console.Write(Results.Table(
                ["environment", "repository", "commit", "framework", "tests", "quarantined"],
                all.Select(one => new[] { one.Hash[..12], one.Name, one.Commit[..10], one.Title, $"{one.Tests.Count}", $"{one.Quarantined.Count}" }), 4, 5)));
            return CommandLine.Done;
        });

        var hash = new Argument<string>("HASH") { Description = "The beginning of an environment's hash" };
        var show = new Verb("show", "Shows one environment: what was detected and tried, what is quarantined and why.", "runproof env show 0f54e868") { hash };
        show.SetAction(parsed =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Catalogue.Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var environment = new EnvironmentTable(workspace).All().FirstOrDefault(one => one.Hash.StartsWith(parsed.GetValue(hash)!, StringComparison.Ordinal))
                ?? throw new InputException($"no environment begins with '{parsed.GetValue(hash)}': see 'runproof env list'");
            Results.Write(call, environment, console =>
            {
                Show(console, environment);
                foreach (var step in environment.Steps) console.MarkupLineInterpolated($"  [grey]·[/] {step}");
                if (environment.Quarantined.Count > 0) console.Write(Results.Table(["quarantined", "why"], environment.Quarantined.Select(test => new[] { test.Id, test.Reason })));
            });
            return CommandLine.Done;
        });
        return new Verb("env", "Environments: how a repository is built and tested.") { build, list, show };
    }

    public static async Task<RepositoryEnvironment> BuildAsync(
        Catalogue.Workspace workspace, CallOptions call, string location, string? revision, string? config, CancellationToken cancel, bool installTools = false)
    {
        var repository = await Repository.OpenAsync(location, revision, workspace.Root, cancel);
        if (config is not null && !File.Exists(config)) throw new InputException($"'{config}' does not exist");
        var options = config is null ? null : ProjectOptions.Parse(await File.ReadAllTextAsync(config, cancel), config);
        return await new EnvironmentBuilder(workspace, call.Log, TimeProvider.System, call.Jobs, installTools).BuildAsync(repository, options, cancel);
    }

    public static object Summary(RepositoryEnvironment environment) => new
    {
        environment = environment.Hash,
        repository = environment.Name,
        commit = environment.Commit,
        environment.Suites[0].Language,
        environment.Suites[0].Framework,
        suites = environment.Suites.Select(suite => new { suite.Name, suite.Language, suite.Framework, suite.Folder, seconds = Math.Round(suite.Seconds, 3), sentinels = suite.HasSentinels }),
        tests_passed = environment.Tests.Count,
        tests_quarantined = environment.Quarantined.Count,
        suite_seconds = Math.Round(environment.SuiteSeconds, 3),
        sentinels = environment.Suites.All(suite => suite.HasSentinels),
        seconds = Math.Round(environment.BuildSeconds, 3),
        environment.Steps,
    };

    public static void Show(IAnsiConsole console, RepositoryEnvironment environment) => console.Write(Results.Facts(
        ("environment", environment.Hash[..12]),
        ("repository", $"{environment.Name} at {environment.Commit[..10]}"),
        (environment.Suites.Count == 1 ? "language" : "suites", environment.Title),
        ("tests", $"{environment.Tests.Count} pass steadily, {environment.Quarantined.Count} do not judge"),
        ("suite", $"{environment.SuiteSeconds:0.00} s"),
        ("built in", $"{environment.BuildSeconds:0.0} s")));
}
