using Runproof.Catalogue;
using Runproof.Cli;
using Runproof.Environments;
using Runproof.Repositories;

namespace Runproof.Tests;

/// <summary>A sample repository with its environment built once for all tests of a class, in a workspace of its own.</summary>
public abstract class SampleRepository(string name) : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    internal Workspace Workspace { get; private set; } = null!;

    internal RepositoryEnvironment Environment { get; private set; } = null!;

    internal EnvironmentContext Context { get; private set; } = null!;

    public string Path { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var cancel = CancellationToken.None;
        Workspace = Workspace.Open(_bench.Root);
        Path = await Sample.PrepareAsync(name, Workspace.Root, cancel);
        var repository = await Repository.OpenAsync(Path, null, Workspace.Root, cancel);
        Environment = await new EnvironmentBuilder(Workspace, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(repository, null, cancel);
        Context = await EnvironmentContext.OpenAsync(Workspace, Environment, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        Workspace.Dispose();
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class TextkitRepository() : SampleRepository("textkit");

public sealed class UnitconvRepository() : SampleRepository("unitconv");

public sealed class GokitRepository() : SampleRepository("gokit");

public sealed class JskitRepository() : SampleRepository("jskit");

public sealed class CskitRepository() : SampleRepository("cskit");

public sealed class RubykitRepository() : SampleRepository("rubykit");

public sealed class PhpkitRepository() : SampleRepository("phpkit");
