using System.Text;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Verification;

/// <summary>The patch that undoes another one.</summary>
internal static class ReversedPatch
{
    /// <param name="tree">Has the patch.</param>
    /// <returns>From the tree to what it is without.</returns>
    /// <exception cref="InputException">It has not.</exception>
    public static Task<string> OfAsync(RepositoryTree tree, string patch, string scratch, CancellationToken cancel) => BetweenAsync(tree, patch, isThere: true, scratch, cancel);

    /// <param name="tree">Has not the bug.</param>
    /// <returns>From the tree with the bug to the tree.</returns>
    /// <exception cref="InputException">It does not apply.</exception>
    public static Task<string> RepairAsync(RepositoryTree tree, string bug, string scratch, CancellationToken cancel) => BetweenAsync(tree, bug, isThere: false, scratch, cancel);

    private static async Task<string> BetweenAsync(RepositoryTree tree, string patch, bool isThere, string scratch, CancellationToken cancel)
    {
        var folder = Path.Combine(scratch, "reversed");
        WorkspaceFolders.Delete(folder);
        var layer = await PatchedLayer.WriteAsync(tree, isThere ? "" : patch, folder, cancel, isThere ? patch : "");
        var reversed = new StringBuilder();
        foreach (var file in PatchFiles.Of(patch).Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(layer, "testbed", file);
            var own = tree.Exists(file) ? tree.ReadBytes(file) : null;
            var other = File.Exists(path) && !Libc.IsWhiteout(path) ? await File.ReadAllBytesAsync(path, cancel) : null;
            reversed.Append(await Diffs.BetweenAsync(file, isThere ? own : other, isThere ? other : own, tree.Exists(file) ? tree.Mode(file) : File.GetUnixFileMode(path), scratch, cancel));
        }

        WorkspaceFolders.Delete(folder);
        return reversed.ToString();
    }
}
