using System.CommandLine;
using System.Globalization;
using Runproof.Agents;
using Runproof.Agents.Repair;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Environments;
using Runproof.Reports;
using Runproof.Rollouts;
using Runproof.Rollouts.Sources;
using Runproof.Tasks;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>run [REPO]</c>: the whole road, as far as it is built.</summary>
internal static class RunVerb
{
    private const string Agent = "mini";

    /// <summary>Of an attempt of the repair agent: most of what it finds it finds early.</summary>
    private const int Turns = 40, Seconds = 180;

    public static Command Create()
    {
        var repo = new Argument<string?>("REPO") { Description = "Path or URL of a Git repository (default: the sample that ships with Runproof)", Arity = ArgumentArity.ZeroOrOne };
        var count = GlobalOptions.AtLeastOne(new("--count") { Description = "Bug candidates judged", DefaultValueFactory = _ => 48, HelpName = "N" });
        var rollouts = GlobalOptions.AtLeast(0, new("--rollouts") { Description = "Tasks that the repair agent tries, tests visible (0: none)", DefaultValueFactory = _ => 12, HelpName = "N" });
        var install = new Option<bool>("--install") { Description = "Install what the repository's language lacks (as root)" };
        var command = new Verb("run", "The main job: environment, bugs, verified tasks, verified trajectories, report.", "runproof run                                    # the sample that ships with Runproof", "runproof run ~/src/some-project --count 200", "runproof run https://example.org/some/project.git --revision v2.1") { repo, EnvVerb.Revision, EnvVerb.Config, count, InjectVerb.Bugs, InjectVerb.Combine, rollouts, install };
        foreach (var option in ModelArguments.All) command.Options.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var model = InjectVerb.OpenModel(parsed);
            using var workspace = Workspace.Open(call.Workspace, call.Sandbox);
            var location = parsed.GetValue(repo) ?? await Sample.PrepareAsync("textkit", workspace.Root, cancel);
            var environment = await EnvVerb.BuildAsync(workspace, call, location, parsed.GetValue(EnvVerb.Revision), parsed.GetValue(EnvVerb.Config), cancel, parsed.GetValue(install));
            call.Log.Say($"{environment.Tests.Count} tests pass steadily, {environment.Quarantined.Count} do not judge; one run takes {environment.SuiteSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s");
            var context = await EnvironmentContext.OpenAsync(workspace, environment, cancel);
            var summary = await InjectVerb.InjectAsync(context, call, parsed, model, parsed.GetValue(count), cancel);
            var tried = await RolloutsAsync(context, call, summary.Tasks, parsed.GetValue(rollouts), cancel);
            var report = await RunReport.WriteAsync(context, summary.Result, summary.Tasks, TimeProvider.System, cancel, tried);
            Results.Write(
                call,
                new { environment = environment.Hash, tasks = summary.Tasks.Count, coverage = summary.Coverage.Coverage, report, env = EnvVerb.Summary(environment), inject = summary.Json(), rollout = tried is null ? null : RolloutSummary.Json(tried) },
                console =>
                {
                    console.WriteLine();
                    EnvVerb.Show(console, environment);
                    summary.Show(console);
                    if (tried is not null) RolloutSummary.Show(console, tried);
                    console.Write(Results.Facts(("report", Path.GetRelativePath(Directory.GetCurrentDirectory(), report)), ("next", "./runproof tasks list · tasks show TASK · trajectories list · trajectories show ID · verify")));
                });
            return CommandLine.Done;
        });
        return command;
    }

    /// <summary>The repair agent on some of the tasks; null where there is none, or none is wanted.</summary>
    private static async Task<RolloutReport?> RolloutsAsync(EnvironmentContext context, CallOptions call, IReadOnlyList<string> tasks, int count, CancellationToken cancel)
    {
        var table = new TaskTable(context.Workspace);
        List<CodingTask> chosen = [.. tasks.OrderBy(Blobs.Draw).Take(count).Select(table.Find).OfType<CodingTask>()];
        if (chosen.Count == 0) return null;
        var limits = ScaffoldList.Of(Agent).Limits;
        var plan = new RolloutPlan(Agent, RepairPolicy.Name, null, TestVisibility.Visible, Turns, Seconds, limits.Command.TotalSeconds, null, null, null, call.Seed);
        using var repair = new RepairSource();
        return await new RolloutStage(context.Workspace, call.Log, TimeProvider.System, call.Jobs).RunAsync(plan, chosen, 1, repair, new(), cancel);
    }
}
