using Runproof.Catalogue;
using Runproof.Coverage;
using Runproof.Languages;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>An environment opened for work: its files, layers and way of running tests.</summary>
internal sealed record EnvironmentContext(
    Workspace Workspace, RepositoryEnvironment Environment, RepositoryTree Tree, EnvironmentLayers Layers, ReachMap Reach, IReadOnlyList<FunctionSpan> Functions)
{
    public TestRunner Runner { get; } = new(Environment.Suites);

    /// <exception cref="InputException">The environment's folder or its repository is gone.</exception>
    public static async Task<EnvironmentContext> OpenAsync(Workspace workspace, RepositoryEnvironment environment, CancellationToken cancel)
    {
        var layers = EnvironmentLayers.Of(workspace, environment);
        if (environment.Era is null && !Directory.Exists(layers.Tree)) throw new InputException($"the environment {environment.Hash[..12]} of '{environment.Name}' was removed: run 'runproof env build {environment.Location}'");
        if (!Directory.Exists(environment.GitDirectory)) throw new InputException($"the repository '{environment.GitDirectory}' of environment {environment.Hash[..12]} is gone: bring it back, or build the environment anew");
        if (environment.Era is { } era && !Directory.Exists(EnvironmentLayers.Folder(workspace, era))) throw new InputException($"the environment {era[..12]} of '{environment.Name}' was removed, whose dependencies this task uses: run 'runproof mine {environment.Location}'");
        var repository = new Repository(environment.Location, environment.Name, environment.GitDirectory, environment.Commit, environment.Tree, []);
        var table = new EnvironmentTable(workspace);
        return new(
            workspace,
            environment,
            environment.Era is null ? await RepositoryTree.ReadAsync(repository, layers.Tree, cancel) : await DerivedTree.OpenAsync(workspace, repository, environment.AppliedPatch, environment.Hash, cancel),
            layers,
            table.Reach(environment.Hash),
            table.Functions(environment.Hash));
    }

    public Task<ISandbox> SandboxToJudgeAsync(CancellationToken cancel, params IReadOnlyList<string> above) => Workspace.Sandboxes.CreateAsync(Layers.ToJudge(above), cancel);

    /// <summary>Keeps what a run compiled as a layer, for languages that have a build cache.</summary>
    public async Task KeepBuildCacheAsync(ISandbox sandbox, string layer, CancellationToken cancel)
    {
        if (!Directory.Exists(EnvironmentLayers.Of(Workspace, Environment.Era ?? Environment.Hash, []).JudgeCache)) return;
        await sandbox.SnapshotAsync(layer, cancel);
        foreach (var folder in Directory.EnumerateDirectories(layer).Where(folder => Path.GetFileName(folder) != "env").ToList()) WorkspaceFolders.Delete(folder);
    }

    /// <summary>The whole suite, as it is run to judge.</summary>
    public SuiteRequest WholeSuite => new(TestSeconds: Environment.TestLimitSeconds);

    /// <summary>Only these tests (null: all that judge), until one fails.</summary>
    public SuiteRequest Screening(IReadOnlyList<BaselineTest>? selection) => WholeSuite with
    {
        // One that does not judge must not end the run.
        Selection = selection ?? (Environment.Quarantined.Count > 0 ? Environment.Tests : null),
        FailFast = true,
    };
}
