namespace Runproof.Repositories;

/// <summary>A Git repository that holds one commit and what came before it: no object, tag, branch, log or stash of anything later.</summary>
internal static class PastRepository
{
    /// <summary>Writes <c>.git</c> into a folder, with the commit as its branch <c>main</c>; no files are checked out.</summary>
    /// <exception cref="InputException">The repository lacks the commit, or something before it.</exception>
    public static async Task WriteAsync(string gitDirectory, string commit, string folder, CancellationToken cancel)
    {
        var (source, target) = (new Git(gitDirectory), Path.Combine(Directory.CreateDirectory(folder).FullName, ".git"));
        await new Git(folder).RunAsync(["init", "--quiet", "--template=", "--initial-branch=main", "."], cancel);
        await source.RunAsync(["pack-objects", "--revs", "--quiet", Path.Combine(target, "objects/pack/pack")], cancel, input: commit + "\n");

        // A clone that was cut off goes back as far as it goes.
        var cut = Path.Combine(await GitFolderAsync(source, cancel), "shallow");
        if (File.Exists(cut))
        {
            var known = (await source.RunAsync(["rev-list", commit], cancel)).Split('\n').ToHashSet();
            var ends = (await File.ReadAllLinesAsync(cut, cancel)).Where(known.Contains).ToList();
            if (ends.Count > 0) await File.WriteAllLinesAsync(Path.Combine(target, "shallow"), ends, cancel);
        }

        await new Git(folder).RunAsync(["update-ref", "refs/heads/main", commit], cancel);
        await new Git(folder).RunAsync(["read-tree", "HEAD"], cancel);
    }

    private static async Task<string> GitFolderAsync(Git git, CancellationToken cancel) => (await git.RunAsync(["rev-parse", "--absolute-git-dir"], cancel)).Trim();
}
