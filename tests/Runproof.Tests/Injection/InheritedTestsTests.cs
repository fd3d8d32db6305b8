using Runproof.Injection;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Injection;

/// <summary>Tests that stand in a class of another file than the one that the framework loads.</summary>
public sealed class InheritedTestsTests : WrittenRepositoryTests
{
    [Fact]
    public async Task They_decide_and_run_by_themselves_where_they_are_inherited()
    {
        const string mixin = "class Common:\n    make = None\n\n    def test_grows(self):\n        assert self.make()(2) == 3\n\n    def test_from_zero(self):\n        assert self.make()(0) == 1\n";
        string Derived(string name) => $"from shop import {name}\nfrom tests.common import Common\n\n\nclass Test{char.ToUpperInvariant(name[0])}{name[1..]}(Common):\n    def make(self):\n        return {name}\n";
        var context = await OpenAsync(
            ("pyproject.toml", "[project]\nname = \"shop\"\n"),
            ("shop.py", "def grow(x):\n    y = x + 1\n    return y\n\n\ndef raised(x):\n    y = 1 + x\n    return y\n"),
            ("tests/__init__.py", ""), ("tests/common.py", mixin), ("tests/test_grow.py", Derived("grow")), ("tests/test_raised.py", Derived("raised")));
        context.Environment.Tests.ShouldAllBe(test => test.File == "tests/common.py");

        var result = await new InjectionStage(context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(4, seed: 1, Cancel);
        result.Kept.ShouldNotBeEmpty();
        result.Rejected.Keys.ShouldNotContain(Rejection.Unsteady);
        var task = new TaskTable(Workspace).Find(result.Kept[0])!;
        (await new Grader(context).GradeAsync(task, task.GoldPatch, Cancel)).Verdict.Reason.ShouldBe("resolved");
    }
}
