using System.Text;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Verification;

/// <summary>The patch that takes another one out of a tree.</summary>
internal static class ReversedPatch
{
    /// <param name="tree">Has the patch.</param>
    /// <exception cref="InputException">It has not.</exception>
    public static async Task<string> OfAsync(RepositoryTree tree, string patch, string scratch, CancellationToken cancel)
    {
        var folder = Path.Combine(scratch, "reversed");
        WorkspaceFolders.Delete(folder);
        var layer = await PatchedLayer.WriteAsync(tree, "", folder, cancel, takenBack: patch);
        var reversed = new StringBuilder();
        foreach (var file in PatchFiles.Of(patch).Order(StringComparer.Ordinal))
        {
            var before = Path.Combine(layer, "testbed", file);
            var isThere = File.Exists(before) && !Libc.IsWhiteout(before);
            var mode = tree.Exists(file) ? tree.Mode(file) : File.GetUnixFileMode(before);
            reversed.Append(await Diffs.BetweenAsync(file, tree.Exists(file) ? tree.ReadBytes(file) : null, isThere ? await File.ReadAllBytesAsync(before, cancel) : null, mode, scratch, cancel));
        }

        WorkspaceFolders.Delete(folder);
        return reversed.ToString();
    }
}
