using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Verification;

/// <summary>A sandbox layer that holds the files a patch changes, as they are after it.</summary>
internal static class PatchedLayer
{
    /// <param name="takenBack">A patch that the tree already has: the layer is without it.</param>
    /// <exception cref="InputException">A patch does not apply to the tree.</exception>
    public static async Task<string> WriteAsync(RepositoryTree tree, string patch, string layer, CancellationToken cancel, string takenBack = "")
    {
        var root = Path.Combine(layer, "testbed");
        Directory.CreateDirectory(root);
        var files = PatchFiles.Of(patch).Concat(PatchFiles.Of(takenBack)).Distinct().Where(tree.Exists).ToList();
        foreach (var file in files)
        {
            var target = Path.Combine(root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(tree.FullPath(file), target);
        }

        await ApplyAsync(root, patch, [], cancel);
        await ApplyAsync(root, takenBack, ["--reverse"], cancel);
        foreach (var file in files.Where(file => !Path.Exists(Path.Combine(root, file)) && !Ancestors(file).Any(folder => File.Exists(Path.Combine(root, folder)))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, file))!);
            Libc.MakeWhiteout(Path.Combine(root, file));
        }

        return layer;
    }

    private static async Task ApplyAsync(string root, string patch, IEnumerable<string> options, CancellationToken cancel)
    {
        if (patch.Length == 0) return;
        await new Git(root).RunAsync(["apply", "--whitespace=nowarn", .. options, "-"], cancel, new Dictionary<string, string?> { ["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(root) }, patch);
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var folder = Path.GetDirectoryName(path); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder)) yield return folder;
    }
}
