using System.Security.Cryptography;
using System.Text;
using Runproof.Sandboxes;

namespace Runproof.Repositories;

/// <summary>A Git repository at one commit.</summary>
/// <param name="Location">What the user gave: a path or URL.</param>
/// <param name="Name"><c>owner/name</c> where a remote tells, else the folder's name.</param>
/// <param name="GitDirectory">The local repository that holds the objects.</param>
/// <param name="Commit">Full hash.</param>
/// <param name="Tree">Hash of the commit's tree: equal trees make equal environments.</param>
/// <param name="Notes">What the user should know: a shallow clone, submodules that are absent, uncommitted changes left out.</param>
public sealed record Repository(string Location, string Name, string GitDirectory, string Commit, string Tree, IReadOnlyList<string> Notes)
{
    /// <summary>Opens a path, or clones a URL into the workspace (once; later calls fetch).</summary>
    /// <param name="revision">A commit, tag or branch; null for HEAD.</param>
    /// <exception cref="InputException">Not a repository, no commits, no such revision, or the clone failed.</exception>
    public static async Task<Repository> OpenAsync(string location, string? revision, string workspace, CancellationToken cancel)
    {
        var directory = LooksLikeUrl(location) ? await CloneAsync(location, workspace, cancel) : ExistingDirectory(location);
        var git = new Git(directory);
        var inside = await git.TryAsync(["rev-parse", "--absolute-git-dir"], cancel);
        if (inside.ExitCode == 127) throw new MachineException("git is not installed: apt-get install git");
        if (!inside.Succeeded) throw new InputException($"'{location}' is not a Git repository: give the path or URL of one");
        if (!LooksLikeUrl(location)) await RefuseFolderInsideAsync(git, location, cancel);
        var commit = await git.TryAsync(["rev-parse", "--verify", "--quiet", (revision ?? "HEAD") + "^{commit}"], cancel);
        if (!commit.Succeeded)
            throw new InputException(revision is null ? $"'{location}' has no commits: commit something first" : $"'{location}' has no revision '{revision}'");

        var hash = commit.Output.Trim();
        var tree = (await git.RunAsync(["rev-parse", hash + "^{tree}"], cancel)).Trim();
        return new(location, await NameAsync(git, location, cancel), inside.Output.Trim(), hash, tree, await NotesAsync(git, hash, revision is null, cancel));
    }

    private static bool LooksLikeUrl(string location) =>
        !Directory.Exists(location) && (location.Contains("://", StringComparison.Ordinal) || (location.Contains(':', StringComparison.Ordinal) && location.Contains('@', StringComparison.Ordinal)));

    private static string ExistingDirectory(string location) => Directory.Exists(location)
        ? Path.GetFullPath(location)
        : throw new InputException($"'{location}' does not exist: give the path or URL of a Git repository");

    private static async Task RefuseFolderInsideAsync(Git git, string location, CancellationToken cancel)
    {
        var prefix = await git.TryAsync(["rev-parse", "--show-prefix"], cancel);
        if (prefix.Succeeded && prefix.Output.Trim().Length > 0)
            throw new InputException($"'{location}' is a folder inside a Git repository, not its root: give the root");
    }

    private static async Task<string> CloneAsync(string url, string workspace, CancellationToken cancel)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)))[..16];
        var target = Path.Combine(workspace, "repositories", key);
        if (Directory.Exists(target))
        {
            await new Git(target).TryAsync(["fetch", "--quiet", "--tags", "origin", "+HEAD:refs/heads/runproof"], cancel);
            return target;
        }

        var partial = WorkspaceFolders.CreateTemporary(workspace);
        var result = await new Git(workspace).TryAsync(["clone", "--quiet", "--bare", "--", url, partial], cancel);
        if (!result.Succeeded)
        {
            WorkspaceFolders.Delete(partial);
            throw new InputException($"cannot clone '{url}': {result.LastErrorLine}");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Directory.Move(partial, target);
        return target;
    }

    private static async Task<string> NameAsync(Git git, string location, CancellationToken cancel)
    {
        var remote = await git.TryAsync(["config", "--get", "remote.origin.url"], cancel);
        var source = remote.Succeeded && remote.Output.Contains("://", StringComparison.Ordinal) || remote.Output.Contains('@', StringComparison.Ordinal) ? remote.Output.Trim() : LooksLikeUrl(location) ? location : Path.GetFullPath(location);
        var parts = source.TrimEnd('/').Split('/', ':').Select(Plain).Where(part => part.Length > 0).ToList();
        var name = parts.Count == 0 ? "repository" : parts[^1].EndsWith(".git", StringComparison.Ordinal) ? parts[^1][..^4] : parts[^1];
        return (source.Contains("://", StringComparison.Ordinal) || source.Contains('@', StringComparison.Ordinal)) && parts.Count > 1 ? $"{parts[^2]}/{name}" : name.Length == 0 ? "repository" : name;
    }

    private static string Plain(string part) => string.Concat(part.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('-');

    private static async Task<List<string>> NotesAsync(Git git, string commit, bool isHead, CancellationToken cancel)
    {
        List<string> notes = [];
        if ((await git.TryAsync(["rev-parse", "--is-shallow-repository"], cancel)).Output.Trim() == "true") notes.Add("shallow clone: only the commit itself is used, which is enough");
        var links = (await git.RunAsync(["ls-tree", "-r", commit], cancel)).Split('\n').Where(line => line.StartsWith("160000 ", StringComparison.Ordinal)).ToList();
        if (links.Count > 0) notes.Add($"{links.Count} submodule(s) are left out ({string.Join(", ", links.Take(3).Select(line => line[(line.IndexOf('\t') + 1)..]))}): tests that need them will fail at baseline");
        if (isHead && (await git.TryAsync(["status", "--porcelain", "--untracked-files=no"], cancel)) is { Succeeded: true, Output.Length: > 0 })
            notes.Add("uncommitted changes are left out: the commit is what counts");
        return notes;
    }
}
