using Runproof.Injection;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Injection;

/// <summary>What one test leaves for the next: lines whose tests depend on the order are judged by the whole suite, others by the tests that reach them.</summary>
public sealed class OrderOfTestsTests : WrittenRepositoryTests
{
    [Fact]
    public async Task A_bug_in_a_table_that_is_filled_once_is_seen_by_every_test_that_reads_it()
    {
        var context = await OpenAsync(
            ("pyproject.toml", "[project]\nname = \"shop\"\n"),
            ("shop.py", "_prices = {}\n\n\ndef fill():\n    base = 3\n    for name in ('pear', 'plum', 'fig'):\n        _prices[name] = len(name) + base\n\n\ndef price(name):\n    if not _prices:\n        fill()\n    return _prices[name]\n\n\ndef is_far(place):\n    if place > 3 and place != 5:\n        return True\n    return False\n"),
            ("tests/test_shop.py", "import shop\n\n\ndef test_pear():\n    assert shop.price('pear') == 7\n\n\ndef test_plum():\n    assert shop.price('plum') == 7\n\n\ndef test_fig():\n    assert shop.price('fig') == 6\n\n\ndef test_near():\n    assert not shop.is_far(3)\n\n\ndef test_far():\n    assert shop.is_far(4)\n\n\ndef test_five():\n    assert not shop.is_far(5)\n"));
        context.Reach.IsReachedInAnyOrder("shop.py", 5, 5, 4).ShouldBeFalse();
        context.Reach.IsReachedInAnyOrder("shop.py", 17, 17, 16).ShouldBeTrue();

        var result = await new InjectionStage(context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(12, seed: 1, Cancel);
        var tasks = result.Kept.Select(id => new TaskTable(Workspace).Find(id)!).ToList();
        var filled = tasks.Where(task => task.Measurements.Function.Contains("fill", StringComparison.Ordinal)).ToList();
        filled.ShouldContain(task => task.FailToPass.Count == 3);
        var far = tasks.Where(task => task.Measurements.Function.Contains("is_far", StringComparison.Ordinal)).ToList();
        far.ShouldNotBeEmpty();
        far.ShouldAllBe(task => task.FailToPass.Count + task.Measurements.PassToPass == 6 && task.FailToPass.Count < 3);
        (await new VerificationStage(Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync(result.Kept, 1, Cancel)).ShouldAllBe(one => one.Holds);
    }

    [Fact]
    public async Task A_test_that_fails_because_a_failing_one_left_something_behind_does_not_make_a_task_worse()
    {
        var context = await OpenAsync(
            ("pyproject.toml", "[project]\nname = \"shop\"\n"),
            ("shop.py", "def is_far(place):\n    if place > 3 and place != 5:\n        return True\n    return False\n\n\ndef half(x):\n    return x / 2\n"),
            ("tests/test_shop.py", "import shop\n\nleft = []\n\n\ndef test_far():\n    left.append('far')\n    assert shop.is_far(4)\n    left.clear()\n\n\ndef test_nothing_is_left():\n    assert not left\n\n\ndef test_half():\n    assert shop.half(4) == 2\n"));
        var result = await new InjectionStage(context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(8, seed: 1, Cancel);
        var task = result.Kept.Select(id => new TaskTable(Workspace).Find(id)!).First(task => task.Measurements.Function.Contains("is_far", StringComparison.Ordinal));
        task.FailToPass.ShouldBe(["tests/test_shop.py::test_far"]);
        var empty = (await new Grader(context).GradeAsync(task, "", Cancel)).Verdict;
        empty.Failing.ShouldContain("tests/test_shop.py::test_nothing_is_left");
        (await new VerificationStage(Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync([task.InstanceId], 1, Cancel)).ShouldAllBe(one => one.Holds);
    }
}
