using Runproof.Sandboxes;

namespace Runproof.Tests;

/// <summary>A scratch workspace whose path has a space and a quote in it, as users' paths do; removed at the end.</summary>
public sealed class Workbench : IAsyncDisposable
{
    public Workbench(string name = "it's a workspace", string backend = SandboxBackends.Bubblewrap)
    {
        Root = Path.Combine(Path.GetTempPath(), "runproof-tests", $"{Guid.NewGuid():N}", name);
        Directory.CreateDirectory(Root);
        Sandboxes = SandboxBackends.Create(backend, Root);
    }

    public string Root { get; }

    public ISandboxProvider Sandboxes { get; }

    /// <summary>A layer with the given files: path → content.</summary>
    public string Layer(string name, params (string Path, string Content)[] files)
    {
        var layer = Path.Combine(Root, "layers", name);
        foreach (var (path, content) in files)
        {
            var full = Path.Combine(layer, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, content);
        }

        return layer;
    }

    public Task<ISandbox> SandboxAsync(SandboxLimits? limits = null, params string[] layers) =>
        Sandboxes.CreateAsync(new(layers, limits ?? SandboxLimits.Default));

    public ValueTask DisposeAsync()
    {
        (Sandboxes as IDisposable)?.Dispose();
        WorkspaceFolders.Delete(Path.GetDirectoryName(Root)!);
        return ValueTask.CompletedTask;
    }
}
