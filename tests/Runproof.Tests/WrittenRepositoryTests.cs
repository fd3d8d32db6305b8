using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Repositories;

namespace Runproof.Tests;

/// <summary>Tests that write a repository and build its environment, in a workspace of their own.</summary>
public abstract class WrittenRepositoryTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    private protected Workspace Workspace { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Where the repository lies.</summary>
    protected string Folder => Path.Combine(_bench.Root, "repo");

    public virtual ValueTask InitializeAsync()
    {
        Workspace = Workspace.Open(Path.Combine(_bench.Root, "ws"));
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        Workspace.Dispose();
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes the files and commits them.</summary>
    protected async Task WriteAsync(params (string Path, string Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, path))!);
            await File.WriteAllTextAsync(Path.Combine(Folder, path), content, Cancel);
        }

        var git = new Git(Folder);
        foreach (var arguments in new string[][] { ["init", "-q", "."], ["add", "-A"], ["commit", "-q", "-m", "x"] }) await git.RunAsync(arguments, Cancel);
    }

    private protected async Task<RepositoryEnvironment> BuildAsync(params (string Path, string Content)[] files)
    {
        await WriteAsync(files);
        return await new EnvironmentBuilder(Workspace, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(await Repository.OpenAsync(Folder, null, Workspace.Root, Cancel), null, Cancel);
    }

    private protected async Task<EnvironmentContext> OpenAsync(params (string Path, string Content)[] files) => await EnvironmentContext.OpenAsync(Workspace, await BuildAsync(files), Cancel);
}
