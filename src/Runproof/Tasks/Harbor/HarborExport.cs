using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Tasks.Harbor;

/// <summary>
/// Harbor task folders (<c>task.toml</c> 1.1, read by every later one): each stands alone. The agent sees what <c>environment/</c> makes; <c>tests/</c> and <c>solution/</c> come into the
/// container only afterwards.
/// </summary>
internal sealed class HarborExport(Workspace workspace, IProgressLog log, ShownHistory history = ShownHistory.None)
{
    /// <summary>The task as it is in the catalogue, for import.</summary>
    public const string TaskFile = "tests/task.json";

    public const string PlanFile = "tests/judge.json";

    public const string GoldFile = "solution/gold.patch";

    /// <returns>Number of tasks written. A task's folder appears whole or not at all; one of the same name is replaced.</returns>
    public async Task<int> WriteAsync(IReadOnlyList<CodingTask> tasks, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
        var table = new EnvironmentTable(workspace);
        using var progress = log.Begin("writing Harbor tasks", tasks.Count);
        try
        {
            foreach (var group in tasks.GroupBy(task => task.EnvironmentHash))
            {
                var shared = Directory.CreateDirectory(Path.Combine(scratch, group.Key)).FullName;
                var context = await EnvironmentContext.OpenAsync(workspace, table.Find(group.Key)!, cancel);
                var common = await HarborEnvironment.MakeAsync(context, shared, cancel);
                foreach (var task in group)
                {
                    var target = Path.Combine(folder, NameOf(task));
                    var partial = target + ".partial";
                    WorkspaceFolders.Delete(partial);
                    await WriteTaskAsync(common, task, partial, scratch, cancel);
                    WorkspaceFolders.Delete(target);
                    Directory.Move(partial, target);
                    progress.Advance(1);
                }

                WorkspaceFolders.Delete(shared);
            }
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }

        HarborFiles.Copy("README.md", folder);
        return tasks.Count;
    }

    /// <summary>What Harbor allows in a name: letters, digits, <c>. _ -</c>, a letter or digit first, no two dots in a row.</summary>
    public static string NameOf(CodingTask task)
    {
        var name = string.Concat(task.InstanceId.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Replace("..", ".-", StringComparison.Ordinal);
        return char.IsAsciiLetterOrDigit(name[0]) ? name : "x" + name;
    }

    /// <summary>What an agent is told: the statement, and where and by what it is judged.</summary>
    public static string Instruction(CodingTask task) => $"""
        The repository is in `/testbed`. Repair there what is described below. Tests, and files that steer how tests run, are put back before the repair is judged.

        ---

        {task.ProblemStatement}

        """;

    private async Task WriteTaskAsync(HarborEnvironment common, CodingTask task, string folder, string scratch, CancellationToken cancel)
    {
        await HarborImage.WriteAsync(common, task, Path.Combine(folder, "environment"), scratch, history, cancel);
        var plan = await WriteTestsAsync(common, task, Path.Combine(folder, "tests"), cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "task.toml"), HarborConfiguration.Of(common.Context.Environment, task, plan), cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "instruction.md"), Instruction(task), cancel);
        HarborFiles.Copy("solve.sh", Path.Combine(folder, "solution"));
        await File.WriteAllTextAsync(Path.Combine(folder, GoldFile), task.GoldPatch, cancel);
    }

    private static async Task<JudgePlan> WriteTestsAsync(HarborEnvironment common, CodingTask task, string folder, CancellationToken cancel)
    {
        var context = common.Context;
        foreach (var name in new[] { "test.sh", "judge.py", "macros.py", "reports.py" }) HarborFiles.Copy(name, folder);
        foreach (var profile in context.Environment.Profiles.Where(profile => Directory.Exists(profile.SupportFolder)))
            await Archive.CopyAsync(profile.SupportFolder, Path.Combine(folder, "support", profile.Name), cancel);

        // Files that the gold patch changes come from the answer, although they judge.
        var gold = PatchFiles.Of(task.GoldPatch);
        var kept = Path.Combine(folder, "kept.tar.gz");
        if (common.KeptPaths.Any(gold.Contains)) await Archive.PackAsync(common.Tree, kept, cancel, common.KeptPaths.Where(path => !gold.Contains(path)));
        else await Archive.ShareAsync(common.Kept, kept, cancel);

        var check = Countercheck.Of(task, context);
        if (check is not null)
        {
            check.WriteLayer(Path.Combine(folder, "layer"));
            Directory.Move(Path.Combine(folder, "layer", "testbed"), Path.Combine(folder, "failing"));
            Directory.Delete(Path.Combine(folder, "layer"));
        }

        var judging = new KeptFiles(context.Environment.Suites, context.Environment.Tests, gold);
        var rules = new KeptRules([.. context.Environment.Suites.Select(SuiteFiles.Of)], [.. judging.TestFiles.Order(StringComparer.Ordinal)], [.. gold]);
        var before = await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, Path.Combine(folder, "before"), cancel);
        var macros = MacroPlan.Of(new(context, judging), before);
        if (Directory.Exists(before)) Directory.Delete(before, recursive: true);
        var plan = new JudgePlan(
            task.FailToPass, task.PassToPass(context.Environment.Tests.Select(test => test.Id)), [.. check?.Tests.Select(test => test.Id) ?? []], common.WrittenBySuite, common.Links, rules, common.Sentinels, common.Suites, macros);
        await File.WriteAllTextAsync(Path.Combine(folder, "judge.json"), JsonSerializer.Serialize(plan, Json.Indented) + "\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "task.json"), JsonSerializer.Serialize(task, Json.Indented) + "\n", cancel);
        return plan;
    }
}
