using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Tasks.Harbor;

/// <summary>What all exported tasks of one environment have in common, made once.</summary>
/// <param name="Dependencies">Archive of what was installed; null where nothing was.</param>
/// <param name="Kept">Archive of all files that judge.</param>
/// <param name="KeptPaths">What is in it.</param>
internal sealed record HarborEnvironment(
    EnvironmentContext Context,
    string BaseImage,
    string? Dependencies,
    string Kept,
    IReadOnlyList<string> KeptPaths,
    IReadOnlyDictionary<string, string> Links,
    IReadOnlyList<string> WrittenBySuite,
    IReadOnlyList<SentinelFile> Sentinels,
    IReadOnlyList<SuitePlan> Suites)
{
    public const string Nonce = "{nonce}";

    public string Tree => Path.Combine(Context.Layers.Tree, "testbed");

    /// <param name="scratch">Below the workspace; must live as long as the export.</param>
    public static async Task<HarborEnvironment> MakeAsync(EnvironmentContext context, string scratch, CancellationToken cancel)
    {
        var environment = context.Environment;
        var suites = Enumerable.Range(0, environment.Suites.Count).Select(place => SuitePlan.Of(context, place)).ToList();
        var tree = Path.Combine(context.Layers.Tree, "testbed");
        var kept = new KeptFiles(environment.Suites, environment.Tests, new HashSet<string>());
        var files = await FilesAsync(tree, cancel);
        List<string> judging = [.. files.Where(kept.Contains)];
        var archive = Path.Combine(scratch, "kept.tar.gz");
        await Archive.PackAsync(tree, archive, cancel, judging);
        return new(
            context,
            await Harbor.BaseImage.OfAsync(environment, cancel),
            await PackDependenciesAsync(context, scratch, cancel),
            archive,
            judging,
            files.Select(file => (file, new FileInfo(Path.Combine(tree, file)).LinkTarget)).Where(pair => pair.LinkTarget is not null).ToDictionary(pair => pair.file, pair => pair.LinkTarget!),
            await WrittenAsync(context, kept, scratch, cancel),
            [.. Verification.Sentinels.Plant(context.Tree, environment.Suites, environment.Tests, Nonce)?.Files.Select(file => new SentinelFile(file.Path, file.Content)) ?? []],
            suites);
    }

    /// <summary>Files and links, as paths below the folder.</summary>
    private static async Task<IReadOnlyList<string>> FilesAsync(string folder, CancellationToken cancel)
    {
        var found = await HostProcess.RunAsync(new("find", [".", "-mindepth", "1", "-not", "-type", "d", "-printf", "%P\\0"], folder), cancel);
        return [.. found.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    /// <summary>The installed layers as they lie in a sandbox, the lowest first. The build cache of the correct code is not among them.</summary>
    private static async Task<string?> PackDependenciesAsync(EnvironmentContext context, string scratch, CancellationToken cancel)
    {
        var root = Directory.CreateDirectory(Path.Combine(scratch, "root")).FullName;
        foreach (var layer in context.Layers.Packages.Reverse().Append(context.Layers.Dependencies))
        {
            foreach (var (folder, target) in new[] { ("env", "opt/env"), ("testbed", "testbed") })
            {
                if (Directory.Exists(Path.Combine(layer, folder))) await Archive.CopyAsync(Path.Combine(layer, folder), Path.Combine(root, target), cancel);
            }
        }

        var archive = Path.Combine(scratch, "dependencies.tar.gz");
        var any = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Any();
        if (any) await Archive.PackAsync(root, archive, cancel);
        WorkspaceFolders.Delete(root);
        return any ? archive : null;
    }

    /// <summary>Files that judge and that the suite writes by itself, with nothing but correct code.</summary>
    private static async Task<IReadOnlyList<string>> WrittenAsync(EnvironmentContext context, KeptFiles kept, string scratch, CancellationToken cancel)
    {
        await using var sandbox = await context.SandboxToJudgeAsync(cancel);
        var begun = TouchedFiles.Now(scratch);
        await context.Runner.RunAsync(sandbox, context.WholeSuite, context.Environment.Tests, cancel);
        return [.. (await TouchedFiles.SinceAsync(sandbox, begun, path => context.Tree.Exists(path) && kept.Judges(path), cancel)).Order(StringComparer.Ordinal)];
    }
}
