using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Reports.Figures;

/// <summary>A task as the report lists it.</summary>
/// <param name="Title">The headline of its statement.</param>
/// <param name="Statement">The rest of the statement: a little Markdown.</param>
/// <param name="Function">Name within its file; null where the bug stands outside of functions.</param>
/// <param name="BugPatch">What put the bug in: the gold patch is its reverse.</param>
internal sealed record TaskEntry(
    string InstanceId,
    string Title,
    string Statement,
    string File,
    int Line,
    string? Function,
    string Family,
    string Operator,
    string Imitates,
    string BugPatch,
    IReadOnlyList<string> FailToPass,
    int PassToPass,
    double Seconds,
    Difficulty Difficulty)
{
    public static TaskEntry Of(CodingTask task, IReadOnlyDictionary<string, BaselineTest> tests, TestBreadth breadth, IReadOnlyDictionary<string, string> imitates)
    {
        var facts = task.Measurements;
        var (title, statement) = Parts(task.ProblemStatement);
        return new(
            task.InstanceId, title.Length > 0 ? title : task.InstanceId, statement, facts.File, facts.Line, FunctionOf(facts), facts.Family, facts.Operator,
            imitates.GetValueOrDefault(facts.Operator, ""), task.BugPatch, task.FailToPass, facts.PassToPass, facts.JudgeSeconds, Difficulty.Of(task, tests, breadth));
    }

    private static (string Title, string Statement) Parts(string statement)
    {
        var lines = statement.Trim().Split('\n', 2);
        return lines[0].StartsWith("# ", StringComparison.Ordinal) ? (lines[0][2..].Trim(), lines.Length > 1 ? lines[1].Trim() : "") : ("", statement.Trim());
    }

    /// <summary>The name in an id <c>FILE::NAME@LINE</c>; either part may hold signs that the id uses.</summary>
    private static string? FunctionOf(TaskMeasurements facts)
    {
        var (begin, end) = (facts.File.Length + 2, facts.Function.LastIndexOf('@'));
        return facts.Function.StartsWith(facts.File + "::", StringComparison.Ordinal) && end > begin ? facts.Function[begin..end] : null;
    }
}
