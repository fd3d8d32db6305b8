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
        if (task.TestPatch is { } known) return new(MovedTests.PatchOf(context.Tree.Layer), known);
        var (setup, test) = (new StringBuilder(MovedTests.PatchOf(context.Tree.Layer)).Append(task.BugPatch), new StringBuilder());
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        try
        {
            foreach (var file in task.Tests == TestVisibility.Hidden ? task.HiddenFiles.Where(context.Tree.Exists) : [])
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
}
