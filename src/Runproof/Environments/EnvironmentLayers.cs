using Runproof.Catalogue;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>The layers of an environment, below the workspace.</summary>
/// <param name="Tree">The files of the commit.</param>
/// <param name="Dependencies">What was installed; holds nothing made from the repository's code.</param>
/// <param name="JudgeCache">Build caches made from the correct code: only sandboxes that judge see them, never an agent's.</param>
/// <param name="SharedCache">The part of them that holds nothing of the repository's code: other commits use it too.</param>
/// <param name="Packages">Installations that environments with the same lock files share.</param>
/// <param name="Profiles">Of the languages whose scripts the sandboxes need.</param>
/// <param name="Hidden">Files of the machine that no sandbox shows.</param>
internal sealed record EnvironmentLayers(string Tree, string Dependencies, string JudgeCache, string SharedCache, IReadOnlyList<string> Packages, IReadOnlyList<LanguageProfile> Profiles, IReadOnlyList<string> Hidden)
{
    public static string Folder(Workspace workspace, string hash) => Path.Combine(workspace.Environments, hash);

    public static EnvironmentLayers Of(Workspace workspace, string hash, IReadOnlyList<LanguageProfile> profiles)
    {
        var folder = Folder(workspace, hash);
        return new(Path.Combine(folder, "tree"), Path.Combine(folder, "dependencies"), Path.Combine(folder, "judge-cache"), Path.Combine(folder, "shared-cache"), [], profiles, []);
    }

    /// <summary>The layers of a built environment.</summary>
    public static EnvironmentLayers Of(Workspace workspace, RepositoryEnvironment environment)
    {
        var own = Of(workspace, environment.Era ?? environment.Hash, environment.Profiles) with
        {
            Packages = [.. environment.Suites.Select(suite => suite.Packages).OfType<string>().Distinct().Select(hash => PackagesFolder(workspace, hash))],
            Hidden = environment.Hidden ?? [],
        };
        if (environment.Era is null) return own;

        // What was compiled from other files may be taken for what these would give, unless the cache goes by content.
        var folder = DerivedTree.Folder(workspace, environment.Hash);
        return own with { Tree = Path.Combine(folder, "tree"), JudgeCache = environment.Profiles.All(profile => profile.Packages.CacheByContent) ? own.JudgeCache : Path.Combine(folder, "judge-cache") };
    }

    public static string PackagesFolder(Workspace workspace, string hash) => Path.Combine(workspace.Root, "packages", hash);

    /// <summary>A sandbox that judges: fast, and no agent ever looks into it.</summary>
    /// <param name="above">Layers on top: a bug, a patch.</param>
    public SandboxSpec ToJudge(IEnumerable<string> above) => Spec([.. above, JudgeCache, SharedCache, Dependencies, .. Packages, Tree]);

    /// <summary>A sandbox without anything made from the correct code but the tree below.</summary>
    public SandboxSpec Plain(IEnumerable<string> above, bool network = false) => Spec([.. above, Dependencies, .. Packages, Tree], network);

    private SandboxSpec Spec(IEnumerable<string> layers, bool network = false) => new(
        [.. layers.Where(Directory.Exists)],
        SandboxLimits.Default with { OutputBytes = TestRunner.OutputBytes },
        network,
        [.. Profiles.Where(profile => Directory.Exists(profile.SupportFolder)).Select(profile => new ReadOnlyMount(profile.SupportFolder, $"{SandboxPaths.Support}/{profile.Name}"))],
        Hidden: Hidden);
}
