using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Environments;
using Runproof.Statements;
using Runproof.Tasks;
using Runproof.Tasks.Harbor;
using Runproof.Tasks.Oci;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>tasks list | show | export | import | coverage | decontaminate</c>.</summary>
internal static class TasksVerb
{
    private const int PageSize = 1000;
    private const string NoHistory = "none";
    private const string Past = "past";
    private const string Rows = "swebench";
    private const string Parquet = "swebench-parquet";
    private const string Folders = "harbor";
    private const string Images = "oci";
    private static readonly string[] Formats = [Rows, Parquet, .. RowFormats.Names, Folders, Images];

    public static Command Create() => new Verb("tasks", "The catalogue of kept tasks.") { List(), Show(), Export(), Import(), Coverage(), DecontaminateVerb.Create() };

    private static Command List()
    {
        var only = new Option<bool>("--quarantined") { Description = "Those that are kept out of the catalogue, and why" };
        var limit = GlobalOptions.AtLeastOne(new("--limit") { Description = "So many at most", DefaultValueFactory = _ => PageSize, HelpName = "N" });
        var after = new Option<string>("--after") { Description = "Those behind this id: the next page", DefaultValueFactory = _ => "", HelpName = "ID" };
        var choice = new TaskChoice();
        var command = new Verb("list", "Lists the tasks.", "runproof tasks list", "runproof tasks list --language go --limit 50", "runproof tasks list --origin mined --sample 20", "runproof tasks list --quarantined") { only, limit, after };
        choice.AddTo(command);
        command.SetAction(parsed =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Catalogue.Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var quarantined = new QuarantineTable(workspace);
            if (parsed.GetValue(only))
            {
                var all = quarantined.All();
                Results.Write(call, new { quarantined = all }, console => console.Write(Results.Table(["quarantined", "why"], all.Select(task => new[] { task.InstanceId, task.Reason }))));
                return CommandLine.Done;
            }

            var table = new TaskTable(workspace);
            var filter = choice.FilterOf(parsed, table);
            var drawn = choice.SampleOf(parsed, table, filter);
            var tasks = drawn is not null ? table.Summaries(drawn) : table.Page(filter, parsed.GetValue(after)!, parsed.GetValue(limit));
            var (total, apart) = (table.Count(filter), quarantined.Count());
            var next = drawn is null && tasks.Count == parsed.GetValue(limit) && total > tasks.Count ? tasks[^1].InstanceId : null;
            Results.Write(call, new { tasks, total, next, quarantined = apart }, console =>
            {
                console.Write(Results.Table(
                    ["task", "file", "family", "fail to pass", "pass to pass"], tasks.Select(task => new[] { task.InstanceId, $"{task.File}:{task.Line}", task.Family, $"{task.FailToPass}", $"{task.PassToPass}" }), 3, 4));
                console.MarkupLineInterpolated($"{(tasks.Count < total ? $"{tasks.Count} of " : "")}{total} tasks{(apart > 0 ? $", {apart} quarantined (--quarantined shows them)" : "")}");
                if (next is not null) console.MarkupLineInterpolated($"the next page: --after {next}");
            });
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var id = CompletionVerb.WithTaskIds<string>(new("TASK") { Description = "Task id, or the beginning of one" });
        var command = new Verb("show", "Shows one task: statement, patches, tests.", "runproof tasks show textkit.1a2b3c4d.0123456789ab") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Catalogue.Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var table = new TaskTable(workspace);
            var task = table.Find(table.Ids(beginning: parsed.GetValue(id)!).FirstOrDefault() ?? throw new InputException($"no task '{parsed.GetValue(id)}': see 'runproof tasks list'"))!;
            var environment = new EnvironmentTable(workspace).Find(task.EnvironmentHash)!;
            var patches = await TaskPatches.MakeAsync(await EnvironmentContext.OpenAsync(workspace, environment, cancel), task, cancel);
            var steady = environment.Tests.Select(test => test.Id);
            Results.Write(
                call,
                new
                {
                    task.InstanceId, task.Repo, task.BaseCommit, environment = task.EnvironmentHash, task.Origin, task.Tests, task.ProblemStatement, task.GoldPatch, test_patch = patches.Test,
                    setup_patch = patches.Setup, FAIL_TO_PASS = task.FailToPass, PASS_TO_PASS = task.PassToPass(steady), task.HiddenFiles, task.CreatedAt, task.Measurements, task.Statement,
                },
                console =>
                {
                    console.Write(Results.Facts(
                        ("task", task.InstanceId), ("repository", $"{task.Repo} at {task.BaseCommit[..10]}"), ("bug", $"{task.Measurements.Operator} at {task.Measurements.File}:{task.Measurements.Line}"),
                        ("tests", $"{task.FailToPass.Count} fail to pass, {task.Measurements.PassToPass} pass to pass, {task.HiddenFiles.Count} test file{(task.HiddenFiles.Count == 1 ? "" : "s")} {task.Tests.ToString().ToLowerInvariant()}"),
                        ("statement", task.Statement is { } origin ? $"by {origin.Writer}, {origin.Length.ToString().ToLowerInvariant()}{(origin.Attempts > 1 ? $", {origin.Attempts} drafts" : "")}{(origin.Fallback is { } why ? $", since the model's was not used: {why.Replace('_', ' ')}" : "")}" : "by template")));
                    console.WriteLine();
                    console.WriteLine(task.ProblemStatement);
                    console.Write(new Rule("gold patch") { Justification = Justify.Left });
                    console.WriteLine(task.GoldPatch);
                    console.Write(new Rule("fail to pass") { Justification = Justify.Left });
                    foreach (var test in task.FailToPass) console.WriteLine(test);
                });
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Export()
    {
        var format = new Option<string>("--format") { Description = $"One of: {string.Join(", ", Formats)}", DefaultValueFactory = _ => Formats[0], HelpName = "FORMAT" };
        format.CompletionSources.Add(Formats);
        var path = new Option<string>("--out") { Description = "File to write; for harbor a folder; for oci a folder, or NAME.tar", Required = true, HelpName = "PATH" };
        var ids = CompletionVerb.WithTaskIds<string[]>(new("TASKS") { Description = "Task ids, or beginnings of them (default: all)", Arity = ArgumentArity.ZeroOrMore });
        var command = new Verb("export", "Writes the tasks in an interchange format.", "runproof tasks export --out tasks.jsonl", "runproof tasks export --out sample.jsonl --origin mined --sample 500", "runproof tasks export --format harbor --out harbor/ textkit.1a2b", "runproof tasks export --format oci --out task.tar textkit.1a2b  # then: podman load -i task.tar") { ids, format, path };
        var history = new Option<string>("--history") { Description = $"What an agent sees of the repository's history, in {Folders} and {Images}: none (one orphan commit), or past (the base commit and what came before, of tasks from history)", DefaultValueFactory = _ => NoHistory, HelpName = "none|past" }.AcceptOnlyFromAmong(NoHistory, Past);
        command.Add(history);
        var choice = new TaskChoice();
        choice.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            var name = parsed.GetValue(format)!;
            if (!Formats.Contains(name)) throw new InputException($"no format '{name}': there is {string.Join(", ", Formats)}");
            var shown = parsed.GetValue(history) == Past ? ShownHistory.Past : ShownHistory.None;
            if (shown == ShownHistory.Past && name is not (Folders or Images)) throw new InputException($"a row holds no history: --history past is for --format {Folders} and {Images}");
            using var workspace = Catalogue.Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var target = parsed.GetValue(path)!;
            if (name is not (Folders or Images) && Directory.Exists(target)) throw new InputException($"'{target}' is a folder: --out names a file");
            if (name == Folders && File.Exists(target)) throw new InputException($"'{target}' is a file: --out names a folder");
            var table = new TaskTable(workspace);
            var chosen = choice.Ids(parsed, table, parsed.GetValue(ids) ?? []);
            var tasks = chosen.Select(id => table.Find(id)!);
            if (name == RowFormats.Smith && tasks.FirstOrDefault(task => task.Origin == TaskOrigin.Mined) is { } mined) throw new InputException($"a row of SWE-smith is a bug in a commit, and '{mined.InstanceId}' is a task from history: choose with --origin injected, or take another --format");
            var written = name switch
            {
                Folders => await new HarborExport(workspace, call.Log, shown).WriteAsync([.. tasks], target, cancel),
                Images => await new OciExport(workspace, call.Log, shown).WriteAsync([.. tasks], target, cancel),
                _ => await SweBenchExport.WriteAsync(workspace, tasks, target, name == Parquet, cancel, RowFormats.Names.Contains(name) ? name : null),
            };
            Results.Write(call, new { format = name, path = Path.GetFullPath(target), tasks = written }, console => console.MarkupLineInterpolated($"{written} tasks written to {target}"));
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Import()
    {
        var path = new Argument<string>("PATH") { Description = "Rows of the SWE-bench family (JSON lines or Parquet), or Harbor folders that Runproof exported" };
        var repo = new Option<string?>("--repo") { Description = "Path or URL of their repository, where this workspace has no environment for it", HelpName = "REPO" };
        var command = new Verb("import", "Brings exported tasks into the workspace; 'verify' judges them afresh.", "runproof tasks import tasks.jsonl --repo ~/src/some-project") { path, repo, EnvVerb.Config };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            var location = parsed.GetValue(repo);
            using var workspace = Catalogue.Workspace.Open(call.Workspace, call.Sandbox);
            var import = new TaskImport(workspace, location is null ? null : commit => EnvVerb.BuildAsync(workspace, call, location, commit, parsed.GetValue(EnvVerb.Config), cancel));
            var result = await import.ReadAsync(parsed.GetValue(path)!, cancel);
            Results.Write(
                call,
                new { format = result.Format, path = Path.GetFullPath(parsed.GetValue(path)!), imported = result.Tasks.Count, known = result.Known, tasks = result.Tasks },
                console => console.MarkupLineInterpolated($"{result.Tasks.Count} tasks imported{(result.Known > 0 ? $", {result.Known} were here already" : "")}: 'runproof verify' judges them afresh"));
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Coverage()
    {
        var command = new Verb("coverage", "Executable-task coverage: functions that tests reach, functions with a kept task, by folder.", "runproof tasks coverage");
        command.SetAction(parsed =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Catalogue.Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var coverage = TaskCoverage.Of(workspace, new EnvironmentTable(workspace).All());
            Results.Write(call, coverage, console =>
            {
                console.Write(Results.Table(
                    ["folder", "functions reached", "with a task", "coverage"],
                    coverage.Folders.Select(folder => new[] { folder.Folder, $"{folder.FunctionsReached}", $"{folder.FunctionsWithTask}", $"{folder.FunctionsWithTask / (double)folder.FunctionsReached:P0}" }), 1, 2, 3));
                console.MarkupLineInterpolated($"{coverage.FunctionsWithTask} of {coverage.FunctionsReached} functions that tests reach have a task ({coverage.Coverage:P1})");
            });
            return CommandLine.Done;
        });
        return command;
    }
}
