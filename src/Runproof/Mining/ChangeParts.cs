using Runproof.Environments;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Mining;

/// <summary>What a change changes, told apart.</summary>
/// <param name="Solution">Paths of the code, and of all that is neither a test nor a text for people.</param>
/// <param name="Tests">Paths of tests, and of what they read.</param>
/// <param name="Other">Documentation, change logs, files of services: no part of a task.</param>
/// <param name="Links">Symbolic links and submodules.</param>
/// <param name="MayHoldTests">The solution is in a language whose tests stand inside product files.</param>
/// <param name="Fault">Why nothing is known of it: its parent is not there.</param>
/// <param name="Added">Of all these, the paths that the base does not have.</param>
internal sealed record ChangeParts(IReadOnlyList<string> Solution, IReadOnlyList<string> Tests, IReadOnlyList<string> Other, IReadOnlyList<string> Links, IReadOnlySet<string> Added, bool MayHoldTests, string? Fault = null)
{
    private static readonly PathPatterns NotATask = new(
    [
        "docs/**", "doc/**", "**/*.md", "**/*.rst", "**/*.adoc", "**/*.markdown", "**/README*", "**/CHANGE*", "**/Changelog*", "**/HISTORY*", "**/NEWS*", "**/AUTHORS*", "**/CONTRIBUTORS*", "**/LICENSE*", "**/COPYING*", "**/TODO*",
        ".github/**", ".circleci/**", ".gitlab-ci.yml", ".travis.yml", "appveyor.yml", ".appveyor.yml", "azure-pipelines.yml", ".pre-commit-config.yaml", ".editorconfig", ".gitattributes", "**/.gitignore", ".mailmap", ".codecov.yml", "codecov.yml",
        ".readthedocs.y*ml", ".devcontainer/**", ".vscode/**", ".idea/**", "**/*.png", "**/*.jpg", "**/*.svg", "**/*.gif",
    ]);

    public static ChangeParts Unknown(string fault) => new([], [], [], [], new HashSet<string>(), MayHoldTests: false, fault);

    public bool IsCandidate => Solution.Count > 0 && (Tests.Count > 0 || MayHoldTests);

    /// <param name="suites">Say which files are tests.</param>
    /// <exception cref="InputException">The repository lacks one of the commits.</exception>
    public static async Task<ChangeParts> ReadAsync(string gitDirectory, string before, string after, IReadOnlyList<Suite> suites, CancellationToken cancel)
    {
        var raw = (await new Git(gitDirectory).RunAsync(["diff-tree", "-r", "-z", "--no-renames", "--raw", before, after, "--"], cancel)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var (solution, tests, other, links, added) = (new List<string>(), new List<string>(), new List<string>(), new List<string>(), new HashSet<string>());
        for (var i = 0; i + 1 < raw.Length; i += 2)
        {
            // ":MODE MODE HASH HASH STATUS" and the path
            var (head, path) = (raw[i].TrimStart(':').Split(' '), raw[i + 1]);
            if (head[^1] == "A") added.Add(path);
            if (head[0] is "120000" or "160000" || head[1] is "120000" or "160000") links.Add(path);
            else if (IsTest(path, suites)) tests.Add(path);
            else if (NotATask.Match(path)) other.Add(path);
            else solution.Add(path);
        }

        return new(
            solution, tests, other, links, added, solution.Any(path => suites.Any(suite => suite.Profile.TestParts is not null && suite.Profile.Extensions.Contains(Path.GetExtension(path)))));
    }

    /// <summary>Whether a file belongs to the tests, in the eyes of some suite.</summary>
    public static bool IsTest(string path, IReadOnlyList<Suite> suites) => suites.Any(suite => suite.Sees(kinds => kinds.Test, path) || suite.Sees(kinds => kinds.TestModule, path));

    /// <summary>Whether a file may itself hold tests.</summary>
    public static bool HoldsTests(string path, IReadOnlyList<Suite> suites) => suites.Any(suite => suite.Profile.Extensions.Contains(Path.GetExtension(path)) && suite.Sees(kinds => kinds.TestModule, path));
}
