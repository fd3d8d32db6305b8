using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Runproof.Catalogue;
using Runproof.Coverage;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>
/// Builds an environment: check out, detect, install, run the baseline several times and in another order, measure what tests reach.
/// Built once per content; a build that was cut off starts again.
/// </summary>
internal sealed class EnvironmentBuilder(Workspace workspace, IProgressLog log, TimeProvider clock, int jobs, bool installTools = false)
{
    /// <summary>Raised when the meaning of a built environment changes.</summary>
    private const string Version = "2";

    public async Task<RepositoryEnvironment> BuildAsync(Repository repository, ProjectOptions? given, CancellationToken cancel)
    {
        foreach (var note in repository.Notes) log.Say($"note: {note}");
        var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
        try
        {
            // Detection reads files, so the tree comes first; it is moved to its place once the hash is known.
            var checkout = Path.Combine(scratch, "checkout");
            var tree = await RepositoryTree.CheckOutAsync(repository, checkout, scratch, cancel);
            var options = given ?? (tree.Exists(ProjectOptions.FileName) ? ProjectOptions.Parse(tree.ReadText(ProjectOptions.FileName), ProjectOptions.FileName) : ProjectOptions.None);
            var detection = Detection.Of(tree, options);
            var hash = HashOf(repository, detection, options, await ToolVersionsAsync(detection.Profile, cancel));
            var table = new EnvironmentTable(workspace);
            if (table.Find(hash) is { } known && Directory.Exists(EnvironmentLayers.Folder(workspace, hash)))
            {
                log.Say($"environment {hash[..12]} is built already");
                return known;
            }

            await AstGrep.RequireAsync(cancel);
            foreach (var evidence in detection.Evidence) log.Say(evidence);
            var layers = EnvironmentLayers.Of(workspace, hash);
            WorkspaceFolders.Delete(EnvironmentLayers.Folder(workspace, hash));
            Directory.CreateDirectory(EnvironmentLayers.Folder(workspace, hash));
            Directory.Move(checkout, layers.Tree);
            tree = tree with { Layer = layers.Tree };

            var started = clock.GetTimestamp();
            var dependencies = await new DependencyInstaller(workspace, log, scratch).InstallAsync(tree, detection, options, layers, cancel);
            var recipe = new TestRecipe(detection.Profile, detection.Framework, options.Command, options.Arguments, dependencies.SourceRoots, Variables(tree, detection.Profile, options));
            var baseline = await new Baseline(workspace, log, jobs).RunAsync(tree, recipe, options, layers, dependencies, scratch, cancel);
            var reach = await MeasureReachAsync(tree, recipe, layers, baseline, cancel);
            foreach (var file in AstGrep.TooLarge(Path.Combine(tree.Layer, "testbed")).Where(file => detection.Profile.Extensions.Contains(Path.GetExtension(file)))) log.Say($"note: '{file}' is larger than 1 MB and gets no bugs");
            var functions = await FunctionFinder.FindAsync(tree, detection.Profile, reach, scratch, cancel);
            var environment = new RepositoryEnvironment(
                hash, repository.Location, repository.Name, repository.GitDirectory, repository.Commit, repository.Tree,
                detection.Profile.Name, detection.Framework.Name, options.Text, options.Arguments, dependencies.SourceRoots, recipe.Variables,
                baseline.DebianPackages, baseline.Tests, baseline.Quarantined, baseline.SuiteSeconds, baseline.SentinelFolders, baseline.NotWarm,
                clock.GetElapsedTime(started).TotalSeconds, [.. detection.Evidence, .. dependencies.Steps, .. baseline.Steps]);
            table.Add(environment, reach, functions, clock.GetUtcNow());
            return environment;
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    private async Task<ReachMap> MeasureReachAsync(RepositoryTree tree, TestRecipe recipe, EnvironmentLayers layers, BaselineResult baseline, CancellationToken cancel)
    {
        if (!recipe.Framework.Modes.ContainsKey("reach")) return ReachMap.Empty;
        using var progress = log.Begin("measuring which tests reach which lines", null);
        var seconds = Math.Max(180, 30 * baseline.SuiteSeconds);
        await using var sandbox = await workspace.Sandboxes.CreateAsync(layers.ToJudge([], recipe.Profile), cancel);
        var raw = await new TestRunner(recipe).ReachAsync(sandbox, seconds, cancel);
        var module = tree.Exists("go.mod") ? tree.ReadText("go.mod").Split('\n').FirstOrDefault(line => line.StartsWith("module ", StringComparison.Ordinal))?[7..].Trim().Trim('"') : null;
        var reach = raw is { } bytes ? ReachReaders.Read(bytes, module) : ReachMap.Empty;
        if (reach.Tests.Count == 0) log.Say($"note: what tests reach could not be measured within {seconds:0} s: every bug is judged by the whole suite");
        return reach;
    }

    private static Dictionary<string, string> Variables(RepositoryTree tree, LanguageProfile profile, ProjectOptions options)
    {
        var variables = new Dictionary<string, string>(profile.Environment);
        foreach (var (name, value) in Detection.OwnLocale(tree).Concat(options.Environment)) variables[name] = value;
        return variables;
    }

    private async Task<IReadOnlyList<string>> ToolVersionsAsync(LanguageProfile profile, CancellationToken cancel)
    {
        await workspace.Sandboxes.ProbeAsync(cancel);
        if (installTools) await MachineCheck.InstallForAsync(profile, log, cancel);
        List<string> versions = [];
        foreach (var tool in profile.Tools)
        {
            var result = await HostProcess.RunAsync(new(tool.Command[0], [.. tool.Command.Skip(1)], "/"), cancel);
            if (!result.Succeeded) throw new MachineException($"{profile.Title} needs '{string.Join(' ', tool.Command)}' to work: apt-get install {tool.Debian} (or: runproof doctor --install {profile.Name})");
            versions.Add((result.Output + result.Error).Trim());
        }

        return versions;
    }

    private static string HashOf(Repository repository, Detection detection, ProjectOptions options, IReadOnlyList<string> tools)
    {
        var parts = new[] { Version, repository.Tree, repository.Commit, detection.Profile.Hash, detection.Framework.Name, options.Text }.Concat(tools);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))))[..32];
    }
}
