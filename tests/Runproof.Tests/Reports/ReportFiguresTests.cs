using Runproof.Coverage;
using Runproof.Injection;
using Runproof.Reports.Figures;
using Runproof.Tasks;

namespace Runproof.Tests.Reports;

/// <summary>The numbers of a report, on a run that was counted by hand.</summary>
public class ReportFiguresTests
{
    private static readonly ReportFigures Figures = ReportFigures.Of(HandMadeRun.Input);

    [Fact]
    public void The_funnel_tells_bugs_that_no_test_caught_from_those_lost_later()
    {
        var funnel = Figures.Funnel;
        (funnel.Places, funnel.Reached, funnel.Judged, funnel.Caught, funnel.Kept).ShouldBe((40, 25, 10, 6, 4));
        funnel.NotCaught.ShouldBe([new("not_caught", 3), new("timeout_only", 1)]);
        funnel.NotKept.ShouldBe([new("duplicate_effect", 1), new("unsteady", 1)]);
        (funnel.Judged - funnel.NotCaught.Sum(loss => loss.Count)).ShouldBe(funnel.Caught);
        (funnel.Caught - funnel.NotKept.Sum(loss => loss.Count)).ShouldBe(funnel.Kept);
    }

    [Fact]
    public void Every_reason_of_the_ledger_has_words()
    {
        var reasons = typeof(Rejection).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();
        reasons.Count.ShouldBeGreaterThan(10);
        foreach (var reason in reasons) Reasons.Of(reason).Explanation.ShouldNotBeEmpty(reason);
        Reasons.Of("one_of_tomorrow").ShouldBe(new ReasonWords("one of tomorrow", "", false));
    }

    [Fact]
    public void Yield_is_counted_by_family_and_by_operator()
    {
        Figures.Families.Select(family => (family.Family, family.Yield.Judged, family.Yield.Kept)).ShouldBe([("comparison", 6, 2), ("control", 1, 0), ("logic", 3, 2)]);
        var boundary = Figures.Families[0].Operators[0];
        (boundary.Operator, boundary.Imitates, boundary.Yield.Judged, boundary.Yield.Kept).ShouldBe(("boundary", "the last element is forgotten", 4, 1));
        boundary.Yield.Share.ShouldBe(0.25);
        boundary.Yield.SecondsEach.ShouldBe((4 + 0.05 + 0.3 + 2) / 4, 1e-9);
        Figures.Families.SelectMany(family => family.Operators).Sum(one => one.Yield.Judged).ShouldBe(10);
    }

    [Fact]
    public void Coverage_names_the_functions_that_have_no_task()
    {
        var coverage = Figures.Coverage;
        (coverage.Functions, coverage.Count).ShouldBe((6, new CoverageCount(5, 3)));
        coverage.Folders.Select(folder => (folder.Folder, folder.Count.Reached, folder.Count.WithTask)).ShouldBe([(".", 1, 1), ("src/a", 3, 2), ("src/b", 1, 0)]);
        var files = coverage.Folders[1].Files;
        files.Select(file => file.Name).ShouldBe(["one.py", "two.py"]);
        files[0].Missing.Select(function => function.Name).ShouldBe(["g"]);
        files[1].Missing.ShouldBeEmpty();
        Figures.TasksOfOtherRuns.ShouldBe(2);
    }

    [Fact]
    public void Seconds_are_shown_as_a_distribution()
    {
        var time = Figures.Time;
        time.Total.ShouldBe(25.95, 1e-9);
        time.SecondsPerTask.ShouldBe(25.95 / 4, 1e-9);
        (time.Kept.Count, time.Kept.Median, time.Kept.NinetiethPercentile, time.Kept.Longest).ShouldBe((4, 2, 4, 4));
        (time.NotKept.Count, time.NotKept.Median, time.NotKept.Longest).ShouldBe((6, 0.3, 12));
        time.Buckets.Select(bucket => (bucket.From, bucket.Kept, bucket.NotKept)).ShouldBe([(0, 0, 1), (0.1, 0, 0), (0.2, 1, 2), (0.5, 0, 0), (1, 0, 0), (2, 3, 2), (5, 0, 0), (10, 0, 1)]);
        JudgingTime.Of([]).Buckets.ShouldBeEmpty();
    }

    [Fact]
    public void Hints_say_how_far_the_tests_are_and_how_much_they_reach()
    {
        // One test stands beside the bug and reaches one function; the other reaches f, g, h and k from another folder.
        Figures.Tasks[0].Difficulty.ShouldBe(new Difficulty(2, 0, 1));
        Figures.Tasks[1].Difficulty.ShouldBe(new Difficulty(1, 3, 4));
        Figures.Tasks[2].Difficulty.ShouldBe(new Difficulty(1, null, null), "neither the file nor the reach of the test is known");
    }

    [Theory]
    [InlineData("a.py", "b.py", 0)]
    [InlineData("src/a.py", "src/b.py", 0)]
    [InlineData("src/a.py", "b.py", 1)]
    [InlineData("src/pkg/a.py", "tests/b.py", 3)]
    [InlineData("src/pkg/a.py", "src/pkg/tests/b.py", 1)]
    public void Folders_are_counted_up_and_down(string one, string other, int apart)
    {
        FolderDistance.Between(one, other).ShouldBe(apart);
        FolderDistance.Between(other, one).ShouldBe(apart);
    }

    [Fact]
    public void A_task_is_headed_by_its_statement_and_names_its_function()
    {
        (Figures.Tasks[0].Title, Figures.Tasks[0].Statement, Figures.Tasks[0].Function).ShouldBe(("`f` gives a wrong result", "It used to work.", "f"));
        (Figures.Tasks[3].Title, Figures.Tasks[3].Statement).ShouldBe(("toy.01234567.dd", "no headline here"));
    }

    [Fact]
    public void Tests_that_judge_nothing_stand_by_reason()
    {
        Figures.Quarantined.Select(group => (group.Reason, group.Tests.Count)).ShouldBe([("skipped", 2), ("cannot be collected", 1)]);
        Figures.Quarantined[1].Tests[0].ShouldBe(new QuarantinedEntry("tests/test_y.py", "No module: y"));
    }

    [Fact]
    public void Only_a_web_address_is_told_and_no_secret_of_it()
    {
        Figures.Origin.ShouldBeNull("a path belongs to the machine that ran");
        ReportFigures.Of(HandMadeRun.Input with { Environment = HandMadeRun.Input.Environment with { Location = "https://user:token@example.org/a/b.git?key=1" } }).Origin.ShouldBe("https://example.org/a/b.git");
    }

    [Fact]
    public void A_run_without_anything_has_figures()
    {
        var input = HandMadeRun.Input;
        var nothing = ReportFigures.Of(input with
        {
            Functions = [], Reach = ReachMap.Empty, Tasks = [], FunctionsWithTask = new HashSet<string>(), Result = new(0, 0, 0, 0, [], new Dictionary<string, int>(), 0, [], Runproof.Statements.StatementCounts.Of([], Runproof.Chat.ModelUsage.None)),
        });
        (nothing.Funnel.Caught, nothing.Coverage.Count.Share, nothing.Time.SecondsPerTask, nothing.Tasks.Count).ShouldBe((0, 0, 0, 0));
    }
}
