using Runproof.Repositories;

namespace Runproof.Mining;

/// <summary>A step of a repository's history that may be a task: a commit, a merged branch, or commits that belong together.</summary>
/// <param name="Base">The commit before it.</param>
/// <param name="Head">The commit after it.</param>
/// <param name="Commits">All that it is made of, the newest first.</param>
/// <param name="Single">The commits of a branch one by one: looked at where the branch as a whole is no task.</param>
internal sealed record Change(string Base, string Head, IReadOnlyList<Commit> Commits, IReadOnlyList<Change> Single)
{
    public Commit Newest => Commits[0];
}
