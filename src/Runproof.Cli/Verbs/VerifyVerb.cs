using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Tasks;
using Runproof.Verification;
using Runproof.Verification.Attacks;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>verify [TASKS]</c>: judges tasks afresh.</summary>
internal static class VerifyVerb
{
    public static Command Create()
    {
        var ids = CompletionVerb.WithTaskIds<string[]>(new("TASKS") { Description = "Task ids, or beginnings of them (default: all)", Arity = ArgumentArity.ZeroOrMore });
        var repeats = GlobalOptions.AtLeastOne(new("--repeats") { Description = "Times that each is judged", DefaultValueFactory = _ => 1, HelpName = "N" });
        var attack = new Option<bool>("--attack") { Description = "Play a cheating agent on each task too; one that an attack passes is quarantined" };
        var gold = new Option<bool>("--gold") { Description = "Only replay the gold patches" };
        var predictions = new Option<string?>("--predictions") { Description = "Grade the answers of a file instead: JSON or JSON lines with instance_id, model_patch, model_name_or_path", HelpName = "FILE" };
        var command = new Verb(
            "verify", "Judges tasks afresh: the gold patch passes, the empty diff fails, attacks fail.",
            "runproof verify", "runproof verify textkit.1a2b --repeats 3", "runproof verify --attack", "runproof verify --predictions preds.jsonl --json > report.json") { ids, repeats, attack, gold, predictions };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Workspace.Open(call.Workspace, call.Sandbox);
            var named = parsed.GetValue(ids) ?? [];
            if (parsed.GetValue(predictions) is not null || parsed.GetValue(gold)) return await GradeAsync(workspace, call, parsed.GetValue(predictions), named, cancel);
            var tasks = TaskChoice.Named(new TaskTable(workspace), named, quarantined: named.Length > 0);
            if (tasks.Count == 0) throw new InputException($"no tasks in '{call.Workspace}': run 'runproof inject REPO' first");
            var started = TimeProvider.System.GetTimestamp();
            var results = await new VerificationStage(workspace, call.Log, TimeProvider.System, call.Jobs).RunAsync(tasks, parsed.GetValue(repeats), cancel);
            var attacks = parsed.GetValue(attack) ? await new AttackStage(workspace, call.Log, TimeProvider.System, call.Jobs).RunAsync(tasks, cancel) : null;
            var failed = results.Where(result => !result.Holds).ToList();
            var passed = attacks?.Where(row => row.Passed).ToList() ?? [];
            var quarantined = attacks is null ? [] : new QuarantineTable(workspace).All().Where(task => tasks.Contains(task.InstanceId)).ToList();
            Results.Write(
                call,
                Report(results, failed, attacks, passed, quarantined, parsed.GetValue(repeats), TimeProvider.System.GetElapsedTime(started).TotalSeconds),
                console =>
                {
                    console.MarkupLineInterpolated($"{results.Count - failed.Count} of {results.Count} tasks hold");
                    if (parsed.GetValue(repeats) > 1) console.MarkupLineInterpolated($"{results.Count(result => result.Unsteady)} disagree with themselves in {parsed.GetValue(repeats)} repeats");
                    if (failed.Count > 0) console.Write(Results.Table(["does not hold", "why"], failed.Select(result => new[] { result.InstanceId, result.Reason })));
                    if (attacks is null) return;
                    console.Write(Results.Table(["attack", "tasks", "passed", "refused as"], attacks.GroupBy(row => row.Attack).Select(Line), 1, 2));
                    console.MarkupLineInterpolated($"{attacks.Count} attacks, {passed.Count} passed");
                    if (quarantined.Count > 0) console.Write(Results.Table(["quarantined", "why"], quarantined.Select(task => new[] { task.InstanceId, task.Reason })));
                });
            return failed.Count == 0 && passed.Count == 0 ? CommandLine.Done : CommandLine.AnswerIsNo;
        });
        return command;
    }

    /// <param name="file">Null for the gold patches.</param>
    private static async Task<int> GradeAsync(Workspace workspace, CallOptions call, string? file, IReadOnlyList<string> named, CancellationToken cancel)
    {
        var chosen = TaskChoice.Named(new TaskTable(workspace), named, quarantined: named.Count > 0);
        var table = new TaskTable(workspace);
        IReadOnlyList<Prediction> answers = file is null ? [.. chosen.Select(id => new Prediction(id, "gold", table.Find(id)!.GoldPatch))]
            : [.. (await Predictions.ReadAsync(file, call.Log, cancel)).Where(one => named.Count == 0 || chosen.Contains(one.InstanceId))];
        if (answers.Count == 0) throw new InputException($"no tasks in '{call.Workspace}' to grade: run 'runproof inject REPO' or 'runproof mine REPO' first");
        var graded = await new PredictionStage(workspace, call.Log, TimeProvider.System, call.Jobs).RunAsync(answers, cancel);
        Results.Write(call, PredictionReport.Json(graded, chosen.Count), console => PredictionReport.Show(console, graded));
        return file is not null || graded.All(one => one.Outcome == "resolved") ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    private static string[] Line(IGrouping<string, AttackRow> attack) =>
    [
        attack.Key, $"{attack.Count()}", $"{attack.Count(row => row.Passed)}",
        string.Join(", ", attack.Where(row => !row.Passed).GroupBy(row => row.Reason).OrderByDescending(group => group.Count()).Select(group => $"{group.Key} {group.Count()}")),
    ];

    private static Dictionary<string, object> Report(
        IReadOnlyList<VerifiedTask> results, List<VerifiedTask> failed, IReadOnlyList<AttackRow>? attacks, List<AttackRow> passed, List<QuarantinedTask> quarantined, int repeats, double seconds)
    {
        var report = new Dictionary<string, object>
        {
            ["tasks"] = results.Count, ["hold"] = results.Count - failed.Count, ["failed"] = failed.Select(result => new { instance_id = result.InstanceId, reason = result.Reason }), ["seconds"] = Math.Round(seconds, 3),
        };
        if (repeats > 1) (report["repeats"], report["unsteady"]) = (repeats, results.Count(result => result.Unsteady));
        if (attacks is null) return report;
        (report["attacks"], report["false_passes"], report["quarantined"]) = (attacks.Count, passed.Count, quarantined.Count);
        report["passed_attacks"] = passed.Select(row => new { instance_id = row.InstanceId, row.Attack });
        report["quarantined_tasks"] = quarantined.Select(task => new { instance_id = task.InstanceId, reason = task.Reason });
        report["not_played"] = attacks.Count(row => row.Reason == AttackStage.Infrastructure);
        report["by_attack"] = attacks.GroupBy(row => row.Attack).ToDictionary(group => group.Key, group => group.GroupBy(row => row.Passed ? "passed" : row.Reason).ToDictionary(reasons => reasons.Key, reasons => reasons.Count()));
        return report;
    }
}
