using System.Text.Json;
using Runproof.Catalogue;

namespace Runproof.Tasks.Harbor;

/// <summary>Reads Harbor folders that Runproof wrote: one task's, or a folder of many.</summary>
internal static class HarborImport
{
    /// <returns>Each task with the tests that judge it as PASS_TO_PASS, and its folder for messages.</returns>
    /// <exception cref="InputException">There is no such folder, or what is in one was changed or is not ours.</exception>
    public static IEnumerable<(CodingTask Task, IReadOnlyList<string> PassToPass, string Where)> Read(string path)
    {
        IReadOnlyList<string> folders = IsTask(path) ? [path] : [.. Directory.EnumerateDirectories(path).Where(IsTask).Where(folder => !folder.EndsWith(".partial", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        if (folders.Count == 0) throw new InputException($"'{path}' holds no Harbor task: a folder with a task.toml, or a folder of such folders");
        foreach (var folder in folders)
        {
            var where = $"Harbor task '{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))}'";
            var task = Json<CodingTask>(folder, HarborExport.TaskFile, where);
            var plan = Json<JudgePlan>(folder, HarborExport.PlanFile, where);
            if (task.InstanceId is null || task.BaseCommit is null || task.EnvironmentHash is null || task.ProblemStatement is null || task.BugPatch is null || task.GoldPatch is null || task.Repo is null
                || task.HiddenFiles is null || task.FailToPass is null || task.NotCounted is null || task.Measurements is null || plan.PassToPass is null)
                throw new InputException($"{where}: {HarborExport.TaskFile} lacks part of the task");

            // What people see and run must be what is imported.
            RequireSame(folder, HarborExport.GoldFile, task.GoldPatch, where);
            RequireSame(folder, "instruction.md", HarborExport.Instruction(task), where);
            yield return (task, plan.PassToPass, where);
        }
    }

    private static bool IsTask(string folder) => File.Exists(Path.Combine(folder, "task.toml"));

    private static T Json<T>(string folder, string name, string where)
    {
        var file = Path.Combine(folder, name);
        if (!File.Exists(file)) throw new InputException($"{where}: no {name}: only tasks that Runproof exported can be imported");
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), Catalogue.Json.Compact) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new InputException($"{where}: {name} cannot be read as what Runproof wrote");
        }
    }

    private static void RequireSame(string folder, string name, string text, string where)
    {
        var file = Path.Combine(folder, name);
        if (!File.Exists(file) || File.ReadAllText(file) != text) throw new InputException($"{where}: {name} was changed after the export");
    }
}
