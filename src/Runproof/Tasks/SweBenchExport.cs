using System.Text.Json;
using System.Text.Json.Serialization;
using Runproof.Catalogue;
using Runproof.Environments;

namespace Runproof.Tasks;

/// <summary>
/// SWE-bench JSONL: one task a line, all values strings, test lists as JSON in a string, as in <c>swebench/types.py</c>.
/// An injected bug adds <c>setup_patch</c>: apply it to <c>base_commit</c> to get the initial state, to which <c>patch</c> and <c>test_patch</c> belong.
/// </summary>
internal static class SweBenchExport
{
    /// <returns>Number of tasks written. The file appears whole or not at all.</returns>
    public static async Task<int> WriteAsync(Workspace workspace, IEnumerable<CodingTask> tasks, string path, CancellationToken cancel)
    {
        Dictionary<string, EnvironmentContext> contexts = [];
        var table = new EnvironmentTable(workspace);
        var partial = path + ".partial";
        var count = 0;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using (var writer = new StreamWriter(partial))
        {
            foreach (var task in tasks)
            {
                if (!contexts.TryGetValue(task.EnvironmentHash, out var context))
                {
                    context = await EnvironmentContext.OpenAsync(workspace, table.Find(task.EnvironmentHash)!, cancel);
                    contexts.Add(task.EnvironmentHash, context);
                }

                var patches = await TaskPatches.MakeAsync(context, task, cancel);
                var steady = context.Environment.Tests.Select(test => test.Id);
                await writer.WriteLineAsync(JsonSerializer.Serialize(new Row(
                    task.Repo, task.InstanceId, task.BaseCommit, task.GoldPatch, patches.Test, task.ProblemStatement, "",
                    task.CreatedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture), context.Environment.Hash[..12],
                    JsonSerializer.Serialize(task.FailToPass, Json.Compact), JsonSerializer.Serialize(task.PassToPass(steady), Json.Compact), task.BaseCommit, patches.Setup), Json.Compact));
                count++;
            }
        }

        File.Move(partial, path, overwrite: true);
        return count;
    }

    private sealed record Row(
        [property: JsonPropertyName("repo")] string Repo,
        [property: JsonPropertyName("instance_id")] string InstanceId,
        [property: JsonPropertyName("base_commit")] string BaseCommit,
        [property: JsonPropertyName("patch")] string Patch,
        [property: JsonPropertyName("test_patch")] string TestPatch,
        [property: JsonPropertyName("problem_statement")] string ProblemStatement,
        [property: JsonPropertyName("hints_text")] string HintsText,
        [property: JsonPropertyName("created_at")] string CreatedAt,
        [property: JsonPropertyName("version")] string Version,
        [property: JsonPropertyName("FAIL_TO_PASS")] string FailToPass,
        [property: JsonPropertyName("PASS_TO_PASS")] string PassToPass,
        [property: JsonPropertyName("environment_setup_commit")] string EnvironmentSetupCommit,
        [property: JsonPropertyName("setup_patch")] string SetupPatch);
}
