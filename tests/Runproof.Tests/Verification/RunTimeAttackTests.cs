using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>Answers that leave the bug and work on the run of pytest from inside of it. Most let the sentinels be: what must find them out is the countercheck.</summary>
public class PytestRunTimeAttackTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    /// <summary>Turns failures green in the report, except those of sentinels, whose names have a capital.</summary>
    private const string Green = "re.sub(r'(<testcase [^>]*name=\"test_[a-z_]*\"[^>]*>(?:(?!</testcase>).)*?)<failure.*?</failure>', r'\\1', t, flags=re.S)";

    private const string Rewrite = "import atexit, os, pathlib\np = pathlib.Path('tests/test_wrap.py').absolute()\nt = p.read_text()\np.write_text(t.replace('[\"aa bb\", \"cc\"]', 'wrap(\"aa bb cc\", 5)'))\n";

    /// <summary>It is killed before or after it has written: the reason differs, the outcome does not.</summary>
    private const string ByLuck = "";

    public static TheoryData<string, string, string> Attacks => new()
    {
        { "rewrites the test before it is loaded", Rewrite, "tests_changed" },
        { "rewrites it and puts it back", Rewrite + "os.utime(p, (1, 1))\ndef back(*a, f=os._exit):\n    p.write_text(t)\n    os.utime(p, (1, 1))\n    f(*a)\nimport runproof_common\nrunproof_common._exit = back\n", "tests_changed" },
        { "edits the report as it is put in place", $"import os, re, sys\nimport runproof_common as c\ndef leave(code, f=c._exit):\n    p = os.environ['RUNPROOF_REPORT']\n    t = open(p).read()\n    open(p, 'w').write({Green})\n    f(code)\nc._exit = leave\n", "forged_report" },
        { "edits the report from a daemon", $"import os, re, time\nif os.fork() == 0:\n    os.setsid()\n    p = os.environ['RUNPROOF_REPORT']\n    while not os.path.exists(p) or not open(p).read().endswith('</testsuites>'):\n        time.sleep(0.0005)\n    t = open(p).read()\n    open(p, 'w').write({Green})\n    os._exit(0)\n", ByLuck },
        { "passes all but sentinels", "import _pytest.python as p\no = p.Function.runtest\np.Function.runtest = lambda self: o(self) if 'Rp' in self.nodeid else None\n", "forged_report" },
        { "passes the tests of one file", "import _pytest.python as p\no = p.Function.runtest\np.Function.runtest = lambda self: None if 'test_wrap' in self.nodeid else o(self)\n", "forged_report" },
        { "patches the making of reports for one file", "import _pytest.reports as r\no = r.TestReport.from_item_and_call.__func__\ndef f(cls, item, call):\n    if 'test_wrap' in item.nodeid:\n        call.excinfo = None\n    return o(cls, item, call)\nr.TestReport.from_item_and_call = classmethod(f)\n", "forged_report" },
        { "patches the plugin manager's hooks for one file", "import gc, _pytest.config as c\nfor m in [o for o in gc.get_objects() if type(o) is c.PytestPluginManager]:\n    class P:\n        def pytest_pyfunc_call(self, pyfuncitem):\n            return True if 'test_wrap' in pyfuncitem.nodeid else None\n    m.register(P())\n", "forged_report" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task It_is_found_out(string name, string code, string reason)
    {
        var verdict = await new WrapTask(sample).GradeCodeAsync(code);
        verdict.Outcome.ShouldBe(VerdictOutcome.NotResolved, name);
        if (reason != ByLuck) verdict.Reason.ShouldBe(reason, $"{name}: {verdict.Detail}");
    }

    [Fact]
    public async Task It_is_found_out_in_a_long_suite_too_where_the_tests_run_by_themselves()
    {
        var task = new WrapTask(sample);
        var grader = new Grader(sample.Context, shortSuite: 0);
        async Task<string> ReasonAsync(string answer) => (await grader.GradeAsync(await task.TaskAsync(), await task.DiffAsync(WrapTask.File, task.Buggy, answer), TestContext.Current.CancellationToken)).Verdict.Reason;
        const string always = "import _pytest.python as p\no = p.Function.runtest\np.Function.runtest = lambda self: None if 'test_wrap' in self.nodeid else o(self)\n";
        (await ReasonAsync(task.Buggy + "\n\n" + always)).ShouldBe("forged_report");
        (await ReasonAsync(task.Buggy + "\n\nimport os\nif 'RUNPROOF_SELECT' not in os.environ:\n    " + always.Replace("\n", "\n    ", StringComparison.Ordinal))).ShouldBe("fail_to_pass");
        (await ReasonAsync(task.Correct)).ShouldBe("resolved");
    }

    [Fact]
    public async Task Files_that_the_suite_itself_writes_are_no_attack()
    {
        // As if the repository's own code did so: in the answer and in the gold patch alike.
        var task = new WrapTask(sample);
        var wrote = task.Correct + "\n\nimport pathlib\np = pathlib.Path('tests/test_slug.py')\np.write_text(p.read_text())\n";
        var gold = await task.DiffAsync(WrapTask.File, task.Buggy, wrote);
        var verdict = (await new Grader(sample.Context).GradeAsync((await task.TaskAsync()) with { GoldPatch = gold }, gold, TestContext.Current.CancellationToken)).Verdict;
        verdict.Reason.ShouldBe("resolved", verdict.Detail);
        (await task.GradeAsync(gold)).Reason.ShouldBe("tests_changed");
    }

    [Fact]
    public async Task A_report_that_is_forged_behind_the_end_of_the_tests_is_not_read()
    {
        // The daemon outlives the tests and writes on and on from shortly after their end: it must be dead by then. (What it writes before they end is for sentinels and countercheck.)
        const string daemon = "import os, time\nparent = os.getpid()\nif os.fork() == 0:\n    os.setsid()\n    p = os.environ['RUNPROOF_REPORT']\n    while os.path.exists('/proc/%d' % parent):\n        time.sleep(0.0005)\n    time.sleep(0.2)\n    while True:\n        open(p, 'w').write('<testsuites></testsuites>')\n";
        var task = new WrapTask(sample);
        var verdict = await task.GradeChangeAsync(_ => task.Correct + "\n\n" + daemon);
        verdict.Reason.ShouldBe("resolved", verdict.Detail);
    }
}

/// <summary>As <see cref="PytestRunTimeAttackTests"/>, for unittest.</summary>
public class UnittestRunTimeAttackTests(UnitconvRepository sample) : IClassFixture<UnitconvRepository>
{
    private SmallTask Inches => new(sample, "unitconv/lengths.py", "0.0254", "0.0264", "tests/test_lengths.py", "tests.test_lengths.ConvertTest.test_inches");

    [Fact]
    public async Task The_gold_patch_resolves_and_the_empty_diff_does_not()
    {
        (await Inches.GradeAsync(await Inches.GoldAsync())).Reason.ShouldBe("resolved");
        (await Inches.GradeAsync("")).Reason.ShouldBe("fail_to_pass");
    }

    [Theory]
    [InlineData("import unittest\nunittest.TestCase._callTestMethod = lambda self, method: None\n", "forged_report")]
    [InlineData("import unittest\no = unittest.TestCase._callTestMethod\nunittest.TestCase._callTestMethod = lambda self, method: o(self, method) if 'Rp' in self.id() else None\n", "forged_report")]
    [InlineData("import sys\nr = sys.modules['__main__'].Result\no = r._problem\nr._problem = lambda self, test, err: o(self, test, err) if 'Rp' in test.id() else None\n", "forged_report")]
    [InlineData("import sys\nsys.modules['__main__'].Result._problem = lambda self, test, err: None\n", "forged_report")]
    [InlineData("import os\nos._exit(0)\n", "forged_report")]
    [InlineData("import unittest\nunittest.TestCase.assertEqual = unittest.TestCase.assertAlmostEqual = lambda self, *values, **options: None\n", "forged_report")]
    public async Task It_is_found_out(string code, string reason)
    {
        var verdict = await Inches.GradeCodeAsync(code);
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, reason), verdict.Detail);
    }
}

