using System.Globalization;
using System.Text;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Tasks;

namespace Runproof.Reports;

/// <summary>The short report of a run, in Markdown.</summary>
internal static class RunReport
{
    public static string Write(RepositoryEnvironment environment, InjectionResult result, TaskCoverage coverage, IEnumerable<CodingTask> tasks)
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');
        void Row(params object[] cells) => Line($"| {string.Join(" | ", cells.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture)!.Replace("|", "\\|", StringComparison.Ordinal)))} |");

        Line($"# {environment.Name} at {environment.Commit[..10]}");
        Line();
        Line($"{environment.Title}: {environment.Tests.Count} tests pass steadily, {environment.Quarantined.Count} do not judge. One run of the suite takes {environment.SuiteSeconds:0.00} s.");
        Line();
        Line($"**{result.Kept.Count} verified tasks** from {result.Judged} judged bugs; {coverage.FunctionsWithTask} of {coverage.FunctionsReached} functions that tests reach have a task ({coverage.Coverage:P1}).");
        Line();
        Line("## From sites to tasks");
        Line();
        Row("stage", "bugs");
        Row("---", "---:");
        Row("places for a bug", result.Sites);
        Row("on lines that tests reach", result.Eligible);
        Row("judged", result.Judged);
        foreach (var (reason, count) in result.Rejected) Row("not kept: " + reason.Replace('_', ' '), count);
        Row("kept", result.Kept.Count);
        Line();
        if (result.Statements.ByModel)
        {
            var counts = result.Statements;
            Line("## Statements");
            Line();
            Row("statements", "");
            Row("---", "---:");
            foreach (var (writer, count) in counts.Writers) Row("by " + writer, count);
            foreach (var (length, count) in counts.Lengths) Row(length, count);
            Row("drafts by the model", counts.Drafts);
            Row("drafts that leaked", $"{counts.Leaks} ({counts.LeakRate:P1})");
            Row("drafts that were unfit", counts.Unfit);
            Row("statements that took more than one draft", $"{counts.Retried} ({counts.RetryRate:P1})");
            foreach (var (reason, count) in counts.Fallbacks) Row("left to the template: " + reason.Replace('_', ' '), count);
            Line();
        }

        Line("## Yield by family");
        Line();
        Row("family", "judged", "kept", "seconds each");
        Row("---", "---:", "---:", "---:");
        foreach (var family in result.Rows.GroupBy(row => row.Family).OrderBy(group => group.Key, StringComparer.Ordinal))
            Row(family.Key, family.Count(), family.Count(row => row.Verdict == "kept"), Math.Round(family.Average(row => row.Seconds), 2));
        Line();
        Line("## Coverage by folder");
        Line();
        Row("folder", "functions reached", "with a task");
        Row("---", "---:", "---:");
        foreach (var folder in coverage.Folders) Row(folder.Folder, folder.FunctionsReached, folder.FunctionsWithTask);
        if (environment.Quarantined.Count > 0)
        {
            Line();
            Line("## Tests that do not judge");
            Line();
            Row("test", "why");
            Row("---", "---");
            foreach (var test in environment.Quarantined) Row($"`{test.Id}`", test.Reason);
        }

        Line();
        Line("## Tasks");
        foreach (var task in tasks)
        {
            Line();
            Line($"### {task.InstanceId}");
            Line();
            Line($"`{task.Measurements.File}:{task.Measurements.Line}` · {task.Measurements.Family} · {task.FailToPass.Count} fail to pass, {task.Measurements.PassToPass} pass to pass");
            Line();
            foreach (var line in task.ProblemStatement.Split('\n')) Line("> " + line);
            Line();
            Line("```diff");
            Line(task.BugPatch.TrimEnd('\n'));
            Line("```");
        }

        return text.ToString();
    }
}
