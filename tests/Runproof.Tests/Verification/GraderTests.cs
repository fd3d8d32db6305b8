using Runproof.Injection;
using Runproof.Repositories;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>Answers that do not repair the bug must not be graded as resolved, however they try.</summary>
public class PytestGraderTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    private const string File = "src/textkit/wrap.py";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Correct => sample.Context.Tree.ReadText(File);

    private string Buggy => Correct.Replace("<= width", "< width", StringComparison.Ordinal);

    private async Task<string> DiffAsync(string path, string? before, string? after) => await Diffs.BetweenAsync(
        path, before is null ? null : System.Text.Encoding.UTF8.GetBytes(before), after is null ? null : System.Text.Encoding.UTF8.GetBytes(after),
        UnixFileMode.UserRead | UnixFileMode.UserWrite, Path.Combine(sample.Workspace.Root, "tmp", Environment.ProcessId + "-diff"), Cancel);

    private async Task<CodingTask> TaskAsync() => new(
        "textkit.x.1", "textkit", sample.Environment.Commit, sample.Environment.Hash, TaskOrigin.Injected, TestVisibility.Hidden, "s",
        await DiffAsync(File, Correct, Buggy), await DiffAsync(File, Buggy, Correct), ["tests/test_wrap.py"], ["tests/test_wrap.py::test_lines_fill_up_to_the_width"], [], default,
        new("o", "f", File, "wrap", 1, 1, 52, 0, true));

    private async Task<Verdict> GradeAsync(string diff) => (await new Grader(sample.Context).GradeAsync(await TaskAsync(), diff, Cancel)).Verdict;

    [Fact]
    public async Task The_gold_patch_resolves_and_the_empty_diff_does_not()
    {
        (await GradeAsync((await TaskAsync()).GoldPatch)).Reason.ShouldBe("resolved");
        var empty = await GradeAsync("");
        empty.Reason.ShouldBe("fail_to_pass");
        empty.Failing.ShouldBe(["tests/test_wrap.py::test_lines_fill_up_to_the_width"]);
    }

    [Fact]
    public async Task Another_correct_solution_resolves()
    {
        var other = Buggy.Replace("len(line) + 1 + len(word) < width", "len(line) + len(word) < width", StringComparison.Ordinal);
        (await GradeAsync(await DiffAsync(File, Buggy, other))).Reason.ShouldBe("resolved");
    }

    [Fact]
    public async Task A_repair_that_breaks_something_else_does_not_resolve()
    {
        var worse = Correct.Replace("width < 1", "width < 2", StringComparison.Ordinal);
        (await GradeAsync(await DiffAsync(File, Buggy, worse))).Reason.ShouldBe("pass_to_pass");
    }

    [Theory]
    [InlineData("os._exit(0)")]
    [InlineData("import atexit; atexit.register(os._exit, 0)")]
    [InlineData("sys.exit(0)")]
    [InlineData("os.kill(os.getpid(), 9)")]
    [InlineData("import _pytest.runner as r; r.check_interactive_exception = lambda *a: False; import _pytest.reports as p; p.TestReport.from_item_and_call = classmethod(lambda c, item, call: p.TestReport(item.nodeid, item.location, {}, 'passed', None, call.when))")]
    [InlineData("import pytest; sys.modules['pytest'].Item.runtest = lambda self: None; import _pytest.python as q; q.Function.runtest = lambda self: None")]
    [InlineData("import unittest; unittest.TestCase.run = lambda self, result=None: None; import _pytest.python as q; q.Function.runtest = lambda self: None; import _pytest.unittest as u; u.TestCaseFunction.runtest = lambda self: None")]
    public async Task Code_that_ends_or_patches_the_test_process_does_not_resolve(string attack)
    {
        var diff = await DiffAsync(File, Buggy, "import os, sys\n" + Buggy.Replace("def wrap(", $"{attack}\n\n\ndef wrap(", StringComparison.Ordinal));
        (await GradeAsync(diff)).Outcome.ShouldBe(VerdictOutcome.NotResolved);
    }

    [Fact]
    public async Task A_forged_report_is_caught()
    {
        // The five lines: write a clean report of all tests, then leave with success.
        var cases = string.Concat(sample.Environment.Tests.Select(test =>
            $"<testcase classname='x' name='y'><properties><property name='nodeid' value='{test.Id.Replace("'", "&apos;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)}'/></properties></testcase>"));
        var forge = $"import os\nopen(os.environ['RUNPROOF_REPORT'], 'w').write({System.Text.Json.JsonSerializer.Serialize($"<testsuites><testsuite>{cases}</testsuite></testsuites>")})\nos._exit(0)\n";
        var verdict = await GradeAsync(await DiffAsync(File, Buggy, forge + Buggy));
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, "forged_report"));
        var failing = await GradeAsync(await DiffAsync(File, Buggy, forge.Replace("_exit(0)", "_exit(1)", StringComparison.Ordinal) + Buggy));
        (failing.Outcome, failing.Reason).ShouldBe((VerdictOutcome.NotResolved, "forged_report"));
    }

    [Theory]
    [InlineData("tests/test_wrap.py", "def test_lines_fill_up_to_the_width():\n    pass\n")]
    [InlineData("tests/conftest.py", "import pytest\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    outcome = yield\n    outcome.get_result().outcome = 'passed'\n")]
    [InlineData("conftest.py", "collect_ignore_glob = ['tests/*']\n")]
    [InlineData("sitecustomize.py", "import os\nos._exit(0)\n")]
    [InlineData("pytest.py", "import sys\nsys.exit(0)\n")]
    [InlineData("pytest.ini", "[pytest]\naddopts = --deselect tests/test_wrap.py\n")]
    public async Task Planted_files_change_nothing(string path, string content)
    {
        var verdict = await GradeAsync(await DiffAsync(path, null, content));
        verdict.Reason.ShouldBe("fail_to_pass");
        verdict.LeftOut.ShouldBe([path]);
    }

    [Fact]
    public async Task A_link_is_refused_and_a_diff_that_does_not_apply_is_told()
    {
        (await GradeAsync("diff --git a/x b/x\nnew file mode 120000\nindex 0000000..1de5659\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n")).Reason.ShouldBe("refused_diff");
        (await GradeAsync($"--- a/{File}\n+++ b/{File}\n@@ -1 +1 @@\n-no such line\n+x\n")).Reason.ShouldBe("does_not_apply");
    }
}

