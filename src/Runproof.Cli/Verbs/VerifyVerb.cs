using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Tasks;
using Runproof.Verification;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>verify [TASKS]</c>: judges tasks afresh.</summary>
internal static class VerifyVerb
{
    public static Command Create()
    {
        var ids = CompletionVerb.WithTaskIds<string[]>(new("TASKS") { Description = "Task ids, or beginnings of them (default: all)", Arity = ArgumentArity.ZeroOrMore });
        var repeats = GlobalOptions.AtLeastOne(new("--repeats") { Description = "Times that each is judged", DefaultValueFactory = _ => 1, HelpName = "N" });
        var command = new Verb("verify", "Judges tasks afresh: the gold patch passes, the empty diff fails.", "runproof verify", "runproof verify textkit.1a2b --repeats 3") { ids, repeats };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Catalogue.Workspace.Open(call.Workspace);
            var tasks = TasksVerb.Select(workspace, parsed.GetValue(ids) ?? []);
            if (tasks.Count == 0) throw new InputException($"no tasks in '{call.Workspace}': run 'runproof inject REPO' first");
            var started = TimeProvider.System.GetTimestamp();
            var results = await new VerificationStage(workspace, call.Log, TimeProvider.System, call.Jobs).RunAsync(tasks, parsed.GetValue(repeats), cancel);
            var failed = results.Where(result => !result.Holds).ToList();
            Results.Write(
                call,
                new { tasks = results.Count, hold = results.Count - failed.Count, failed = failed.Select(result => new { instance_id = result.InstanceId, reason = result.Reason }), seconds = Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 3) },
                console =>
                {
                    console.MarkupLineInterpolated($"{results.Count - failed.Count} of {results.Count} tasks hold");
                    if (failed.Count > 0) console.Write(Results.Table(["does not hold", "why"], failed.Select(result => new[] { result.InstanceId, result.Reason })));
                });
            return failed.Count == 0 ? CommandLine.Done : CommandLine.AnswerIsNo;
        });
        return command;
    }
}
