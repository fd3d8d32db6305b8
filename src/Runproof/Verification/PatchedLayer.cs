using Runproof.Repositories;

namespace Runproof.Verification;

/// <summary>A sandbox layer that holds the files a patch changes, as they are after it.</summary>
internal static class PatchedLayer
{
    /// <exception cref="InputException">The patch does not apply to the tree.</exception>
    public static async Task<string> WriteAsync(RepositoryTree tree, string patch, string layer, CancellationToken cancel)
    {
        var root = Path.Combine(layer, "testbed");
        Directory.CreateDirectory(root);
        if (patch.Length == 0) return layer;
        foreach (var file in PatchFiles.Of(patch).Where(tree.Exists))
        {
            var target = Path.Combine(root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(tree.FullPath(file), target);
        }

        await new Git(root).RunAsync(["apply", "--whitespace=nowarn", "-"], cancel, new Dictionary<string, string?> { ["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(root) }, patch);
        return layer;
    }
}
