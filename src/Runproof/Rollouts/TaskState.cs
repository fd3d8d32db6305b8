using System.Text;
using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Tasks;

namespace Runproof.Rollouts;

/// <summary>The initial state of a task, made once and shared by its attempts: a sandbox over it is there in milliseconds.</summary>
internal sealed class TaskState : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly string _folder;
    private readonly IReadOnlyList<string> _layers;

    private TaskState(EnvironmentContext context, CodingTask task, string folder, IReadOnlyList<string> layers) => (Context, Task, _folder, _layers) = (context, task, folder, layers);

    public EnvironmentContext Context { get; }

    public CodingTask Task { get; }

    /// <summary>Hash of the initial commit.</summary>
    public string Head { get; private init; } = "";

    /// <summary>What an agent finds.</summary>
    public IReadOnlyList<string> Files { get; private init; } = [];

    public static async Task<TaskState> MakeAsync(EnvironmentContext context, CodingTask task, CancellationToken cancel)
    {
        var folder = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        try
        {
            var layers = await InitialState.LayersAsync(context, task, folder, cancel);
            await using var sandbox = await context.Workspace.Sandboxes.CreateAsync(context.Layers.Plain(layers), cancel);
            var files = await sandbox.ExecuteAsync(new(["git", "ls-files", "-z"], Limit), cancel);
            return new(context, task, folder, layers) { Files = files.Output.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries), Head = (await File.ReadAllTextAsync(Path.Combine(layers[0], "testbed/.git/refs/heads/main"), cancel)).Trim() };
        }
        catch
        {
            WorkspaceFolders.Delete(folder);
            throw;
        }
    }

    public Task<ISandbox> SandboxAsync(CancellationToken cancel) => Context.Workspace.Sandboxes.CreateAsync(Context.Layers.Plain(_layers), cancel);

    /// <summary>
    /// What an agent changed, as a diff against the initial state. It is taken in a sandbox of its own, with the initial state's repository: whatever was done to the agent's own, by commits, settings or hooks, does not
    /// matter.
    /// </summary>
    /// <exception cref="SandboxException">It could not be taken.</exception>
    public async Task<string> ChangesAsync(ISandbox agent, CancellationToken cancel)
    {
        var scratch = WorkspaceFolders.CreateTemporary(Context.Workspace.Root);
        try
        {
            var layer = Path.Combine(scratch, "work");
            await agent.SnapshotAsync(layer, cancel);
            foreach (var other in Directory.EnumerateDirectories(layer).Where(folder => Path.GetFileName(folder) != "testbed").ToList()) WorkspaceFolders.Delete(other);
            var repository = Path.Combine(layer, "testbed", ".git");
            if (Directory.Exists(repository)) WorkspaceFolders.Delete(repository);
            else if (Directory.Exists(Path.Combine(layer, "testbed"))) File.Delete(repository);
            await using var sandbox = await Context.Workspace.Sandboxes.CreateAsync(Context.Layers.Plain([layer, .. _layers]), cancel);
            var changes = await sandbox.ExecuteAsync(new(["sh", "-c", "git add --all . >/dev/null && git diff --cached --binary --no-ext-diff --no-color --no-renames HEAD"], Limit), cancel);
            if (changes.TimedOut || !changes.Output.IsWhole) return "";
            if (!changes.Succeeded) throw new SandboxException($"the changes of an attempt at {Task.InstanceId} could not be taken: {changes.Error.Text.Trim()}");
            return Encoding.UTF8.GetString(changes.Output.Bytes.Span);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    public void Dispose() => WorkspaceFolders.Delete(_folder);
}
