using Runproof.Environments;
using Runproof.Mining;
using Runproof.Repositories;

namespace Runproof.Tests.Mining;

/// <summary>Tests that write a repository commit by commit and mine it.</summary>
public abstract class WrittenHistory : WrittenRepositoryTests
{
    /// <summary>Writes files (null: removes them) and commits them.</summary>
    /// <returns>The commit.</returns>
    protected async Task<string> CommitAsync(string message, params (string Path, string? Content)[] files)
    {
        Directory.CreateDirectory(Folder);
        var git = new Git(Folder);
        if (!Directory.Exists(Path.Combine(Folder, ".git"))) await git.RunAsync(["init", "-q", "-b", "main", "."], Cancel);
        foreach (var (path, content) in files)
        {
            var full = Path.Combine(Folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            if (content is null) File.Delete(full);
            else await File.WriteAllTextAsync(full, content, Cancel);
        }

        await git.RunAsync(["add", "-A"], Cancel);
        await git.RunAsync(["commit", "-q", "--allow-empty", "-m", message], Cancel);
        return await HeadAsync();
    }

    protected Task<string> GitAsync(params string[] arguments) => new Git(Folder).RunAsync(arguments, Cancel);

    protected async Task<string> HeadAsync() => (await GitAsync("rev-parse", "HEAD")).Trim();

    private protected async Task<MiningResult> MineAsync(int? limit = null, int? depth = null, bool quality = true, Runproof.Chat.ModelClient? model = null)
    {
        var repository = await Repository.OpenAsync(Folder, null, Workspace.Root, Cancel);
        var today = await new EnvironmentBuilder(Workspace, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(repository, null, Cancel);
        return await new MiningStage(Workspace, repository, today, SilentLog.Instance, TimeProvider.System, 2, quality, helper: model is null ? null : new EraHelper(Workspace, model, SilentLog.Instance, TimeProvider.System, 2)).RunAsync(limit, depth, 1, Cancel);
    }

    private protected ChangeRow Row(string head) => Workspace.Database.Query(
        "SELECT plan FROM changes WHERE head = $head", row => row.GetString(0), ("$head", head)).Select(plan => new ChangeTable(Workspace).Of(plan).Single(row => row.Head == head)).Single();
}
