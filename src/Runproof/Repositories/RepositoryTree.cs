using Runproof.Sandboxes;

namespace Runproof.Repositories;

/// <summary>The files of one commit, checked out without Git data.</summary>
/// <param name="Layer">A sandbox layer: the files lie in its folder <c>testbed</c>.</param>
/// <param name="Files">Regular files by path relative to the root. Symbolic links are not among them: host code must never follow one.</param>
public sealed record RepositoryTree(string Layer, IReadOnlyList<string> Files)
{
    private string Root => Path.Combine(Layer, "testbed");

    /// <exception cref="InputException">The path is not a regular file of the commit.</exception>
    public byte[] ReadBytes(string path) => File.ReadAllBytes(FullPath(path));

    public string ReadText(string path) => File.ReadAllText(FullPath(path));

    /// <summary>The beginning of the first line; empty of a file that is no text.</summary>
    public string FirstLine(string path) => SourceFiles.FirstLine(FullPath(path));

    public bool Exists(string path) => _known.Value.Contains(path);

    private readonly Lazy<HashSet<string>> _known = new(() => [.. Files]);

    public UnixFileMode Mode(string path) => File.GetUnixFileMode(FullPath(path));

    public string FullPath(string path) => Exists(path) ? Path.Combine(Root, path) : throw new InputException($"'{path}' is not a file of the repository");

    /// <summary>Checks the commit out into a new layer. Ignores <c>export-ignore</c> and hooks; what the commit holds is what there is.</summary>
    internal static async Task<RepositoryTree> CheckOutAsync(Repository repository, string layer, string scratch, CancellationToken cancel)
    {
        var git = new Git(repository.GitDirectory);
        var root = Path.Combine(layer, "testbed");
        Directory.CreateDirectory(root);
        var index = new Dictionary<string, string?> { ["GIT_INDEX_FILE"] = Path.Combine(scratch, "index"), ["GIT_DIR"] = repository.GitDirectory, ["GIT_WORK_TREE"] = root };
        await git.RunAsync(["read-tree", repository.Commit], cancel, index);
        await git.RunAsync(["checkout-index", "--all", "--force", $"--prefix={root}/"], cancel, index);
        File.Delete(Path.Combine(scratch, "index"));
        return await ReadAsync(repository, layer, cancel);
    }

    /// <summary>The tree that lies in an existing layer.</summary>
    internal static async Task<RepositoryTree> ReadAsync(Repository repository, string layer, CancellationToken cancel)
    {
        var listing = await new Git(repository.GitDirectory).RunAsync(["ls-tree", "-r", "-z", "--full-tree", repository.Commit], cancel);
        var files = listing.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith("100", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf('\t') + 1)..])
            .ToList();
        return new(layer, [.. files, .. MovedTests.FilesOf(layer)]);
    }
}
