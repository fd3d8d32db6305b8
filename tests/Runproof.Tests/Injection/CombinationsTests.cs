using Runproof.Injection;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Injection;

/// <summary>Several kept bugs in one task.</summary>
public sealed class CombinationsTests : WrittenRepositoryTests
{
    private static readonly (string, string)[] Shop =
    [
        ("pyproject.toml", "[project]\nname = \"shop\"\n"),
        ("shop/__init__.py", ""),
        ("shop/base/__init__.py", ""),
        ("shop/base/numbers.py", "def clamp(value, low, high):\n    if value < low:\n        return low\n    if value > high:\n        return high\n    return value\n\n\ndef share(part, whole):\n    if whole == 0:\n        return 0\n    return part * 100 // whole\n"),
        ("shop/price.py", "from shop.base.numbers import clamp\n\n\ndef total(items, rebate=0):\n    result = 0\n    for price, count in items:\n        result += price * count\n    return result - result * clamp(rebate, 0, 50) // 100\n\n\ndef cheapest(items):\n    best = None\n    for price, count in items:\n        if count > 0 and (best is None or price < best):\n            best = price\n    return best\n"),
        ("tests/test_numbers.py", "from shop.base.numbers import clamp, share\n\n\ndef test_inside():\n    assert clamp(5, 0, 10) == 5\n\n\ndef test_low():\n    assert clamp(-3, 0, 10) == 0\n\n\ndef test_high():\n    assert clamp(30, 0, 10) == 10\n\n\ndef test_share():\n    assert share(1, 4) == 25\n\n\ndef test_share_of_nothing():\n    assert share(3, 0) == 0\n"),
        ("tests/test_price.py", "from shop.price import cheapest, total\n\n\ndef test_total():\n    assert total([(10, 2), (5, 1)]) == 25\n\n\ndef test_rebate():\n    assert total([(100, 2)], 10) == 180\n\n\ndef test_too_much_rebate():\n    assert total([(100, 1)], 80) == 50\n\n\ndef test_cheapest():\n    assert cheapest([(7, 1), (3, 2), (9, 1)]) == 3\n\n\ndef test_sold_out():\n    assert cheapest([(7, 1), (3, 0)]) == 7\n\n\ndef test_nothing():\n    assert cheapest([]) is None\n"),
    ];

    [Fact]
    public async Task Kept_combinations_need_the_repair_of_all_their_bugs()
    {
        var shop = await OpenAsync(Shop);
        var single = await new InjectionStage(shop, SilentLog.Instance, TimeProvider.System, 2).RunAsync(16, seed: 1, Cancel);
        var stage = new CombinationStage(shop, SilentLog.Instance, TimeProvider.System, 2);
        var combined = await stage.RunAsync(9, seed: 1, Cancel);

        combined.Judged.ShouldBe(9);
        (combined.Kept.Count + combined.Rejected.Values.Sum()).ShouldBe(9);
        combined.Rejected.Keys.ShouldNotContain(Rejection.Infrastructure);
        string.Join(" ", combined.ByKind.Keys.Order()).ShouldBe("combined-file combined-function combined-path", string.Join(", ", combined.Rejected.Keys));
        var tasks = combined.Kept.Select(id => new TaskTable(shop.Workspace).Find(id)!).ToList();
        foreach (var task in tasks)
        {
            task.Origin.ShouldBe(TaskOrigin.Combined);
            task.Measurements.Parts!.Count.ShouldBe(task.Measurements.Hunks);
            task.Measurements.Parts!.ShouldAllBe(part => single.Kept.Contains(part));
            task.Measurements.Hunks.ShouldBeGreaterThan(1);
            (task.Measurements.Files > 1).ShouldBe(task.Measurements.Operator == "combined-path");
        }

        // Along a path: the diff of one file alone is a part of the repair.
        foreach (var task in tasks.Where(task => task.Measurements.Files == 2))
        {
            task.Measurements.Distance.ShouldBe(3, "from shop/base up, and down to tests");
            foreach (var part in task.GoldPatch.Split("diff --git ", StringSplitOptions.RemoveEmptyEntries))
            {
                var verdict = (await new Grader(shop).GradeAsync(task, "diff --git " + part, Cancel)).Verdict;
                (verdict.Resolved, verdict.Reason == "does_not_apply").ShouldBe((false, false), verdict.Detail);
            }
        }

        var verified = await new VerificationStage(shop.Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync([.. combined.Kept.Take(2)], 1, Cancel);
        verified.ShouldAllBe(task => task.Holds);
        var again = await stage.RunAsync(9, seed: 1, Cancel);
        (again.JudgedNow, string.Join(' ', again.Kept)).ShouldBe((0, string.Join(' ', combined.Kept)));
    }

    [Fact]
    public async Task A_combination_that_one_repair_resolves_is_refused()
    {
        // The second bug can never be seen: what it changes is what the first one leaves out.
        var context = await OpenAsync(
            ("pyproject.toml", "[project]\nname = \"one\"\n"),
            ("one.py", "def grow(x):\n    y = x + 1\n    return y\n"),
            ("test_one.py", "from one import grow\n\n\ndef test_grow():\n    assert grow(1) == 2\n\n\ndef test_zero():\n    assert grow(0) == 1\n"),
            ("test_two.py", "def test_other():\n    assert 1 + 1 == 2\n\n\ndef test_more():\n    assert 2 + 2 == 4\n"));
        var source = context.Tree.ReadText("one.py");
        BugSite Site(string before, string after, int line) => new("o", "f", "one.py", source.IndexOf(before, StringComparison.Ordinal), source.IndexOf(before, StringComparison.Ordinal) + before.Length, after, line, line, "one.py::grow@1", 1);
        await using var judge = new CandidateJudge(context, TimeProvider.System, 1);
        var (wrong, harmless) = (await judge.JudgeAsync(Bug.At(Site("x + 1", "x + 2", 2)), Cancel), Site("return y", "return +y", 3));
        wrong.Reason.ShouldBe("kept");
        var both = await judge.JudgeAsync(new([wrong.Site, harmless], [wrong.Task!, wrong.Task!]), Cancel);
        (both.Reason, both.Detail.Contains("one.py:3", StringComparison.Ordinal)).ShouldBe((Rejection.PartResolves, true), both.Detail);
    }

    [Fact]
    public void Two_changes_of_the_same_bytes_are_no_combination()
    {
        BugSite Site(int start, int end) => new("o", "f", "a.py", start, end, "x", 1, 1, "a.py", 0);
        Should.Throw<InvalidDataException>(() => Bug.At(Site(0, 4), Site(3, 6)).Apply("a.py", new byte[10]));
        Bug.At(Site(5, 6), Site(0, 2)).Apply("a.py", "0123456789"u8.ToArray()).ShouldBe("x234x6789"u8.ToArray());
    }
}
