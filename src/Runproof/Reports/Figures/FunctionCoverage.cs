using Runproof.Coverage;

namespace Runproof.Reports.Figures;

/// <summary>Functions that tests reach, and how many of them have a task.</summary>
internal sealed record CoverageCount(int Reached, int WithTask)
{
    public double Share => Reached == 0 ? 0 : WithTask / (double)Reached;

    public static CoverageCount Of(IReadOnlyCollection<(FunctionSpan Function, bool HasTask)> functions) => new(functions.Count, functions.Count(one => one.HasTask));
}

/// <param name="Missing">Functions that tests reach and that have no task, in the order of lines.</param>
internal sealed record FileCoverage(string File, CoverageCount Count, IReadOnlyList<FunctionSpan> Missing)
{
    public string Name => Path.GetFileName(File);
}

/// <param name="Folder"><c>.</c> for the root.</param>
internal sealed record FolderFiles(string Folder, CoverageCount Count, IReadOnlyList<FileCoverage> Files);

/// <summary>Executable-task coverage, by folder and file. The same figures as <see cref="Tasks.TaskCoverage"/>, with the names of what is missing.</summary>
/// <param name="Functions">All functions of the product code, those that no test reaches included.</param>
internal sealed record FunctionCoverage(int Functions, CoverageCount Count, IReadOnlyList<FolderFiles> Folders)
{
    /// <param name="withTask">Ids of functions.</param>
    public static FunctionCoverage Of(IReadOnlyList<FunctionSpan> functions, IReadOnlySet<string> withTask)
    {
        var reached = functions.Where(function => function.IsReached).Select(function => (Function: function, HasTask: withTask.Contains(function.Id))).ToList();
        return new(
            functions.Count,
            CoverageCount.Of(reached),
            [
                .. reached.GroupBy(one => FolderOf(one.Function.File)).OrderBy(group => group.Key, StringComparer.Ordinal).Select(folder => new FolderFiles(
                    folder.Key,
                    CoverageCount.Of([.. folder]),
                    [
                        .. folder.GroupBy(one => one.Function.File).OrderBy(group => group.Key, StringComparer.Ordinal).Select(file => new FileCoverage(
                            file.Key, CoverageCount.Of([.. file]), [.. file.Where(one => !one.HasTask).Select(one => one.Function).OrderBy(function => function.FirstLine)])),
                    ])),
            ]);
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder : ".";
}
