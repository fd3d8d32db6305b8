using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Cli;

/// <summary>The sample repositories that ship with Runproof. They lie there as plain folders; a Git repository is made of one when it is used.</summary>
internal static class Sample
{
    /// <returns>Path of a Git repository with one commit, the same for equal contents.</returns>
    public static async Task<string> PrepareAsync(string name, string workspace, CancellationToken cancel)
    {
        var source = Find(name);
        var target = Path.Combine(workspace, "samples", name);
        WorkspaceFolders.Delete(target);
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(file => !file.Contains("__pycache__", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var git = new Git(target);
        var dates = new Dictionary<string, string?> { ["GIT_AUTHOR_DATE"] = "2026-01-01T00:00:00Z", ["GIT_COMMITTER_DATE"] = "2026-01-01T00:00:00Z" };
        await git.RunAsync(["init", "--quiet", "--initial-branch=main", "."], cancel);
        await git.RunAsync(["add", "--all", "--force", "."], cancel);
        await git.RunAsync(["commit", "--quiet", "--no-verify", "-m", $"Sample {name}"], cancel, dates);
        return target;
    }

    private static string Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var sample = Path.Combine(folder.FullName, "samples", name);
            if (Directory.Exists(sample)) return sample;
        }

        throw new InputException("the sample repositories are not here: give a repository");
    }
}