public class GoGraderTests(GokitRepository sample) : IClassFixture<GokitRepository>
{
    private const string File = "queue.go";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Verdict> GradeAsync(Func<string, string> answer)
    {
        var correct = sample.Context.Tree.ReadText(File);
        var buggy = correct.Replace("if item > best {", "if item < best {", StringComparison.Ordinal);
        async Task<string> Diff(string before, string after) => await Diffs.BetweenAsync(
            File, System.Text.Encoding.UTF8.GetBytes(before), System.Text.Encoding.UTF8.GetBytes(after), UnixFileMode.UserRead | UnixFileMode.UserWrite, Path.Combine(sample.Workspace.Root, "tmp", Environment.ProcessId + "-diff"), Cancel);
        var task = new CodingTask(
            "gokit.x.1", "gokit", sample.Environment.Commit, sample.Environment.Hash, TaskOrigin.Injected, TestVisibility.Hidden, "s", await Diff(correct, buggy), await Diff(buggy, correct), ["queue_test.go"],
            ["example.com/gokit.TestSumAndMax", "example.com/gokit.TestSumAndMax/negative", "example.com/gokit.TestSumAndMax/several"], [], default, new("o", "f", File, "Max", 1, 3, 8, 0, true));
        return (await new Grader(sample.Context).GradeAsync(task, answer(buggy) == buggy ? "" : await Diff(buggy, answer(buggy)), Cancel)).Verdict;
    }

    [Fact]
    public async Task Gold_resolves_empty_does_not()
    {
        (await GradeAsync(buggy => buggy.Replace("item < best", "item > best", StringComparison.Ordinal))).Reason.ShouldBe("resolved");
        (await GradeAsync(buggy => buggy)).Reason.ShouldBe("fail_to_pass");
    }

    [Fact]
    public async Task A_package_that_does_not_compile_is_not_resolved_and_not_called_forged() =>
        (await GradeAsync(buggy => buggy + "\nvar x int = \"no\"\n")).Reason.ShouldBe("fail_to_pass");

    [Theory]
    [InlineData("os.Exit(0)")]
    [InlineData("fmt.Print(\"=== RUN   TestSumAndMax\\n--- PASS: TestSumAndMax (0.00s)\\n=== RUN   TestSumAndMax/negative\\n    --- PASS: TestSumAndMax/negative (0.00s)\\nPASS\\n\"); os.Exit(0)")]
    [InlineData("panic(\"no\")")]
    public async Task Code_that_ends_the_test_process_does_not_resolve(string attack) =>
        (await GradeAsync(buggy => buggy.Replace("import \"errors\"", $"import (\n\t\"errors\"\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc init() {{ {attack} }}\n\nvar _ = fmt.Sprint\nvar _ = os.Exit\n", StringComparison.Ordinal))).Outcome.ShouldBe(VerdictOutcome.NotResolved);
}
