using System.Text;
using Runproof.Environments;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Tasks;

/// <summary>The patches of a task that follow from its environment: kept nowhere, made when asked for.</summary>
/// <param name="Setup">Base tree → initial state: tests moved out of product files, the bug, and the hidden test files removed.</param>
/// <param name="Test">Initial state → with the hidden test files.</param>
public sealed record TaskPatches(string Setup, string Test)
{
    internal static async Task<TaskPatches> MakeAsync(EnvironmentContext context, CodingTask task, CancellationToken cancel)
    {
        var (setup, test) = (new StringBuilder(MovedTests.PatchOf(context.Tree.Layer)).Append(task.BugPatch), new StringBuilder());
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        try
        {
            if (task.TestPatch is { } known) return new(await MovedAtBaseAsync(context, scratch, cancel), known);
            foreach (var file in task.Tests == TestVisibility.Hidden ? task.HiddenFiles : [])
            {
                var content = context.Tree.ReadBytes(file);
                setup.Append(await Diffs.BetweenAsync(file, content, null, context.Tree.Mode(file), scratch, cancel));
                test.Append(await Diffs.BetweenAsync(file, null, content, context.Tree.Mode(file), scratch, cancel));
            }
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }

        return new(setup.ToString(), test.ToString());
    }

    /// <summary>Of a task from history: base tree → with the tests moved out of product files, where the language has that custom.</summary>
    private static async Task<string> MovedAtBaseAsync(EnvironmentContext context, string scratch, CancellationToken cancel)
    {
        var environment = context.Environment;
        if (environment.Profiles.All(profile => profile.TestParts is null)) return "";
        var repository = new Repository(environment.Location, environment.Name, environment.GitDirectory, environment.Commit, environment.Tree, []);
        return MovedTests.PatchOf((await DerivedTree.CheckOutAsync(repository, "", Path.Combine(scratch, "base"), scratch, cancel)).Layer);
    }
}
