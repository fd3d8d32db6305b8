using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Repositories;

namespace Runproof.Tests;

/// <summary>A repository that a test writes, with its environment, in a workspace of its own.</summary>
internal sealed class WrittenRepository : IAsyncDisposable
{
    private readonly Workbench _bench = new();

    private WrittenRepository() => Workspace = Workspace.Open(System.IO.Path.Combine(_bench.Root, "ws"));

    public Workspace Workspace { get; }

    public EnvironmentContext Context { get; private set; } = null!;

    public static async Task<WrittenRepository> BuildAsync(params (string Path, string Content)[] files)
    {
        var cancel = TestContext.Current.CancellationToken;
        var written = new WrittenRepository();
        var folder = System.IO.Path.Combine(written._bench.Root, "repo");
        foreach (var (path, content) in files)
        {
            var full = System.IO.Path.Combine(folder, path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
            await File.WriteAllTextAsync(full, content, cancel);
        }

        var git = new Git(folder);
        foreach (var arguments in new string[][] { ["init", "-q", "."], ["add", "-A"], ["commit", "-q", "-m", "x"] }) await git.RunAsync(arguments, cancel);
        var repository = await Repository.OpenAsync(folder, null, written.Workspace.Root, cancel);
        var environment = await new EnvironmentBuilder(written.Workspace, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(repository, null, cancel);
        written.Context = await EnvironmentContext.OpenAsync(written.Workspace, environment, cancel);
        return written;
    }

    public async ValueTask DisposeAsync()
    {
        Workspace.Dispose();
        await _bench.DisposeAsync();
    }
}
