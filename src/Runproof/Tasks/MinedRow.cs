using Runproof.Catalogue;
using Runproof.Coverage;
using Runproof.Environments;
using Runproof.Languages.Reports;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Tasks;

/// <summary>
/// Brings a SWE-bench row from history into the workspace, whoever made it: base commit, solution and tests give its environment, and one run in each state says which tests there are.
/// </summary>
/// <param name="build">Builds the environment of a commit that the workspace has none for; null where no repository was named.</param>
internal sealed class MinedRow(Workspace workspace, Func<string, Task<RepositoryEnvironment>>? build)
{
    /// <exception cref="InputException">The row does not fit its repository.</exception>
    public async Task<CodingTask> TaskAsync(SweBenchRow row, string where, CancellationToken cancel)
    {
        var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
        try
        {
            var context = await ContextAsync(row.BaseCommit, row.Version, row.Patch, row.TestPatch, where, cancel);
            var (failToPass, passToPass) = (SweBenchRow.Tests(row.FailToPass, "FAIL_TO_PASS", where), SweBenchRow.Tests(row.PassToPass, "PASS_TO_PASS", where));
            var known = context.Environment.Tests.Select(test => test.Id).ToHashSet();
            (failToPass, passToPass) = ([.. failToPass.SelectMany(id => Whole(id, known))], [.. passToPass.SelectMany(id => Whole(id, known))]);
            if (failToPass.FirstOrDefault(test => !known.Contains(test)) is { } missing) throw new InputException($"{where}: the test '{missing}' does not pass here with solution and tests of {row.BaseCommit[..10]}");

            var bug = await ReversedPatch.OfAsync(context.Tree, row.Patch, scratch, cancel);
            await using var sandbox = await context.SandboxToJudgeAsync(cancel, await PatchedLayer.WriteAsync(context.Tree, bug, Path.Combine(scratch, "before"), cancel));
            var before = (await context.Runner.RunAsync(sandbox, context.WholeSuite, context.Environment.Tests, cancel)).Report;
            var judging = failToPass.Concat(passToPass).ToHashSet();
            var uncollected = passToPass.Where(test => known.Contains(test) && !before.Tests.ContainsKey(test) && before.CollectionFailures.Count > 0).ToList();
            var file = context.Environment.SourceAmong(PatchFiles.Of(row.Patch));
            IReadOnlyList<string> hidden = [.. PatchFiles.Of(row.TestPatch).Where(context.Tree.Exists).Order(StringComparer.Ordinal)];
            return new(
                row.InstanceId, row.Repo, row.BaseCommit, context.Environment.Hash, TaskOrigin.Mined, TestVisibility.Hidden, row.ProblemStatement, bug, row.Patch, hidden, failToPass,
                [.. known.Where(id => !judging.Contains(id)).Order(StringComparer.Ordinal)], row.Created,
                new("history", "history", file, "", PatchText.Added(row.Patch).FirstOrDefault(line => line.File == file).Line, failToPass.Count(test => before.OutcomeOf(test) == TestOutcome.Failed), passToPass.Count, 0, context.Environment.Suites.All(suite => suite.HasSentinels)),
                TestPatch: row.TestPatch, Uncollected: uncollected.Count > 0 ? uncollected : null);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    /// <summary>Some data sets cut a test's id within its parameters: it stands for all that begin so.</summary>
    private static IEnumerable<string> Whole(string id, HashSet<string> known)
    {
        if (known.Contains(id) || !id.Contains('[', StringComparison.Ordinal) || id.EndsWith(']')) return [id];
        var begun = known.Where(test => test.StartsWith(id, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        return begun.Count == 0 ? [id] : begun;
    }

    /// <summary>The environment of a commit with a solution and its tests; measured where this workspace has none yet.</summary>
    /// <param name="hash">The environment's hash where the task comes from, or the beginning of it.</param>
    /// <exception cref="InputException">There is no repository for it, or it does not fit.</exception>
    public async Task<EnvironmentContext> ContextAsync(string commit, string hash, string patch, string testPatch, string where, CancellationToken cancel)
    {
        var table = new EnvironmentTable(workspace);
        var here = table.All().Where(one => one.Commit == commit).ToList();
        if (here.FirstOrDefault(one => hash.Length > 0 && one.Hash.StartsWith(hash, StringComparison.Ordinal) && one.AppliedPatch == patch + testPatch) is { } known) return await EnvironmentContext.OpenAsync(workspace, known, cancel);
        var era = here.LastOrDefault(one => one.Era is null)
            ?? (build is null ? throw new InputException($"{where}: no environment for commit {commit} in this workspace: give --repo with the path or URL of its repository") : await build(commit));
        if (era.Commit != commit) throw new InputException($"{where}: base_commit '{commit}' is not a full commit hash");
        var repository = new Repository(era.Location, era.Name, era.GitDirectory, era.Commit, era.Tree, []);
        try
        {
            var context = await DerivedEnvironment.OpenAsync(workspace, era, repository, commit, patch + testPatch, cancel);
            if (table.Find(context.Environment.Hash) is { } measured) return context with { Environment = measured };
            await using var sandbox = await context.SandboxToJudgeAsync(cancel);
            var environment = DerivedEnvironment.Measured(context, await context.Runner.RunAsync(sandbox, context.WholeSuite, null, cancel));
            if (environment.Tests.Count == 0) throw new InputException($"{where}: no test passes here with solution and tests of {commit[..10]}");
            table.Add(environment, ReachMap.Empty, [], TimeProvider.System.GetUtcNow());
            return context with { Environment = environment };
        }
        catch (InputException error) when (error.Message.StartsWith("git apply", StringComparison.Ordinal))
        {
            throw new InputException($"{where}: patch and test_patch do not apply to {commit[..10]}");
        }
    }
}
