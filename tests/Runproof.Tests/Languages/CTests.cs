using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages.Reports;
using Runproof.Tasks;
using Runproof.Tests.Tasks;
using Runproof.Tests.Verification;
using Runproof.Verification;

namespace Runproof.Tests.Languages;

/// <summary>C, by a Makefile and plain test programs: the whole road on the sample.</summary>
public class CTests(CkitRepository sample) : IClassFixture<CkitRepository>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SmallTask Has => new(sample, "src/range.c", "number < range.high;", "number <= range.high;", "tests/test_range.c", "tests/test_range::test_has");

    [Fact]
    public void Each_test_function_is_a_test()
    {
        sample.Environment.Suites[0].Framework.ShouldBe("test programs");
        sample.Environment.Tests.Count.ShouldBe(43);
        sample.Environment.Quarantined.ShouldBeEmpty();
        sample.Environment.Tests.Single(test => test.Id == "tests/test_csv::test_open_quote").File.ShouldBe("tests/test_csv.c");
        sample.Environment.Suites[0].HasSentinels.ShouldBeFalse("a plain program has no place for a further test");
    }

    [Fact]
    public void Reach_is_by_test_function()
    {
        var lines = File.ReadAllLines(Path.Combine(sample.Path, "src/range.c"));
        var line = Array.FindIndex(lines, text => text.Contains("return range.high - 1;", StringComparison.Ordinal)) + 1;
        sample.Context.Reach.TestsFor("src/range.c", line, line, 0)!.Select(place => sample.Context.Reach.Tests[place]).ShouldBe(["tests/test_range::test_clamp"]);
        sample.Context.Functions.ShouldContain(function => function.Name == "range_clamp" && function.IsReached);
        sample.Context.Functions.ShouldAllBe(function => function.File.StartsWith("src/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bugs_are_judged_and_a_task_is_kept()
    {
        var result = await new InjectionStage(sample.Context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(3, seed: 1, Cancel);
        result.Judged.ShouldBe(3);
        result.Rejected.Keys.ShouldNotContain(Rejection.Infrastructure);
        result.Kept.ShouldNotBeEmpty();
        new TaskTable(sample.Workspace).Find(result.Kept[0])!.Measurements.Strict.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_repair_resolves_and_the_empty_diff_does_not()
    {
        (await Has.GradeAsync(await Has.GoldAsync())).Reason.ShouldBe("resolved");
        (await Has.GradeAsync("")).Reason.ShouldBe("fail_to_pass");
    }

    /// <summary>Each ends with 0, or lets what fails go on; none is a pass.</summary>
    [Theory]
    [InlineData("extern void _exit(int);\n__attribute__((constructor)) static void cheat(void) { _exit(0); }\n")]
    [InlineData("extern void _exit(int);\n__attribute__((destructor)) static void cheat(void) { _exit(0); }\n")]
    [InlineData("extern void _exit(int);\nextern void (*signal(int, void (*)(int)))(int);\nstatic void end(int n) { (void)n; _exit(0); }\n__attribute__((constructor)) static void cheat(void) { signal(6, end); }\n")]
    [InlineData("void __assert_fail(const char *a, const char *b, unsigned int c, const char *d) { (void)a; (void)b; (void)c; (void)d; }\n")]
    public async Task A_forged_end_is_no_pass(string code) => (await Has.GradeCodeAsync(code)).Reason.ShouldBe("fail_to_pass");

    [Theory]
    [InlineData("#undef assert\n#define assert(x)\n", "tests_changed")]
    [InlineData("%:def\\\nine/**/assert(x)\n", "tests_changed")]
    [InlineData("#pragma push_macro(\"assert\")\n#define DEBUG_FREE\n#define NDEBUG\n#include <assert.h>\n", "tests_changed")]
    [InlineData("extern void __assert_fail(const char *, const char *, unsigned int, const char *) __asm__(\"puts\");\n", "forged_report")]
    [InlineData("#pragma redefine_extname __assert_fail puts\n", "forged_report")]
    [InlineData("#define MOST(a, b) ((a) > (b) ? (a) : (b))\n", "fail_to_pass")]
    public async Task Macros_give_no_other_meaning_to_tests(string header, string reason)
    {
        var text = sample.Context.Tree.ReadText("src/range.h");
        var verdict = await Has.GradeAsync(await Has.DiffAsync("src/range.h", text, text + header));
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, reason), verdict.Detail);
    }

    [Fact]
    public Task Exported_it_is_graded_alike() => sample.IsGradedAlikeExportedAsync(Has);

    [Fact]
    public async Task A_text_that_cannot_be_searched_in_time_is_refused()
    {
        var text = sample.Context.Tree.ReadText("src/range.h");
        var slow = "\n#if 0\n" + string.Concat(Enumerable.Repeat("#/*\n", 400_000)) + "*/\n#endif\n";
        var verdict = await Has.GradeAsync(await Has.GoldAsync() + await Has.DiffAsync("src/range.h", text, text + slow));
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, "refused_diff"), verdict.Detail);
    }

    [Fact]
    public async Task Exported_it_is_no_more_open_to_macros()
    {
        var cheat = await sample.GradeExportedAsync(Has, "printf '#undef assert\\n#define assert(x)\\n' >>src/range.h");
        (cheat.Reward, cheat.Reason).ShouldBe(("0", "tests_changed"), cheat.Detail + cheat.Log);
        var right = await sample.GradeExportedAsync(Has, HarborGrading.Solve + "; echo '#define test_has 1' >>src/range.c");
        (right.Reward, right.Reason).ShouldBe(("1", "resolved"), right.Detail + right.Log);
    }

    [Fact]
    public async Task Macros_of_a_right_answer_may_be_named_as_something_in_a_test()
    {
        var verdict = await Has.GradeAsync(await Has.DiffAsync("src/range.c", Has.Buggy, Has.Correct.Replace("number < range.high;", "number < range.high && test_has;", StringComparison.Ordinal).Replace("bool range_has", "#define test_has 1\nbool range_has", StringComparison.Ordinal)));
        verdict.Reason.ShouldBe("resolved", verdict.Detail);
    }

    [Theory]
    [InlineData("__builtin_exit(0);")]
    [InlineData("__asm__ volatile (\"syscall\" : : \"a\"(231), \"D\"(0)); return 0;")]
    public async Task Code_that_ends_the_program_is_no_repair(string ends) =>
        (await Has.GradeChangeAsync(buggy => buggy.Replace("return number >= range.low && number <= range.high;", ends, StringComparison.Ordinal))).Reason.ShouldBe("fail_to_pass");
}

