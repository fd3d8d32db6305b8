using System.CommandLine;
using System.Globalization;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Rollouts;
using Runproof.Rollouts.Formats;
using Runproof.Rollouts.Imports;
using Runproof.Verification;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>trajectories list | show | export | import</c>.</summary>
internal static class TrajectoriesVerb
{
    public static Command Create() => new Verb("trajectories", "Recorded attempts: what agents did, out and in.") { List(), Show(), Export(), Import() };

    private static Command List()
    {
        var choice = new TrajectoryChoice();
        var command = new Verb("list", "Lists the attempts that have ended.", "runproof trajectories list", "runproof trajectories list --kept textkit.1a2b");
        choice.AddTo(command);
        command.SetAction(parsed =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var table = new RolloutTable(workspace, TimeProvider.System);
            var plans = new Dictionary<string, RolloutPlan>();
            var all = choice.Of(parsed, table).Select(rollout => (Rollout: rollout, Plan: plans.TryGetValue(rollout.Key.Plan, out var known) ? known : plans[rollout.Key.Plan] = table.Plan(rollout.Key.Plan))).ToList();
            Results.Write(
                call,
                new
                {
                    total = all.Count, kept = all.Count(one => one.Rollout.IsKept),
                    trajectories = all.Select(one => new
                    {
                        id = one.Rollout.Key.Name, instance_id = one.Rollout.Key.InstanceId, attempt = one.Rollout.Key.Attempt, plan = one.Rollout.Key.Plan, agent = one.Plan.Agent, model = one.Plan.Model, origin = one.Plan.Origin,
                        outcome = Words.Of(one.Rollout.Outcome), reason = one.Rollout.Reason, exit = Words.Of(one.Rollout.End.Reason), turns = one.Rollout.Counts.Turns, reward = Total(one.Rollout), kept = one.Rollout.IsKept, losses = one.Rollout.Losses,
                    }),
                },
                console =>
                {
                    console.Write(Results.Table(
                        ["attempt", "agent", "model", "outcome", "exit", "turns", "reward", "kept"],
                        all.Select(one => new[]
                        {
                            one.Rollout.Key.Name, one.Plan.Agent + (one.Plan.Origin is { } origin ? $" ({origin})" : ""), one.Plan.Model, Words.Of(one.Rollout.Outcome), Words.Of(one.Rollout.End.Reason), $"{one.Rollout.Counts.Turns}",
                            Total(one.Rollout)?.ToString("0.###", CultureInfo.InvariantCulture) ?? "", one.Rollout.IsKept ? "kept" : $"no: {string.Join(", ", one.Rollout.Losses)}",
                        }),
                        5, 6));
                    console.MarkupLineInterpolated($"{all.Count} attempts, {all.Count(one => one.Rollout.IsKept)} kept");
                });
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var id = TrajectoryChoice.WithIds<string>(new("ID") { Description = "Id of an attempt, or the beginning of one" });
        var whole = new Option<bool>("--whole") { Description = "Nothing shortened" };
        var command = new Verb("show", "Shows one attempt, turn by turn.", "runproof trajectories show textkit.1a2b3c4d.0123456789ab.9f8e7d6c.1") { id, whole };
        command.SetAction(parsed =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var key = TrajectoryChoice.One(new(workspace, TimeProvider.System), parsed.GetValue(id)!);
            var trajectory = new TrajectoryReader(workspace, TimeProvider.System).Read(key);
            Results.Write(call, TrajectoryView.Json(trajectory), console => TrajectoryView.Show(console, trajectory, parsed.GetValue(whole)));
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Export()
    {
        var names = TrajectoryFormats.All.Select(format => format.Name).ToArray();
        var format = new Option<string>("--format") { Description = $"One of: {string.Join(", ", names)}; or text:NAME, rendered into a format of tool calls (text:hermes)", DefaultValueFactory = _ => names[0], HelpName = "FORMAT" };
        format.CompletionSources.Add(names);
        var path = new Option<string>("--out") { Description = $"File to write; a folder for {string.Join(", ", TrajectoryFormats.All.Where(one => one.FileEnding is not null).Select(one => one.Name))}", Required = true, HelpName = "PATH" };
        var choice = new TrajectoryChoice();
        var command = new Verb(
            "export", "Writes attempts in an interchange format, or as rows of a trainer.",
            "runproof trajectories export --out attempts.jsonl                # then: runproof rollout --model replay:attempts.jsonl", "runproof trajectories export --format trl --kept --out sft.jsonl", "runproof trajectories export --format atif --out atif/ textkit.1a2b",
            "runproof trajectories export --format preds --attempt 1 --out preds.jsonl") { format, path };
        choice.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            var chosen = TrajectoryFormats.Of(parsed.GetValue(format)!);
            using var workspace = Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var reader = new TrajectoryReader(workspace, TimeProvider.System);
            var target = parsed.GetValue(path)!;
            var result = new TrajectoryExport(call.Log, chosen).Write(choice.Of(parsed, new(workspace, TimeProvider.System)).Select(rollout => reader.Read(rollout.Key)), target, cancel);
            Results.Write(call, new { format = chosen.Name, path = Path.GetFullPath(target), attempts = result.Attempts, left_out = result.LeftOut }, console => console.MarkupLineInterpolated($"{result.Attempts} attempts written to {target}"));
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    private static Command Import()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files of ATIF, mini-swe-agent (.traj.json) or SWE-agent (.traj), or folders of them", Arity = ArgumentArity.OneOrMore };
        var predictions = new Option<string?>("--predictions") { Description = "Patches (instance_id, model_patch) for files that hold none", HelpName = "FILE" };
        var rewards = new Option<string?>("--rewards") { Description = "TOML file with the weights of rewards", HelpName = "FILE" };
        var command = new Verb(
            "import", "Brings in attempts of other people's agents; their patches are graded afresh, and only what running proves is kept.",
            "runproof trajectories import ~/runs/mini/", "runproof trajectories import jobs/trial/agent/trajectory.json --predictions preds.jsonl") { paths, predictions, rewards };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            var weights = parsed.GetValue(rewards) is { } weighed ? RewardPlan.Read(weighed) : new();
            var patches = parsed.GetValue(predictions) is { } file ? (await Predictions.ReadAsync(file, call.Log, cancel)).ToDictionary(one => one.InstanceId, one => one.Patch ?? "") : [];
            using var workspace = Workspace.Open(call.Workspace, call.Sandbox);
            var files = await new TrajectoryImport(workspace, call.Log, TimeProvider.System, call.Jobs, weights, patches).RunAsync(parsed.GetValue(paths)!, cancel);
            var here = files.Where(one => one.Outcome is not null).ToList();
            Results.Write(
                call,
                new
                {
                    imported = here.Count(one => one.IsNew), known = here.Count(one => !one.IsNew), resolved = here.Count(one => one.Outcome == RolloutOutcome.Resolved), kept = here.Count(one => one.IsKept),
                    infrastructure_failures = here.Count(one => one.Outcome == RolloutOutcome.Infrastructure), refused = files.Count - here.Count,
                    files = files.Select(one => new { file = one.File, format = one.Format, instance_id = one.InstanceId, id = one.Id, outcome = one.Outcome is { } outcome ? Words.Of(outcome) : "refused", kept = one.IsKept, reason = one.Reason }),
                },
                console =>
                {
                    console.Write(Results.Table(["file", "attempt", "outcome", "why"], files.Select(one => new[] { one.File, one.Id ?? "", one.Outcome is { } outcome ? Words.Of(outcome) : "refused", one.IsKept ? "kept" : one.Reason })));
                    console.MarkupLineInterpolated($"{here.Count(one => one.IsNew)} imported, {here.Count(one => !one.IsNew)} were here already, {files.Count - here.Count} refused; {here.Count(one => one.Outcome == RolloutOutcome.Resolved)} resolved, {here.Count(one => one.IsKept)} kept");
                });
            return here.Count > 0 ? CommandLine.Done : CommandLine.AnswerIsNo;
        });
        return command;
    }

    private static double? Total(Rollout rollout) => rollout.Rewards.TryGetValue("total", out var total) ? Math.Round(total, 4) : null;
}
