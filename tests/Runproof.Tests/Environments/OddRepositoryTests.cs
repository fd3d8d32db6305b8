using Runproof.Environments;
using Runproof.Languages.Reports;
using Runproof.Repositories;
using Runproof.Verification;

namespace Runproof.Tests.Environments;

/// <summary>What repositories in the wild do, in small.</summary>
public sealed class OddRepositoryTests : WrittenRepositoryTests
{
    [Fact]
    public async Task Unsteady_failing_skipped_and_order_dependent_tests_are_quarantined_by_name_and_the_rest_judges()
    {
        var environment = await BuildAsync(
            ("m.py", "def f():\n    return 1\n"),
            ("test_a.py", "import os\nimport pytest\nfrom m import f\n\n\ndef test_good():\n    assert f() == 1\n\n\ndef test_random():\n    assert os.urandom(1)[0] < 100 or os.urandom(1)[0] % 2\n\n\ndef test_never():\n    assert f() == 2\n\n\n@pytest.mark.skip\ndef test_skipped():\n    pass\n"),
            ("test_broken.py", "import nothing_like_this\n"),
            ("test_order.py", "seen = []\n\n\ndef test_1():\n    seen.append(1)\n\n\ndef test_2():\n    assert seen\n\n\ndef test_3():\n    pass\n\n\ndef test_4():\n    pass\n"));
        var reasons = environment.Quarantined.ToDictionary(test => test.Id, test => test.Reason);
        environment.Tests.Select(test => test.Id).ShouldContain("test_a.py::test_good");
        reasons["test_a.py::test_never"].ShouldBe("fails at baseline");
        reasons["test_a.py::test_skipped"].ShouldBe("skipped");
        reasons["test_broken"].ShouldStartWith("cannot be collected: ");
        environment.Tests.Select(test => test.Id).ShouldNotContain("test_a.py::test_never");
        foreach (var id in new[] { "test_order.py::test_2" }.Where(reasons.ContainsKey)) reasons[id].ShouldBe("depends on the order of tests");
    }

    [Fact]
    public async Task A_test_that_fails_at_baseline_does_not_end_the_first_look_at_a_bug()
    {
        var environment = await BuildAsync(
            ("m.py", "X = 1\n"),
            ("test_1.py", "def test_never():\n    assert False\n"),
            ("test_2.py", "from m import X\n\n\ndef test_x():\n    assert X == 1\n"));
        var context = await EnvironmentContext.OpenAsync(Workspace, environment, Cancel);
        var layer = Path.Combine(Workspace.Root, "bug");
        Directory.CreateDirectory(Path.Combine(layer, "testbed"));
        File.WriteAllText(Path.Combine(layer, "testbed", "m.py"), "X = 2\n");
        await using var sandbox = await context.SandboxToJudgeAsync(default, layer);
        var run = await context.Runner.RunAsync(sandbox, context.Screening(null), null, default);
        run.Report.With(TestOutcome.Failed).ShouldHaveSingleItem().Id.ShouldBe("test_2.py::test_x");
    }

    [Fact]
    public async Task Functions_of_JavaScript_are_named_by_where_they_are_put()
    {
        var environment = await BuildAsync(
            ("package.json", "{ \"name\": \"odd\", \"scripts\": { \"test\": \"node --test\" } }\n"),
            ("m.js", "const made = {};\nmade.twice = function (x) {\n  return 2 * x;\n};\nconst half = (x) => x / 2;\nmodule.exports = {\n  made,\n  third: function (x) {\n    return x / 3;\n  },\n  half,\n};\nmade.never = () => 1;\n"),
            ("m.test.js", "const test = require('node:test');\nconst assert = require('node:assert');\nconst { made, half, third } = require('./m');\n\ntest('all', () => assert.equal(half(made.twice(third(3))), 1));\n"));
        var context = await EnvironmentContext.OpenAsync(Workspace, environment, Cancel);
        context.Functions.Select(function => (function.Name, function.IsReached)).ShouldBe([("made.twice", true), ("half", true), ("third", true), ("made.never", false)]);
    }

    [Fact]
    public async Task Examples_in_the_code_judge_nothing_and_files_with_tests_are_kept_whatever_their_name()
    {
        var environment = await BuildAsync(
            ("pytest.ini", "[pytest]\naddopts = --doctest-modules --doctest-glob=*.rst\npython_files = check_*.py\n"),
            ("m.py", "def f():\n    \"\"\"One.\n\n    >>> f()\n    1\n    \"\"\"\n    return 1\n"),
            ("test_m.py", "def test_that_the_settings_leave_out():\n    pass\n"),
            ("guide.rst", ">>> import m\n>>> m.f()\n1\n"),
            ("check_m.py", "import pytest\nfrom m import f\n\n\n@pytest.mark.parametrize('x', ['a.b', 'c'])\ndef test_good(x):\n    assert f() == 1\n"));
        environment.Tests.Select(test => test.Id).ShouldBe(["check_m.py::test_good[a.b]", "check_m.py::test_good[c]", "guide.rst::guide.rst"], ignoreOrder: true);
        environment.Quarantined.Single().ShouldBe(new("m.py::m.f", "stands in the code that a solution changes"));
        var kept = new KeptFiles(environment.Suites, environment.Tests, new HashSet<string>());
        new[] { "check_m.py", "guide.rst", "m.py" }.Where(kept.Contains).ShouldBe(["check_m.py", "guide.rst"]);
    }