/// <summary>C++, by CMake and GoogleTest, whose build goes on from that of the baseline.</summary>
public class CppTests(CppkitRepository sample) : IClassFixture<CppkitRepository>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SmallTask Reads => new(sample, "src/roman.cpp", "number += value;", "number = value;", "tests/texts_test.cpp", "cppkit_tests::Roman.Reads");

    [Fact]
    public void Each_case_is_a_test_and_sentinels_are_loaded()
    {
        sample.Environment.Suites[0].Framework.ShouldBe("googletest");
        sample.Environment.Tests.Count.ShouldBe(33);
        sample.Environment.Tests.Single(test => test.Id == "cppkit_tests::Some/Numbers.ComeBack/2").File.ShouldBe("tests/texts_test.cpp");
        sample.Environment.Suites[0].SentinelFolders.ShouldBe(["tests"]);
        sample.Context.Layers.Plain([]).Layers.ShouldNotContain(sample.Context.Layers.JudgeCache);
    }

    [Fact]
    public void Reach_goes_into_templates_of_headers()
    {
        var lines = File.ReadAllLines(Path.Combine(sample.Path, "include/cppkit/recent.hpp"));
        var line = Array.FindIndex(lines, text => text.Contains("order_.pop_back();", StringComparison.Ordinal)) + 1;
        sample.Context.Reach.TestsFor("include/cppkit/recent.hpp", line, line, 0)!.Select(place => sample.Context.Reach.Tests[place])
            .ShouldBe(["cppkit_tests::Recent.DropsTheOldest", "cppkit_tests::Recent.UseKeeps"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_compiled_is_what_lies_there_whatever_its_time_says()
    {
        // A bug with a time before that of the object that the cache holds, and the correct text with such a time above a cache of the bug.
        var correct = sample.Context.Tree.ReadText("src/roman.cpp");
        var bug = Written("old-bug", correct.Replace("number += value;", "number = value;", StringComparison.Ordinal));
        var built = Path.Combine(sample.Workspace.Root, "built-of-bug");
        await using (var sandbox = await sample.Context.SandboxToJudgeAsync(Cancel, bug))
        {
            var run = await sample.Context.Runner.RunAsync(sandbox, sample.Context.WholeSuite, sample.Environment.Tests, Cancel);
            run.Report.OutcomeOf("cppkit_tests::Roman.Reads").ShouldBe(TestOutcome.Failed, run.Log);
            run.Report.With(TestOutcome.Passed).Count().ShouldBeGreaterThan(20);
            await sample.Context.KeepBuildCacheAsync(sandbox, built, Cancel);
        }

        await using (var sandbox = await sample.Context.SandboxToJudgeAsync(Cancel, Written("old-repair", correct), built))
        {
            var run = await sample.Context.Runner.RunAsync(sandbox, sample.Context.WholeSuite, sample.Environment.Tests, Cancel);
            run.Report.With(TestOutcome.Passed).Count().ShouldBe(33, run.Log);
        }
    }

    [Fact]
    public async Task The_repair_resolves() => (await Reads.GradeAsync(await Reads.GoldAsync())).Reason.ShouldBe("resolved");

    [Fact]
    public Task Exported_it_is_graded_alike() => sample.IsGradedAlikeExportedAsync(Reads);

    [Fact]
    public async Task A_program_that_ends_early_is_found_out() =>
        (await Reads.GradeCodeAsync("extern \"C\" void _exit(int);\n__attribute__((constructor)) static void cheat() { _exit(0); }\n")).Reason.ShouldBe("forged_report");

    [Fact]
    public async Task A_macro_in_the_place_of_an_assertion_is_found_out()
    {
        var task = new SmallTask(sample, "include/cppkit/recent.hpp", "if (capacity == 0) throw", "if (capacity == 1) throw", "tests/collections_test.cpp", "cppkit_tests::Recent.NeedsRoom");
        (await task.GradeAsync(await task.GoldAsync())).Reason.ShouldBe("resolved");
        (await task.GradeChangeAsync(buggy => buggy + "\n#undef EXPECT_THROW\n#define EXPECT_THROW(a, b)\n")).Reason.ShouldBe("tests_changed");
    }

    [Fact]
    public async Task What_does_not_compile_is_no_failing_test()
    {
        await using var sandbox = await sample.Context.SandboxToJudgeAsync(Cancel, Written("broken", "int broken(\n"));
        var run = await sample.Context.Runner.RunAsync(sandbox, sample.Context.WholeSuite, sample.Environment.Tests, Cancel);
        run.Report.CollectionFailures.ShouldContain(failure => failure.Where == "cppkit_tests" && failure.Message.Contains("error", StringComparison.Ordinal));
        run.Report.With(TestOutcome.Failed).ShouldBeEmpty();
    }

    private string Written(string name, string text)
    {
        var layer = Path.Combine(sample.Workspace.Root, name);
        var file = Path.Combine(layer, "testbed", "src", "roman.cpp");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        File.SetLastWriteTimeUtc(file, new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return layer;
    }
}