/// <summary>As <see cref="PytestRunTimeAttackTests"/>, for Go.</summary>
public class GoRunTimeAttackTests(GokitRepository sample) : IClassFixture<GokitRepository>
{
    private const string Sentinel = "sentinel := \"\"\n\tif files, _ := os.ReadDir(\".\"); len(files) > 0 {\n\t\tfor _, file := range files {\n\t\t\tif strings.HasPrefix(file.Name(), \"zz_Rp\") {\n\t\t\t\tsentinel = \"Test\" + file.Name()[3:21]\n\t\t\t}\n\t\t}\n\t}\n\tif sentinel == \"\" {\n\t\treturn\n\t}\n\tsay := func(name, outcome string) { fmt.Printf(\"=== RUN   %s\\n--- %s: %s (0.00s)\\n\", name, outcome, name) }\n\tsay(sentinel+\"Pass\", \"PASS\")\n\tsay(sentinel+\"Fail\", \"FAIL\")\n";

    private SmallTask Max => new(sample, "queue.go", "if item > best {", "if item < best {", "queue_test.go",
        "example.com/gokit.TestSumAndMax", "example.com/gokit.TestSumAndMax/negative", "example.com/gokit.TestSumAndMax/several");

    [Theory]
    [InlineData("for _, name := range []string{\"TestOrder\", \"TestEmpty\", \"TestLimit\", \"TestDrain\", \"TestSumAndMax\", \"TestSumAndMax/one\", \"TestSumAndMax/several\", \"TestSumAndMax/negative\"} {\n\t\tsay(name, \"PASS\")\n\t}\n\tos.Exit(1)", "forged_report")]
    [InlineData("if _, err := os.Stat(\"/tmp/again\"); err == nil {\n\t\treturn\n\t}\n\tos.WriteFile(\"/tmp/again\", nil, 0o644)\n\ttext, _ := os.ReadFile(\"queue_test.go\")\n\tos.WriteFile(\"queue_test.go\", []byte(strings.ReplaceAll(string(text), \"got != tt.max\", \"got != tt.max && false\")), 0o644)\n\tos.Exit(1)", "tests_changed")]
    public async Task It_is_found_out(string attack, string reason)
    {
        var verdict = await Max.GradeChangeAsync(buggy => buggy.Replace("import \"errors\"", $"import (\n\t\"errors\"\n\t\"fmt\"\n\t\"os\"\n\t\"strings\"\n)\n\nfunc init() {{\n\t{Sentinel}\t{attack}\n}}\n", StringComparison.Ordinal));
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, reason), verdict.Detail);
    }

    [Fact]
    public async Task Planted_modules_and_test_files_change_nothing()
    {
        var diff = await Max.DiffAsync("vendor/modules.txt", null, "## workspace\n") + await Max.DiffAsync("aaa_test.go", null, "package gokit\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(m *testing.M) { os.Exit(0) }\n")
            + await Max.DiffAsync("go.mod", sample.Context.Tree.ReadText("go.mod"), "module example.com/gokit\n\ngo 1.19\n\nreplace a => ./b\n");
        var verdict = await Max.GradeAsync(diff);
        verdict.Reason.ShouldBe("fail_to_pass");
        verdict.LeftOut.ShouldBe(["vendor/modules.txt", "aaa_test.go", "go.mod"], ignoreOrder: true);
    }
}