    [Fact]
    public async Task The_package_is_found_with_its_metadata_although_it_is_not_installed()
    {
        var environment = await BuildAsync(
            ("pyproject.toml", "[project]\nname = \"Odd.Name\"\ndynamic = [\"version\"]\n"),
            ("src/odd_name/__init__.py", "__version__ = \"3.1.4\"\n"),
            ("tests/test_meta.py", "import subprocess\nimport sys\nfrom importlib.metadata import version\n\nimport odd_name\n\n\ndef test_version():\n    assert version(\"odd-name\") == odd_name.__version__ == \"3.1.4\"\n\n\ndef test_in_a_process_of_its_own():\n    assert subprocess.run([sys.executable, \"-c\", \"import odd_name\"]).returncode == 0\n"));
        environment.Tests.Select(test => test.Id).ShouldBe(["tests/test_meta.py::test_version", "tests/test_meta.py::test_in_a_process_of_its_own"]);
        environment.Suites[0].SourceRoots.ShouldBe(["/testbed/src"]);
    }

    [Fact]
    public async Task Time_zone_and_locale_are_the_repositorys_own_where_it_names_them()
    {
        var environment = await BuildAsync(
            ("tox.ini", "[testenv]\nsetenv =\n    TZ = America/New_York\n"),
            ("test_zone.py", "import time\n\n\ndef test_zone():\n    assert time.tzname[0] == \"EST\"\n"));
        environment.Tests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task One_file_that_only_pytest_can_run_decides_against_what_everything_else_says()
    {
        var environment = await BuildAsync(
            ("tox.ini", "[testenv]\ncommands = python -m unittest\n"),
            ("m.py", "x = 1\n"),
            ("test_a.py", "import unittest\n\n\nclass A(unittest.TestCase):\n    def test_a(self):\n        pass\n"),
            ("test_b.py", "import unittest\n\n\nclass B(unittest.TestCase):\n    def test_b(self):\n        pass\n"),
            ("test_c.py", "import pytest\n\n\n@pytest.mark.parametrize(\"x\", [1, 2])\ndef test_c(x):\n    pass\n"));
        (environment.Suites[0].Framework, environment.Tests.Count).ShouldBe(("pytest", 4));
    }

    [Fact]
    public async Task What_configuration_says_weighs_more_than_imports_and_classes_made_by_functions_have_names()
    {
        const string made = "import unittest\n\n\ndef make(number):\n    class Made(unittest.TestCase):\n        def test_it(self):\n            self.assertTrue(number)\n\n    globals()[\"Made%d\" % number] = Made\n\n\nmake(1)\nmake(2)\n";
        var environment = await BuildAsync(("pyproject.toml", "[project]\nname = \"m\"\n"), ("m.py", "x = 1\n"), ("test_made.py", made));
        environment.Suites[0].Framework.ShouldBe("unittest");
        environment.Tests.Select(test => test.Id).ShouldBe(["test_made.Made1.test_it", "test_made.Made2.test_it"]);
        environment = await BuildAsync(("pyproject.toml", "[project]\nname = \"m\"\n\n[tool.pytest.ini_options]\n"));
        environment.Suites[0].Framework.ShouldBe("pytest");
    }

    [Fact]
    public async Task Benchmarks_are_not_run_where_nothing_names_them()
    {
        const string test = "def test_it():\n    pass\n";
        var environment = await BuildAsync(("m.py", "x = 1\n"), ("tests/test_a.py", test), ("bench/test_slow.py", test));
        environment.Tests.Select(one => one.Id).ShouldBe(["tests/test_a.py::test_it"]);
    }

    [Fact]
    public async Task Configuration_for_a_newer_pytest_counts()
    {
        const string test = "def check_it():\n    pass\n";
        var environment = await BuildAsync(
            ("pyproject.toml", "[tool.pytest]\ntestpaths = [\"tests\", \"more\"]\npython_functions = [\"check_*\", \"test_*\"]\naddopts = [\"-ra\", \"--import-mode=importlib\"]\nxfail_strict = true\n"),
            ("m.py", "x = 1\n"), ("tests/test_a.py", test), ("more/bench/test_b.py", test), ("other/test_c.py", test));
        environment.Tests.Select(one => one.Id).ShouldBe(["tests/test_a.py::check_it", "more/bench/test_b.py::check_it"]);
    }

    [Fact]
    public async Task A_go_module_that_this_go_cannot_read_is_refused_with_its_reason()
    {
        var error = await Should.ThrowAsync<InputException>(() => BuildAsync(
            ("go.mod", "module example.com/m\n\ngo 1.x\n"), ("m_test.go", "package m\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n")));
        error.Message.ShouldContain("go.mod:3");
    }

    [Fact]
    public async Task A_link_in_the_repository_is_not_followed_by_the_host()
    {
        Directory.CreateDirectory(Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, "test_link.py"), "/etc/passwd");
        var environment = await BuildAsync(("m.py", "x = 1\n"), ("test_m.py", "def test_a():\n    pass\n"));
        environment.Tests.Select(test => test.Id).ShouldBe(["test_m.py::test_a"]);
    }
}
