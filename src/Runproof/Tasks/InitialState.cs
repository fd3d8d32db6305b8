using Runproof.Environments;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Tasks;

/// <summary>What an agent sees of a repository's history.</summary>
internal enum ShownHistory
{
    /// <summary>One orphan commit.</summary>
    None,

    /// <summary>The base commit and all that came before it. Of tasks from history alone: the past of an injected bug is the code without it.</summary>
    Past,
}

/// <summary>
/// What an agent is given: a sandbox whose repository is one orphan commit (or the past of the base commit) that already holds the bug, without the hidden test files, and without anything made from the correct code:
/// no other Git object, no bytecode, no build cache.
/// </summary>
internal static class InitialState
{
    private const string Commit = """
        set -e
        while IFS= read -r file; do [ -z "$file" ] || rm -f -- "$file"; done
        find . -depth -name __pycache__ -exec rm -rf {} +
        git init --quiet --initial-branch=main .
        git config user.name runproof
        git config user.email runproof@localhost
        git config gc.auto 0
        set -f
        git add --all --force -- . $(for name; do printf ' :(exclude,glob)**/%s/**' "$name"; done)
        git diff --cached --quiet HEAD 2>/dev/null || GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' git commit --quiet --no-verify -m 'Initial state'
        mkdir -p .git/info
        for name; do echo "$name/" >>.git/info/exclude; done
        rm -rf .git/logs .git/hooks .git/COMMIT_EDITMSG
        """;

    /// <summary>The patch of the hidden tests that the environment's files have and the initial state does not; empty where the hidden files are just missing there.</summary>
    public static string HiddenTests(CodingTask task) => task.Tests == TestVisibility.Hidden ? task.TestPatch ?? "" : "";

    public static async Task<ISandbox> OpenAsync(EnvironmentContext context, CodingTask task, CancellationToken cancel, ShownHistory history = ShownHistory.None)
    {
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        try
        {
            return new SandboxWithFolder((await MakeAsync(context, task, scratch, history, cancel)).Sandbox, scratch);
        }
        catch
        {
            WorkspaceFolders.Delete(scratch);
            throw;
        }
    }

    /// <summary>The layers of a sandbox that is in the initial state from its beginning, and again after each reset.</summary>
    /// <param name="folder">A folder below the workspace that they are written into.</param>
    public static async Task<IReadOnlyList<string>> LayersAsync(EnvironmentContext context, CodingTask task, string folder, CancellationToken cancel, ShownHistory history = ShownHistory.None)
    {
        var (sandbox, layers) = await MakeAsync(context, task, folder, history, cancel);
        await using (sandbox)
        {
            var state = Path.Combine(folder, "state");
            await sandbox.SnapshotAsync(state, cancel);
            return [state, .. layers];
        }
    }

    private static async Task<(ISandbox Sandbox, IReadOnlyList<string> Layers)> MakeAsync(EnvironmentContext context, CodingTask task, string scratch, ShownHistory history, CancellationToken cancel)
    {
        List<string> layers = [await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, Path.Combine(scratch, "bug"), cancel, HiddenTests(task))];
        if (history == ShownHistory.Past) layers.Add(await WritePastAsync(context.Environment, task, Path.Combine(scratch, "past"), cancel));
        var sandbox = await context.Workspace.Sandboxes.CreateAsync(context.Layers.Plain(layers), cancel);
        try
        {
            var installed = context.Environment.Profiles.SelectMany(profile => profile.Packages.Keep).Distinct();
            var hidden = task.Tests == TestVisibility.Hidden && task.TestPatch is null ? string.Join('\n', task.HiddenFiles.Where(context.Tree.Exists)) + "\n" : "\n";
            var made = await sandbox.ExecuteAsync(new(["sh", "-c", Commit, "sh", .. installed], TimeSpan.FromMinutes(2), StandardInput: System.Text.Encoding.UTF8.GetBytes(hidden)), cancel);
            if (!made.Succeeded) throw new SandboxException($"the initial state of {task.InstanceId} could not be made: {made.Error.Text.Trim()}");
            return (sandbox, layers);
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the repository of a task's past into <c>testbed</c> below a layer.</summary>
    /// <exception cref="InputException">The task is no task from history.</exception>
    public static async Task<string> WritePastAsync(RepositoryEnvironment environment, CodingTask task, string layer, CancellationToken cancel)
    {
        if (task.Origin != TaskOrigin.Mined) throw new InputException($"the past of '{task.InstanceId}' holds the code without its bug: only tasks from history can be given with theirs (--origin mined)");
        await PastRepository.WriteAsync(environment.GitDirectory, task.BaseCommit, Path.Combine(layer, "testbed"), cancel);
        return layer;
    }

    /// <summary>A sandbox that takes the scratch folder of its layers with it.</summary>
    private sealed class SandboxWithFolder(ISandbox inner, string folder) : ISandbox
    {
        public Task<ExecResult> ExecuteAsync(ExecRequest request, CancellationToken cancel = default) => inner.ExecuteAsync(request, cancel);

        public Task<ISandboxSession> StartAsync(ExecRequest request, CancellationToken cancel = default) => inner.StartAsync(request, cancel);

        public Task ResetAsync(CancellationToken cancel = default) => inner.ResetAsync(cancel);

        public Task SnapshotAsync(string layer, CancellationToken cancel = default) => inner.SnapshotAsync(layer, cancel);

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            WorkspaceFolders.Delete(folder);
        }
    }
}
