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
    private const string Version = "7";

    /// <param name="forBugs">Also measure what tests reach, and find functions: bugs are put where tests reach.</param>
    public async Task<RepositoryEnvironment> BuildAsync(Repository repository, ProjectOptions? given, CancellationToken cancel, bool forBugs = true)
    {
        foreach (var note in repository.Notes) log.Say($"note: {note}");
        var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
        try
        {
            // Detection reads files, so the tree comes first; it is moved to its place once the hash is known.
            var checkout = Path.Combine(scratch, "checkout");
            var tree = await RepositoryTree.CheckOutAsync(repository, checkout, scratch, cancel);
            tree = await MovedTests.MoveAsync(tree, LanguageProfiles.All, scratch, cancel);
            var options = given ?? (tree.Exists(ProjectOptions.FileName) ? ProjectOptions.Parse(tree.ReadText(ProjectOptions.FileName), ProjectOptions.FileName) : ProjectOptions.None);
            var (detected, tools) = await UsableAsync(Detection.Of(tree, options), cancel);
            var hash = HashOf(repository, detected, options, tools, "");
            if (Known(hash) is { } known) return known;
            if (!forBugs)
            {
                hash = HashOf(repository, detected, options, tools, "without reach");
                if (Known(hash) is { } light) return light;
            }

            var table = new EnvironmentTable(workspace);

            await AstGrep.RequireAsync(cancel);
            var layers = EnvironmentLayers.Of(workspace, hash, [.. detected.Select(one => one.Profile).Distinct()]);
            WorkspaceFolders.Delete(EnvironmentLayers.Folder(workspace, hash));
            Directory.CreateDirectory(EnvironmentLayers.Folder(workspace, hash));
            Directory.Move(checkout, layers.Tree);
            tree = tree with { Layer = layers.Tree };

            var started = clock.GetTimestamp();
            List<string> steps = [];
            List<BaselineResult> baselines = [];
            layers = layers with { Hidden = MachineFiles.VersionsOf(tree, tree.Files.Where(file => detected.Any(one => one.Profile.Extensions.Contains(Path.GetExtension(file)) && !one.Profile.Files.Test.Match(file)))) };
            if (layers.Hidden is [var copy, ..]) steps.Add($"hidden from sandboxes: {layers.Hidden.Count} files of this machine that are versions of files of the repository, such as '{copy}'");
            var installer = new DependencyInstaller(workspace, log, scratch);
            foreach (var package in options.Debian) await installer.UnpackAsync(package, layers, cancel);
            if (options.Install.Length > 0) await installer.RunScriptAsync(options.Install, detected[0].Profile, layers, cancel);
            foreach (var one in detected)
            {
                foreach (var evidence in one.Evidence) log.Say(evidence);
                steps.AddRange(one.Evidence);
                Task<BaselineResult?> RunAsync(bool hiding) => BaselineAsync(
                    tree, one, options, layers with { Packages = PackagesOf(baselines), Hidden = hiding ? layers.Hidden : [] }, tools, installer, baselines, once: !forBugs, mustWork: hiding, scratch, steps, cancel);
                var (baseline, isShown) = layers.Hidden.Count > 0 ? await HiddenOrShownAsync(RunAsync) : (await RunAsync(hiding: false), false);
                if (baseline is null) continue;
                baselines.Add(baseline);
                if (!isShown) continue;
                layers = layers with { Hidden = [] };
                steps.Add("its tests cannot be run without them, so they are seen: a task whose solution lies there is refused");
            }

            var suites = baselines.Select(baseline => baseline.Suite).ToList();
            layers = layers with { Packages = PackagesOf(baselines) };
            var (reach, functions) = forBugs ? await MeasureAsync(tree, suites, layers, scratch, cancel) : (ReachMap.Empty, []);
            var environment = new RepositoryEnvironment(
                hash, repository.Location, repository.Name, repository.GitDirectory, repository.Commit, repository.Tree, options.Text, suites,
                [.. baselines.SelectMany(baseline => baseline.DebianPackages).Distinct()], [.. baselines.SelectMany(baseline => baseline.Tests)], [.. baselines.SelectMany(baseline => baseline.Quarantined)],
                clock.GetElapsedTime(started).TotalSeconds, steps, Hidden: layers.Hidden.Count > 0 ? layers.Hidden : null);
            table.Add(environment, reach, functions, clock.GetUtcNow());
            return environment;
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    /// <summary>Runs a baseline without the files that are to be hidden; with them where it does not work without, and works with them.</summary>
    private static async Task<(BaselineResult? Baseline, bool IsShown)> HiddenOrShownAsync(Func<bool, Task<BaselineResult?>> run)
    {
        try
        {
            return (await run(true), false);
        }
        catch (InputException)
        {
            return (await run(false), true);
        }
    }

    private RepositoryEnvironment? Known(string hash)
    {
        if (new EnvironmentTable(workspace).Find(hash) is not { } known || !Directory.Exists(EnvironmentLayers.Folder(workspace, hash))) return null;
        log.Say($"environment {hash[..12]} is built already");
        return known;
    }

    private async Task<(ReachMap Reach, IReadOnlyList<FunctionSpan> Functions)> MeasureAsync(RepositoryTree tree, List<Suite> suites, EnvironmentLayers layers, string scratch, CancellationToken cancel)
    {
        var reach = await MeasureReachAsync(tree, suites, layers, scratch, cancel);
        var profiles = suites.Select(suite => suite.Profile).Distinct().ToList();
        foreach (var file in AstGrep.TooLarge(Path.Combine(tree.Layer, "testbed")).Where(file => profiles.Any(profile => profile.Extensions.Contains(Path.GetExtension(file))))) log.Say($"note: '{file}' is larger than 1 MB and gets no bugs");
        return (reach, await FunctionFinder.FindAsync(tree, suites, reach, scratch, cancel));
    }

    private List<string> PackagesOf(List<BaselineResult> baselines) =>
        [.. baselines.Select(baseline => baseline.Suite.Packages).OfType<string>().Distinct().Select(hash => EnvironmentLayers.PackagesFolder(workspace, hash))];

    /// <summary>Null where a suite that nobody asked for does not work.</summary>
    private async Task<BaselineResult?> BaselineAsync(
        RepositoryTree tree, Detection detected, ProjectOptions options, EnvironmentLayers layers, IReadOnlyList<string> tools, DependencyInstaller installer, List<BaselineResult> before, bool once, bool mustWork, string scratch, List<string> steps, CancellationToken cancel)
    {
        var name = detected.Options.Name ?? (detected.Folder.Length == 0 ? detected.Profile.Name : $"{detected.Profile.Name} in {detected.Folder}");
        var prefix = detected.Options.Name is not null && before.Any(other => other.Suite.Framework == detected.Framework.Name && other.Suite.Folder == detected.Folder) ? name + ":"
            : detected.Folder.Length == 0 || detected.Framework.Selection is "go-run" or "ids" ? "" : detected.Folder + "/";
        var suite = new Suite(
            name, detected.Profile.Name, detected.Framework.Name, detected.Folder, detected.Options.Command, detected.Options.Arguments, [], Variables(tree, detected.Profile, options), IdPrefix: prefix);
        var folder = Directory.CreateDirectory(Path.Combine(scratch, $"suite{before.Count}")).FullName;
        try
        {
            var dependencies = await installer.InstallAsync(tree, suite, detected.Options.SourceRoots, tools, layers, cancel);
            steps.AddRange(dependencies.Steps);
            suite = suite with { SourceRoots = dependencies.SourceRoots, Packages = dependencies.Packages };
            if (suite.Packages is { } packages) layers = layers with { Packages = [.. layers.Packages.Append(EnvironmentLayers.PackagesFolder(workspace, packages)).Distinct()] };
            var baseline = await new Baseline(workspace, log, jobs).RunAsync(tree, suite, before.Count, dependencies.Failure, options, layers, once, folder, cancel);
            steps.AddRange(baseline.Steps);
            if (before.SelectMany(other => other.Tests).Select(test => test.Id).Intersect(baseline.Tests.Select(test => test.Id)).FirstOrDefault() is { } twice)
                throw new InputException($"two suites have a test '{twice}': give them different folders, or names in {ProjectOptions.FileName}");
            return baseline;
        }
        catch (InputException error) when (!detected.Certain && !mustWork)
        {
            steps.Add($"{name} is left out: {error.Message}");
            log.Say($"note: {steps[^1]}");
            return null;
        }
        finally
        {
            WorkspaceFolders.Delete(folder);
        }
    }

    private async Task<ReachMap> MeasureReachAsync(RepositoryTree tree, List<Suite> suites, EnvironmentLayers layers, string scratch, CancellationToken cancel)
    {
        var builder = new ReachMapBuilder();
        var measured = suites.Where(suite => suite.TestFramework.Modes.ContainsKey("reach")).ToList();
        if (measured.Count == 0)
        {
            log.Say($"note: Runproof has no way to measure what tests of {suites[0].Framework} reach: every bug is judged by the whole suite");
            return ReachMap.Empty;
        }

        using var progress = log.Begin("measuring which tests reach which lines", null);
        foreach (var suite in measured)
        {
            (builder.Folder, builder.IdPrefix) = (suite.Folder, suite.IdPrefix);
            var probes = suite.Profile.Probes is null ? null : await Probes.PlantAsync(tree, suite, suites, Path.Combine(scratch, "probes"), scratch, cancel);
            var limit = new SuiteRequest(Math.Max(180, 30 * suite.Seconds));
            SuiteRequest[] orders = suite.TestFramework.Modes["reach"].Alone || !suite.TestFramework.Modes.ContainsKey("shuffle") ? [limit] : [limit, limit with { ShuffleSeed = Baseline.ShuffleSeed }];
            var raw = new ReadOnlyMemory<byte>?[orders.Length];
            await Parallel.ForEachAsync(Enumerable.Range(0, orders.Length), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (order, token) =>
            {
                await using var sandbox = await workspace.Sandboxes.CreateAsync(layers.ToJudge(probes is null ? [] : [probes.Layer]), token);
                raw[order] = await new SuiteRunner(suite).ReachAsync(sandbox, orders[order], token);
            });
            for (var order = 0; order < orders.Length; order++)
            {
                builder.Order = suite.TestFramework.Modes["reach"].Alone ? null : order;
                if (raw[order] is { } bytes) ReachReaders.Read(bytes, TestFiles.Module(tree, suite), probes, builder);
            }

            if (probes is not null) WorkspaceFolders.Delete(probes.Layer);
        }

        var reach = builder.Build();
        if (reach.Tests.Count == 0) log.Say("note: what tests reach could not be measured in time: every bug is judged by the whole suite");
        return reach;
    }

    private static Dictionary<string, string> Variables(RepositoryTree tree, LanguageProfile profile, ProjectOptions options)
    {
        var variables = new Dictionary<string, string>(profile.Environment);
        foreach (var (name, value) in profile.Name == "go" ? GoPath.Variables(tree) : []) variables[name] = value;
        foreach (var (name, value) in Detection.OwnLocale(tree).Concat(options.Environment)) variables[name] = value;
        return variables;
    }

    /// <summary>The suites whose tools are there, and the tools' versions.</summary>
    /// <exception cref="MachineException">A suite that there must be lacks a tool.</exception>
    private async Task<(IReadOnlyList<Detection> Suites, IReadOnlyList<string> Tools)> UsableAsync(IReadOnlyList<Detection> detected, CancellationToken cancel)
    {
        await workspace.Sandboxes.ProbeAsync(cancel);
        List<Detection> usable = [];
        List<string> versions = [];
        foreach (var one in detected)
        {
            if (installTools && (one.Certain || Libc.IsRoot)) await MachineCheck.InstallForAsync(one.Profile, log, cancel);
            var missing = await MissingToolAsync(one.Profile, versions, cancel);
            if (missing is null) usable.Add(one);
            else if (one.Certain) throw new MachineException(missing);
            else log.Say($"note: {one.Evidence[0]} are left out: {missing}");
        }

        return (usable, versions);
    }

    private static async Task<string?> MissingToolAsync(LanguageProfile profile, List<string> versions, CancellationToken cancel)
    {
        foreach (var tool in profile.Tools)
        {
            var result = await HostProcess.RunAsync(new(tool.Command[0], [.. tool.Command.Skip(1)], "/"), cancel);
            if (!result.Succeeded) return $"{profile.Title} needs '{string.Join(' ', tool.Command)}' to work: apt-get install {tool.Debian} (or: runproof doctor --install {profile.Name})";
            versions.Add((result.Output + result.Error).Trim());
        }

        return null;
    }

    private static string HashOf(Repository repository, IReadOnlyList<Detection> detected, ProjectOptions options, IReadOnlyList<string> tools, string kind)
    {
        var suites = detected.SelectMany(one => new[] { one.Profile.Hash, one.Framework.Name, one.Folder });
        var parts = new[] { Version, repository.Tree, repository.Commit, options.Text }.Concat(suites).Concat(tools).Concat(kind.Length > 0 ? [kind] : []);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))))[..32];
    }
}
