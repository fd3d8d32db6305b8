using Runproof.Catalogue;
using Runproof.Languages;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Environments;

/// <summary>
/// The files of an environment that has another one's dependencies: a commit with a patch on it. They follow from the repository, so they lie in the workspace only as long as they are in use and are made again when
/// asked for.
/// </summary>
internal static class DerivedTree
{
    /// <summary>Trees that stay for later; of more the ones that were used longest ago go.</summary>
    private const int MostKept = 64;

    public static string Folder(Workspace workspace, string hash) => Path.Combine(workspace.Root, "trees", hash);

    /// <exception cref="InputException">The repository lacks the commit, or the patch does not apply.</exception>
    public static async Task<RepositoryTree> OpenAsync(Workspace workspace, Repository repository, string patch, string hash, CancellationToken cancel)
    {
        var layer = Path.Combine(Folder(workspace, hash), "tree");
        if (!Directory.Exists(layer)) await MakeAsync(workspace, repository, patch, layer, cancel);
        Directory.SetLastWriteTimeUtc(Folder(workspace, hash), TimeProvider.System.GetUtcNow().UtcDateTime);
        return Patched(await RepositoryTree.ReadAsync(repository, layer, cancel), patch);
    }

    /// <summary>Checks a commit out, tests moved out of product files, and puts a patch on that.</summary>
    public static async Task<RepositoryTree> CheckOutAsync(Repository repository, string patch, string layer, string scratch, CancellationToken cancel)
    {
        var tree = await MovedTests.MoveAsync(await RepositoryTree.CheckOutAsync(repository, layer, scratch, cancel), LanguageProfiles.All, scratch, cancel);
        return await ApplyAsync(tree, patch, cancel);
    }

    /// <summary>Checks a commit out and puts a patch on it; all tests stay where they are.</summary>
    public static async Task<RepositoryTree> CheckOutPatchedAsync(Repository repository, string patch, string layer, string scratch, CancellationToken cancel) =>
        await ApplyAsync(await RepositoryTree.CheckOutAsync(repository, layer, scratch, cancel), patch, cancel);

    private static async Task<RepositoryTree> ApplyAsync(RepositoryTree tree, string patch, CancellationToken cancel)
    {
        if (patch.Length == 0) return tree;
        var root = Path.Combine(tree.Layer, "testbed");
        await new Git(root).RunAsync(["apply", "--whitespace=nowarn", "-"], cancel, new Dictionary<string, string?> { ["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(root) }, patch);
        return Patched(tree, patch);
    }

    /// <summary>Removes what was used longest ago.</summary>
    public static void Trim(Workspace workspace)
    {
        var trees = new DirectoryInfo(Path.Combine(workspace.Root, "trees"));
        if (!trees.Exists) return;
        foreach (var old in trees.EnumerateDirectories().OrderByDescending(folder => folder.LastWriteTimeUtc).Skip(MostKept).ToList()) WorkspaceFolders.Delete(old.FullName);
    }

    private static async Task MakeAsync(Workspace workspace, Repository repository, string patch, string layer, CancellationToken cancel)
    {
        var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
        try
        {
            await CheckOutAsync(repository, patch, Path.Combine(scratch, "tree"), scratch, cancel);
            Directory.CreateDirectory(Path.GetDirectoryName(layer)!);
            if (!Directory.Exists(layer)) Directory.Move(Path.Combine(scratch, "tree"), layer);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    /// <summary>The files as they are with the patch, which is in the layer already.</summary>
    private static RepositoryTree Patched(RepositoryTree tree, string patch)
    {
        var named = PatchFiles.Of(patch);
        if (named.Count == 0) return tree;
        bool IsFile(string path) => new FileInfo(Path.Combine(tree.Layer, "testbed", path)) is { Exists: true, LinkTarget: null };
        return new(tree.Layer, [.. tree.Files.Concat(named).Distinct().Where(path => !named.Contains(path) || IsFile(path))]);
    }
}
