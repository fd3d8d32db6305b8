using Runproof.Catalogue;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>The layers of an environment, below the workspace.</summary>
/// <param name="Tree">The files of the commit.</param>
/// <param name="Dependencies">What was installed; holds nothing made from the repository's code.</param>
/// <param name="JudgeCache">Build caches made from the correct code: only sandboxes that judge see them, never an agent's.</param>
internal sealed record EnvironmentLayers(string Tree, string Dependencies, string JudgeCache)
{
    public static string Folder(Workspace workspace, string hash) => Path.Combine(workspace.Environments, hash);

    public static EnvironmentLayers Of(Workspace workspace, string hash)
    {
        var folder = Folder(workspace, hash);
        return new(Path.Combine(folder, "tree"), Path.Combine(folder, "dependencies"), Path.Combine(folder, "judge-cache"));
    }

    /// <summary>A sandbox that judges: fast, and no agent ever looks into it.</summary>
    /// <param name="above">Layers on top: a bug, a patch.</param>
    public SandboxSpec ToJudge(IEnumerable<string> above, LanguageProfile profile) => Spec([.. above, JudgeCache, Dependencies, Tree], profile);

    /// <summary>A sandbox without anything made from the correct code but the tree below.</summary>
    public SandboxSpec Plain(IEnumerable<string> above, LanguageProfile profile, bool network = false) => Spec([.. above, Dependencies, Tree], profile, network);

    private static SandboxSpec Spec(IEnumerable<string> layers, LanguageProfile profile, bool network = false) => new(
        [.. layers.Where(Directory.Exists)],
        SandboxLimits.Default with { OutputBytes = TestRunner.OutputBytes },
        network,
        Directory.Exists(profile.SupportFolder) ? [new(profile.SupportFolder, SandboxPaths.Support)] : []);
}
