using Runproof.Chat;
using Runproof.Coverage;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Reports.Figures;
using Runproof.Statements;
using Runproof.Tasks;

namespace Runproof.Tests.Reports;

/// <summary>A run whose figures can be counted on the fingers: ten judged bugs, four kept, six functions of which tests reach five.</summary>
internal static class HandMadeRun
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static ReportInput Input { get; } = Make();

    /// <param name="hostile">Stands wherever text of a repository does.</param>
    public static ReportInput Hostile(string hostile)
    {
        var task = Task(hostile, hostile, hostile, hostile, [hostile]) with { ProblemStatement = $"# {hostile}\n\n{hostile}\n\n- {hostile}\n\n```{hostile}\n{hostile}\n```\n`{hostile}`\n", InstanceId = hostile };
        var input = Make();
        return input with
        {
            Environment = input.Environment with
            {
                Name = hostile, Location = "https://user:secret@example.org/" + Uri.EscapeDataString(hostile) + "?token=1", Quarantined = [new(hostile, $"{hostile}: {hostile}")],
                Suites = [input.Environment.Suites[0] with { Folder = hostile }], Tests = [new(hostile, 0.1, hostile)],
            },
            Functions = [new(hostile, hostile, 1, 2, 3, true), new($"folder/{hostile}", hostile, 1, 2, 3, true)],
            Result = input.Result with { Rejected = new Dictionary<string, int> { [hostile] = 2 }, Rows = [.. input.Result.Rows.Select(row => row with { Family = hostile, Operator = hostile })] },
            Tasks = [task],
            Imitates = new Dictionary<string, string> { [hostile] = hostile },
        };
    }

    public static CodingTask Task(string id, string file, string family, string one, IReadOnlyList<string> failing) => new(
        $"toy.01234567.{id}", "toy", Commit, "e", TaskOrigin.Injected, TestVisibility.Hidden, "# `f` gives a wrong result\n\nIt used to work.\n",
        $"diff --git a/{file} b/{file}\nindex 1..2 100644\n--- a/{file}\n+++ b/{file}\n@@ -1,2 +1,2 @@\n def f(a):\n-    return a < 1  # {one}\n+    return a <= 1  # {one}\n", "", [], failing, [], default,
        new(one, family, file, $"{file}::f@1", 2, 1, 3, 1.5, true));

    private static ReportInput Make()
    {
        CandidateRow Row(int place, string reason, double seconds, string family, string name) => new(place, reason == "kept" ? "kept" : "rejected", reason, seconds, 4, null, family, name, "");
        CandidateRow[] rows =
        [
            Row(0, "kept", 2, "logic", "not-dropped"), Row(1, "kept", 3, "logic", "not-dropped"), Row(2, "kept", 4, "comparison", "boundary"), Row(3, "kept", 0.3, "comparison", "direction"),
            Row(4, "not_caught", 0.05, "comparison", "boundary"), Row(5, "not_caught", 0.3, "comparison", "boundary"), Row(6, "not_caught", 0.3, "logic", "and-or"),
            Row(7, "timeout_only", 12, "control", "loop"), Row(8, "duplicate_effect", 2, "comparison", "boundary"), Row(9, "unsteady", 2, "comparison", "direction"),
        ];
        FunctionSpan[] functions =
        [
            new("src/a/one.py", "f", 1, 2, 3, true), new("src/a/one.py", "g", 5, 6, 9, true), new("src/a/two.py", "C.h", 1, 2, 4, true), new("src/b/three.py", "k", 1, 2, 2, true),
            new("setup.py", "main", 1, 2, 2, true), new("src/b/three.py", "never", 4, 5, 6, false),
        ];
        ReachMap reach = new(
            ["src/a/test_one.py::t1", "tests/test_two.py::t2", "tests/test_two.py::t3"],
            new Dictionary<string, IReadOnlyList<ReachedLines>>
            {
                ["src/a/one.py"] = [new(1, 1, [], true, false), new(2, 3, [0, 1], false, false), new(6, 7, [1], false, false), new(8, 9, [1], false, false)],
                ["src/a/two.py"] = [new(2, 4, [1], false, false)],
                ["src/b/three.py"] = [new(1, 1, [2], false, false), new(2, 2, [1], true, false)],
            },
            new Dictionary<string, IReadOnlyList<string>>(), [2]);
        BaselineTest[] tests = [new("src/a/test_one.py::t1", 0.1, "src/a/test_one.py"), new("tests/test_two.py::t2", 0.1, "tests/test_two.py"), new("tests/test_two.py::t3", 0.1, null)];
        Suite suite = new("Python", "python", "pytest", "", [], [], [], new Dictionary<string, string>(), Seconds: 1.25);
        RepositoryEnvironment environment = new(
            "abcdef0123456789", "/home/someone/toy", "toy", "/home/someone/toy/.git", Commit, "tree", "", [suite], [], tests,
            [new("tests/test_x.py::a", "skipped"), new("tests/test_x.py::b", "skipped"), new("tests/test_y.py", "cannot be collected: No module: y")], 3, []);
        CodingTask[] tasks =
        [
            Task("aa", "src/a/one.py", "logic", "not-dropped", ["src/a/test_one.py::t1", "tests/test_two.py::t2"]),
            Task("bb", "src/a/two.py", "comparison", "boundary", ["tests/test_two.py::t2"]),
            Task("cc", "setup.py", "comparison", "boundary", ["tests/test_two.py::t3"]),
            Task("dd", "src/b/three.py", "comparison", "direction", ["tests/test_two.py::t2"]) with { ProblemStatement = "no headline here" },
        ];
        InjectionResult result = new(
            40, 25, 10, 10, [.. tasks.Select(task => task.InstanceId)],
            rows.Where(row => row.Verdict != "kept").GroupBy(row => row.Reason).ToDictionary(group => group.Key, group => group.Count()), 9, rows,
            StatementCounts.Of(
            [
                null, new("a-model", StatementLength.Medium, 2, [new(DraftFault.Leak, ["test name"])], null), new("a-model", StatementLength.Short, 1, [], null),
                new(StatementOrigin.Template, StatementLength.Medium, 3, [new(DraftFault.Leak, ["patch line"]), new(DraftFault.Leak, ["patch line"]), new(DraftFault.Unfit, ["length"])], Fallback.Leaks),
            ],
            ModelUsage.None));
        return new(
            environment, functions, reach, result, tasks, new HashSet<string> { "src/a/one.py::f@1", "src/a/two.py::C.h@1", "setup.py::main@1", "gone.py::x@1" }, 6,
            new Dictionary<string, string> { ["boundary"] = "the last element is forgotten" }, new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    }
}
