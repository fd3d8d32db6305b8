using Runproof.Coverage;
using Runproof.Reports.Figures;

namespace Runproof.Reports.Pages;

/// <summary>Which functions have a task, by folder and file; the names of those that have none stand behind their file.</summary>
internal static class CoverageSection
{
    /// <summary>Beyond this many files folders are closed at first.</summary>
    private const int FilesShown = 24;

    /// <summary>A generated file may hold thousands.</summary>
    private const int MostNames = 200;

    public static Markup Write(FunctionCoverage coverage, int tasksOfOtherRuns)
    {
        if (coverage.Count.Reached == 0) return Markup.Of($"<p>No test reaches a function, or what tests reach could not be measured.</p>");
        var open = coverage.Folders.Sum(folder => folder.Files.Count) <= FilesShown;
        return Markup.Of(
            $"""
            <p>The product code has {Words.Count(coverage.Functions, "function", "functions")}; tests reach {Words.Count(coverage.Count.Reached)} of them, and {Words.Count(coverage.Count.WithTask)} of those have at least one task ({Words.Percent(coverage.Count.Share)}). Open a file to see which have none.{(tasksOfOtherRuns > 0 ? $" {Words.Count(tasksOfOtherRuns, "task", "tasks")} of other runs on this commit {(tasksOfOtherRuns == 1 ? "counts" : "count")} here and {(tasksOfOtherRuns == 1 ? "is" : "are")} not listed below." : "")}</p>
            <div class="tree">
            <div class="line tree-head" aria-hidden="true"><span></span><span class="n">with a task</span><span class="n">reached</span><span class="n">share</span></div>
            {coverage.Folders.Select(folder => Markup.Of($"""
                <details class="folder"{(open ? Markup.Of($" open=\"open\"") : Markup.Empty)}><summary>{Line(Markup.Of($"<code>{(folder.Folder == "." ? "(root)" : folder.Folder + "/")}</code>"), folder.Count)}</summary>
                {folder.Files.Select(File)}
                </details>

                """))}
            </div>
            """);
    }

    private static Markup File(FileCoverage file)
    {
        var line = Line(Markup.Of($"<code>{file.Name}</code>"), file.Count);
        return file.Missing.Count == 0 ? Markup.Of($"""
            <div class="file full">{line}</div>

            """) : Markup.Of(
            $"""
            <details class="file"><summary>{line}</summary>
            <p class="names"><span class="sub">{(file.Missing.Count == 1 ? "No task yet:" : $"{Words.Count(file.Missing.Count)} without a task:")}</span> {file.Missing.Take(MostNames).Select(Name)}{(file.Missing.Count > MostNames ? $" and {Words.Count(file.Missing.Count - MostNames)} more" : "")}</p>
            </details>

            """);
    }

    private static Markup Name(FunctionSpan function) => Markup.Of($"""<code class="name">{function.Name}<span class="sub">:{function.FirstLine}</span></code> """);

    private static Markup Line(Markup name, CoverageCount count) => Markup.Of(
        $"""<span class="line"><span class="label">{name}</span><span class="n">{Words.Count(count.WithTask)}<span class="hidden"> with a task, of </span></span><span class="n">{Words.Count(count.Reached)}<span class="hidden"> reached, </span></span><span class="n">{Words.Percent(count.Share)}</span>{Bar.Of(count.Share)}</span>""");
}
