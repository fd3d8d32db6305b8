using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Tasks.Harbor;
using Runproof.Verification;

namespace Runproof.Tasks;

/// <param name="Known">Tasks that were here already, equal in all that judges.</param>
internal sealed record ImportResult(string Format, IReadOnlyList<string> Tasks, int Known);

/// <summary>
/// Brings exported tasks into a workspace: SWE-bench rows with <c>setup_patch</c>, or Harbor folders that Runproof wrote. All of them or none. What is imported has judged nothing here
/// yet: <c>runproof verify</c> does.
/// </summary>
/// <param name="build">Builds the environment of a commit that the workspace has none for; null where no repository was named.</param>
internal sealed class TaskImport(Workspace workspace, Func<string, Task<RepositoryEnvironment>>? build)
{
    private readonly Dictionary<string, EnvironmentContext> _contexts = [];

    /// <exception cref="InputException">The path holds no such tasks, or one of them does not fit its environment; the message says which.</exception>
    public async Task<ImportResult> ReadAsync(string path, CancellationToken cancel)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) throw new InputException($"'{path}' does not exist: give a file of SWE-bench rows or a folder of Harbor tasks");
        var harbor = Directory.Exists(path);
        List<CodingTask> read = [];
        if (harbor)
        {
            foreach (var (task, passToPass, where) in HarborImport.Read(path)) read.Add(await FittedAsync(task, passToPass, where, cancel));
        }
        else
        {
            await foreach (var (row, where) in SweBenchReader.ReadAsync(path, cancel)) read.Add(await TaskOfAsync(row, where, cancel));
        }

        if (read.Count == 0) throw new InputException($"'{path}' holds no tasks");
        if (read.GroupBy(task => task.InstanceId).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new InputException($"'{path}' holds the task '{twice.Key}' more than once");
        var table = new TaskTable(workspace);
        List<CodingTask> added = [];
        foreach (var task in read)
        {
            var known = table.Find(task.InstanceId);
            if (known is null) added.Add(task);
            else if (!JudgesAs(known, task)) throw new InputException($"the workspace has another task '{task.InstanceId}' already: import into a workspace of its own");
        }

        workspace.Database.Together(() =>
        {
            foreach (var task in added) table.Add(task, "imported");
        });
        return new(harbor ? "harbor" : "swebench", [.. added.Select(task => task.InstanceId)], read.Count - added.Count);
    }

    /// <summary>Whether two tasks say the same of every answer, and tell an agent the same.</summary>
    public static bool JudgesAs(CodingTask one, CodingTask other) =>
        (one.InstanceId, one.Repo, one.BaseCommit, one.EnvironmentHash, one.Origin, one.Tests, one.ProblemStatement, one.BugPatch, one.GoldPatch, one.TestPatch)
        == (other.InstanceId, other.Repo, other.BaseCommit, other.EnvironmentHash, other.Origin, other.Tests, other.ProblemStatement, other.BugPatch, other.GoldPatch, other.TestPatch)
        && one.HiddenFiles.SequenceEqual(other.HiddenFiles) && one.FailToPass.SequenceEqual(other.FailToPass) && one.NotCounted.SequenceEqual(other.NotCounted);

    /// <summary>A Harbor task holds all that the catalogue does; only its environment may be another one here.</summary>
    private async Task<CodingTask> FittedAsync(CodingTask task, IReadOnlyList<string> passToPass, string where, CancellationToken cancel)
    {
        var context = task.TestPatch is { } tests
            ? await new MinedRow(workspace, build).ContextAsync(task.BaseCommit, task.EnvironmentHash, task.GoldPatch, tests, where, cancel)
            : await ContextAsync(task.BaseCommit, task.EnvironmentHash, where, cancel);
        RequireSteady(context, task.FailToPass, where);
        var judging = task.PassToPass(context.Environment.Tests.Select(test => test.Id));
        if (!judging.ToHashSet().SetEquals(passToPass))
            throw new InputException($"{where}: the environment {context.Environment.Hash[..12]} here has other steady tests than the one it was exported from ({judging.Count} judge as PASS_TO_PASS, not {passToPass.Count})");
        return task with { EnvironmentHash = context.Environment.Hash };
    }

    /// <summary>A row without a bug to put in is a task from history, whoever made it.</summary>
    private async Task<CodingTask> TaskOfAsync(SweBenchRow row, string where, CancellationToken cancel)
    {
        if (row.BugPatch.Length > 0) row = await WithRepairAsync(row, where, cancel);
        else if (row.Origin.Length == 0 || row.Origin.Equals(nameof(TaskOrigin.Mined), StringComparison.OrdinalIgnoreCase)) return await new MinedRow(workspace, build).TaskAsync(row, where, cancel);
        var context = await ContextAsync(row.BaseCommit, row.Version, where, cancel);
        var (failToPass, passToPass) = (SweBenchRow.Tests(row.FailToPass, "FAIL_TO_PASS", where), SweBenchRow.Tests(row.PassToPass, "PASS_TO_PASS", where));
        RequireSteady(context, failToPass, where);
        RequireSteady(context, passToPass, where);
        var hidden = row.TestPatch.Length > 0;
        var judging = failToPass.Concat(passToPass).ToHashSet();
        IEnumerable<string> files = hidden ? PatchFiles.Of(row.TestPatch) : context.Environment.Tests.Where(test => test.File is not null && failToPass.Contains(test.Id)).Select(test => test.File!).Distinct().Order(StringComparer.Ordinal);
        var task = new CodingTask(
            row.InstanceId, row.Repo, row.BaseCommit, context.Environment.Hash, Enum.TryParse<TaskOrigin>(row.Origin, ignoreCase: true, out var origin) && Enum.IsDefined(origin) ? origin : row.SetupPatch.Length > 0 ? TaskOrigin.Injected : TaskOrigin.Mined, hidden ? TestVisibility.Hidden : TestVisibility.Visible,
            row.ProblemStatement, "", row.Patch, [.. files], failToPass,
            [.. context.Environment.Tests.Select(test => test.Id).Where(id => !judging.Contains(id)).Order(StringComparer.Ordinal)], row.Created, new("", "", "", "", 0, 0, passToPass.Count, 0, false));

        // What setup_patch holds beside the bug is that the hidden test files go: made here once more, it must be the same.
        if (task.HiddenFiles.FirstOrDefault(file => hidden && !context.Tree.Exists(file)) is { } unknown) throw new InputException($"{where}: test_patch adds '{unknown}', which {row.BaseCommit[..10]} does not have");
        var patches = await TaskPatches.MakeAsync(context, task, cancel);
        var moved = MovedTests.PatchOf(context.Tree.Layer);
        var removed = patches.Setup[moved.Length..];
        if (patches.Test != row.TestPatch || !row.SetupPatch.StartsWith(moved, StringComparison.Ordinal) || !row.SetupPatch.EndsWith(removed, StringComparison.Ordinal) || row.SetupPatch.Length < patches.Setup.Length)
            throw new InputException($"{where}: setup_patch and test_patch are not about the test files as {row.BaseCommit[..10]} has them: only tasks that Runproof exported can be imported");
        task = task with { BugPatch = row.SetupPatch[moved.Length..^removed.Length] };
        await RequireBugAppliesAsync(context, task, where, cancel);
        return task with { Measurements = Measured(context, task, passToPass.Count) };
    }

    /// <summary>A row that has the bug alone: its repair, and the hidden test files, which are those of its failing tests.</summary>
    private async Task<SweBenchRow> WithRepairAsync(SweBenchRow row, string where, CancellationToken cancel)
    {
        var context = await ContextAsync(row.BaseCommit, row.Version, where, cancel);
        var failing = SweBenchRow.Tests(row.FailToPass, "FAIL_TO_PASS", where);
        RequireSteady(context, failing, where);
        var files = context.Environment.Tests.Where(test => test.File is not null && failing.Contains(test.Id)).Select(test => test.File!).Distinct().Order(StringComparer.Ordinal).ToList();
        var task = new CodingTask(
            row.InstanceId, row.Repo, row.BaseCommit, context.Environment.Hash, TaskOrigin.Injected, TestVisibility.Hidden, row.ProblemStatement, row.BugPatch, "", files, failing, [], row.Created, new("", "", "", "", 0, 0, 0, 0, false));
        await RequireBugAppliesAsync(context, task, where, cancel);
        var patches = await TaskPatches.MakeAsync(context, task, cancel);
        var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
        try
        {
            return row with { Patch = await ReversedPatch.RepairAsync(context.Tree, row.BugPatch, scratch, cancel), SetupPatch = patches.Setup, TestPatch = patches.Test, Origin = row.Origin.Length > 0 ? row.Origin : "injected" };
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    private static async Task RequireBugAppliesAsync(EnvironmentContext context, CodingTask task, string where, CancellationToken cancel)
    {
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        try
        {
            await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, scratch, cancel);
        }
        catch (InputException)
        {
            throw new InputException($"{where}: setup_patch does not apply to {task.BaseCommit[..10]}");
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    /// <summary>What a row tells of the place of the bug; operator and cost are not in it.</summary>
    private static TaskMeasurements Measured(EnvironmentContext context, CodingTask task, int passToPass)
    {
        var file = PatchFiles.Of(task.GoldPatch).FirstOrDefault() ?? "";
        var line = GoldPatchPlace.FirstLine(task.GoldPatch);
        var function = context.Functions.Where(one => one.File == file && one.FirstLine <= line && line <= one.LastLine).MaxBy(one => one.FirstLine);
        return new("", "", file, function?.Id ?? "", line, task.FailToPass.Count, passToPass, 0, context.Environment.Suites.All(suite => suite.HasSentinels));
    }

    private static void RequireSteady(EnvironmentContext context, IReadOnlyList<string> tests, string where)
    {
        var steady = context.Environment.Tests.Select(test => test.Id).ToHashSet();
        if (tests.FirstOrDefault(test => !steady.Contains(test)) is { } foreign)
            throw new InputException($"{where}: the test '{foreign}' is not among the steady tests of environment {context.Environment.Hash[..12]} here");
    }

    /// <param name="hash">The environment's hash where it was exported, or the beginning of it: taken if it is here.</param>
    private async Task<EnvironmentContext> ContextAsync(string commit, string hash, string where, CancellationToken cancel)
    {
        var key = commit + "\0" + hash;
        if (_contexts.TryGetValue(key, out var known)) return known;
        var here = new EnvironmentTable(workspace).All().Where(one => one.Commit == commit).ToList();
        var environment = here.FirstOrDefault(one => hash.Length > 0 && one.Hash.StartsWith(hash, StringComparison.Ordinal)) ?? here.LastOrDefault();
        if (environment is null)
        {
            if (build is null) throw new InputException($"{where}: no environment for commit {commit} in this workspace: give --repo with the path or URL of its repository");
            environment = await build(commit);
            if (environment.Commit != commit) throw new InputException($"{where}: base_commit '{commit}' is not a full commit hash");
        }

        return _contexts[key] = await EnvironmentContext.OpenAsync(workspace, environment, cancel);
    }
}
