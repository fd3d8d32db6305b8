using System.CommandLine;
using System.Globalization;
using Runproof.Cli.Terminal;
using Runproof.Environments;
using Runproof.Reports;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>run [REPO]</c>: the whole road, as far as it is built.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var repo = new Argument<string?>("REPO") { Description = "Path or URL of a Git repository (default: the sample that ships with Runproof)", Arity = ArgumentArity.ZeroOrOne };
        var count = GlobalOptions.AtLeastOne(new("--count") { Description = "Bug candidates judged", DefaultValueFactory = _ => 48, HelpName = "N" });
        var install = new Option<bool>("--install") { Description = "Install what the repository's language lacks (as root)" };
        var command = new Verb("run", "The main job: environment, bugs, verified tasks, report.", "runproof run                                    # the sample that ships with Runproof", "runproof run ~/src/some-project --count 200", "runproof run https://example.org/some/project.git --revision v2.1") { repo, EnvVerb.Revision, EnvVerb.Config, count, InjectVerb.Bugs, InjectVerb.Combine, install };
        foreach (var option in ModelArguments.All) command.Options.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var model = InjectVerb.OpenModel(parsed);
            using var workspace = Catalogue.Workspace.Open(call.Workspace, call.Sandbox);
            var location = parsed.GetValue(repo) ?? await Sample.PrepareAsync("textkit", workspace.Root, cancel);
            var environment = await EnvVerb.BuildAsync(workspace, call, location, parsed.GetValue(EnvVerb.Revision), parsed.GetValue(EnvVerb.Config), cancel, parsed.GetValue(install));
            call.Log.Say($"{environment.Tests.Count} tests pass steadily, {environment.Quarantined.Count} do not judge; one run takes {environment.SuiteSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s");
            var context = await EnvironmentContext.OpenAsync(workspace, environment, cancel);
            var summary = await InjectVerb.InjectAsync(context, call, parsed, model, parsed.GetValue(count), cancel);
            var report = await RunReport.WriteAsync(context, summary.Result, summary.Tasks, TimeProvider.System, cancel);
            Results.Write(
                call,
                new { environment = environment.Hash, tasks = summary.Tasks.Count, coverage = summary.Coverage.Coverage, report, env = EnvVerb.Summary(environment), inject = summary.Json() },
                console =>
                {
                    console.WriteLine();
                    EnvVerb.Show(console, environment);
                    summary.Show(console);
                    console.Write(Results.Facts(("report", Path.GetRelativePath(Directory.GetCurrentDirectory(), report)), ("next", "./runproof tasks list · tasks show TASK · tasks export · verify")));
                });
            return CommandLine.Done;
        });
        return command;
    }
}
