using Runproof.Environments;
using Runproof.Injection;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Environments;

/// <summary>Repositories with more than one language or test command.</summary>
public sealed class SuitesTests : WrittenRepositoryTests
{
    private static readonly (string, string)[] Mixed =
    [
        ("pyproject.toml", "[project]\nname = \"mixed\"\n"),
        ("mixed/__init__.py", "def larger(a, b):\n    if a > b:\n        return a\n    return b\n\n\ndef total(items):\n    result = 0\n    for item in items:\n        result += item\n    return result\n"),
        ("tests/test_larger.py", "from mixed import larger\n\n\ndef test_first():\n    assert larger(3, 1) == 3\n\n\ndef test_second():\n    assert larger(1, 3) == 3\n"),
        ("tests/test_total.py", "from mixed import total\n\n\ndef test_total():\n    assert total([1, 2, 3]) == 6\n\n\ndef test_empty():\n    assert total([]) == 0\n"),
        ("tests/test_more.py", "from mixed import total\n\n\ndef test_one():\n    assert total([7]) == 7\n"),
        ("tests/test_last.py", "from mixed import larger\n\n\ndef test_equal():\n    assert larger(2, 2) == 2\n"),
        ("tools/count/go.mod", "module example.com/count\n\ngo 1.19\n"),
        ("tools/count/count.go", "package count\n\n// Larger gives the larger one.\nfunc Larger(a, b int) int {\n\tif a > b {\n\t\treturn a\n\t}\n\treturn b\n}\n\n// Sum adds all.\nfunc Sum(items []int) int {\n\ttotal := 0\n\tfor _, item := range items {\n\t\ttotal += item\n\t}\n\treturn total\n}\n"),
        ("tools/count/larger_test.go", "package count\n\nimport \"testing\"\n\nfunc TestLarger(t *testing.T) {\n\tif got := Larger(3, 1); got != 3 {\n\t\tt.Errorf(\"got %d, want 3\", got)\n\t}\n\tif got := Larger(1, 3); got != 3 {\n\t\tt.Errorf(\"got %d, want 3\", got)\n\t}\n}\n"),
        ("tools/count/sum_test.go", "package count\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) {\n\tif got := Sum([]int{1, 2, 3}); got != 6 {\n\t\tt.Errorf(\"got %d, want 6\", got)\n\t}\n}\n\nfunc TestSumEmpty(t *testing.T) {\n\tif got := Sum(nil); got != 0 {\n\t\tt.Errorf(\"got %d, want 0\", got)\n\t}\n}\n"),
    ];

    [Fact]
    public async Task Two_languages_in_one_repository_give_tasks_in_both_and_each_judges_with_all()
    {
        var environment = await BuildAsync(Mixed);
        environment.Suites.Select(suite => (suite.Name, suite.Folder)).ShouldBe([("python", ""), ("go in tools/count", "tools/count")]);
        environment.Suites.ShouldAllBe(suite => suite.HasSentinels);
        environment.Tests.Select(test => test.Id).ShouldContain("tests/test_total.py::test_total");
        environment.Tests.Single(test => test.Id == "example.com/count.TestSum").File.ShouldBe("tools/count/sum_test.go");

        var context = await EnvironmentContext.OpenAsync(Workspace, environment, Cancel);
        context.Reach.Tests.Count.ShouldBe(9);
        var result = await new InjectionStage(context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(8, seed: 1, Cancel);
        result.Rejected.Keys.ShouldNotContain(Rejection.Infrastructure);
        var tasks = new TaskTable(Workspace).All().ToList();
        tasks.Select(task => Path.GetExtension(task.Measurements.File)).Distinct().Order().ShouldBe([".go", ".py"]);
        foreach (var task in tasks)
        {
            // A bug in one language fails tests of that language, and the tests of the other one stand guard.
            var isGo = task.Measurements.File.EndsWith(".go", StringComparison.Ordinal);
            task.FailToPass.ShouldAllBe(id => id.StartsWith("example.com/", StringComparison.Ordinal) == isGo);
            task.PassToPass(environment.Tests.Select(test => test.Id)).Any(id => id.StartsWith("example.com/", StringComparison.Ordinal) != isGo).ShouldBeTrue();
            task.Measurements.SentinelChecked.ShouldBeTrue();
        }

        var verified = await new VerificationStage(Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync([.. tasks.DistinctBy(task => Path.GetExtension(task.Measurements.File)).Select(task => task.InstanceId)], 1, Cancel);
        verified.ShouldAllBe(task => task.Holds);
    }

    [Fact]
    public async Task A_suite_that_nobody_asked_for_and_that_does_not_work_is_left_out_and_the_reason_is_told()
    {
        var environment = await BuildAsync([.. Mixed, ("tools/count/broken_test.go", "package count\n\nfunc broken( {\n")]);
        environment.Suites.Select(suite => suite.Name).ShouldBe(["python"]);
        environment.Steps.ShouldContain(step => step.StartsWith("go in tools/count is left out: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_user_names_the_suites()
    {
        var environment = await BuildAsync(
        [
            .. Mixed,
            ("runproof.toml", "[[suites]]\nlanguage = \"go\"\nfolder = \"tools/count\"\n\n[[suites]]\nname = \"larger\"\nframework = \"pytest\"\narguments = [\"tests/test_larger.py\"]\n\n[[suites]]\nname = \"total\"\nframework = \"pytest\"\narguments = [\"tests/test_total.py\"]\n"),
        ]);
        environment.Suites.Select(suite => (suite.Name, suite.Framework, suite.IdPrefix)).ShouldBe([("go in tools/count", "go test", ""), ("larger", "pytest", ""), ("total", "pytest", "total:")]);
        environment.Tests.Select(test => test.Id).Where(id => id.Contains("::", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .ShouldBe(["tests/test_larger.py::test_first", "tests/test_larger.py::test_second", "total:tests/test_total.py::test_empty", "total:tests/test_total.py::test_total"]);
        var context = await EnvironmentContext.OpenAsync(Workspace, environment, Cancel);
        (await new InjectionStage(context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(4, seed: 1, Cancel)).Kept.ShouldNotBeEmpty();
    }
}
