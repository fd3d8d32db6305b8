using Runproof.Catalogue;
using Runproof.Environments;

namespace Runproof.Tasks;

/// <param name="FunctionsReached">Functions of the product code that some test runs.</param>
/// <param name="FunctionsWithTask">Of those, with at least one kept task.</param>
public sealed record FolderCoverage(string Folder, int FunctionsReached, int FunctionsWithTask);

/// <summary>Executable-task coverage: how much of the code has a task that running can judge.</summary>
/// <param name="Coverage"><see cref="FunctionsWithTask"/> / <see cref="FunctionsReached"/>, 0–1.</param>
public sealed record TaskCoverage(int FunctionsReached, int FunctionsWithTask, double Coverage, IReadOnlyList<FolderCoverage> Folders)
{
    internal static TaskCoverage Of(Workspace workspace, IEnumerable<RepositoryEnvironment> environments)
    {
        var tasks = new TaskTable(workspace);
        var table = new EnvironmentTable(workspace);
        var functions = environments
            .SelectMany(environment =>
            {
                var withTask = tasks.Functions(environment.Hash);
                return table.Functions(environment.Hash).Where(function => function.IsReached).Select(function => (Folder: Path.GetDirectoryName(function.File) is { Length: > 0 } folder ? folder : ".", Has: withTask.Contains(function.Id)));
            })
            .ToList();
        var folders = functions.GroupBy(function => function.Folder).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new FolderCoverage(group.Key, group.Count(), group.Count(function => function.Has))).ToList();
        var with = functions.Count(function => function.Has);
        return new(functions.Count, with, functions.Count == 0 ? 0 : Math.Round(with / (double)functions.Count, 4), folders);
    }
}
