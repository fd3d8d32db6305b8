using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages.Reports;
using Runproof.Repositories;
using Runproof.Tasks;
using Runproof.Tests.Tasks;
using Runproof.Tests.Verification;
using Runproof.Verification;

namespace Runproof.Tests.Languages;

/// <summary>Rust, as it runs: the sample, attacks on its verdicts, and a project whose packages cannot be had.</summary>
public class RustRunTests(RustkitRepository sample) : IClassFixture<RustkitRepository>
{
    private const string Summary = "\\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SmallTask Wrap => new(sample, "src/wrap.rs", "word.chars().count() > width", "word.chars().count() >= width", "src/wrap_tests.rs", "rustkit wrap::tests::breaks_between_words", "rustkit wrap::tests::counts_characters_not_bytes");

    [Fact]
    public void The_suite_passes_steadily_and_its_tests_are_known_by_their_names()
    {
        var environment = sample.Environment;
        environment.Suites[0].Framework.ShouldBe("cargo test");
        environment.Tests.Count.ShouldBe(48);
        environment.Quarantined.ShouldBeEmpty();
        environment.Suites[0].SentinelFolders.ShouldBe(["tests"]);
        var files = environment.Tests.ToDictionary(test => test.Id, test => test.File);
        files["rustkit ring::tests::forgets_the_oldest"].ShouldBe("src/ring_tests.rs");
        files["rustkit::texts globs::a_star_fits_anything"].ShouldBe("tests/texts.rs");
    }

    [Fact]
    public void The_tests_that_reach_a_line_are_known()
    {
        var lines = sample.Context.Tree.ReadText("src/ratio.rs").Split('\n');
        var line = Array.FindIndex(lines, text => text.Contains("2 * self.numerator", StringComparison.Ordinal)) + 1;
        var tests = sample.Context.Reach.TestsFor("src/ratio.rs", line, line, 0)!;
        tests.Select(place => sample.Context.Reach.Tests[place]).ShouldBe(["rustkit::numbers rounds"]);
        sample.Context.Functions.ShouldAllBe(function => function.File.StartsWith("src/", StringComparison.Ordinal) && !function.File.EndsWith("_tests.rs", StringComparison.Ordinal));
        sample.Context.Functions.Count(function => function.IsReached).ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task Bugs_are_judged_and_a_kept_task_proves_itself()
    {
        var result = await new InjectionStage(sample.Context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(4, seed: 1, Cancel);
        result.Judged.ShouldBe(4);
        result.Rejected.Keys.ShouldNotContain(Rejection.Infrastructure);
        result.Kept.ShouldNotBeEmpty();
        var task = new TaskTable(sample.Workspace).All().First();
        task.HiddenFiles.ShouldNotBeEmpty();
        var patches = await TaskPatches.MakeAsync(sample.Context, task, Cancel);
        patches.Setup.ShouldStartWith(MovedTests.PatchOf(sample.Context.Tree.Layer));
    }

    [Fact]
    public async Task The_gold_patch_resolves_and_the_empty_diff_does_not()
    {
        var gold = await Wrap.GradeAsync(await Wrap.GoldAsync());
        gold.Reason.ShouldBe("resolved", gold.Detail);
        (await Wrap.GradeAsync("")).Reason.ShouldBe("fail_to_pass");
    }

    [Theory]
    [InlineData("std::process::exit(0)", "fail_to_pass")]
    [InlineData("{ use std::io::Write; std::io::stdout().write_all(b\"" + Summary + "\").unwrap(); std::process::exit(0) }", "forged_report")]
    [InlineData("std::panic::set_hook(Box::new(|_| { use std::io::Write; std::io::stdout().write_all(b\"" + Summary + "\").unwrap(); std::process::exit(0) }))", "forged_report")]
    public async Task Code_that_ends_the_process_of_a_test_is_found_out(string attack, string reason)
    {
        var verdict = await Wrap.GradeChangeAsync(buggy => buggy.Replace("let mut line = String::new();", $"let mut line = String::new(); {attack};", StringComparison.Ordinal));
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, reason), verdict.Detail);
    }

    [Fact]
    public Task Exported_it_is_graded_alike() => sample.IsGradedAlikeExportedAsync(Wrap);

    [Fact]
    public async Task A_macro_in_the_place_of_an_assertion_is_found_out()
    {
        var task = new SmallTask(sample, "src/ring.rs", "self.len == self.capacity()", "self.len > self.capacity()", "src/ring_tests.rs", sample.Environment.Tests.Single(test => test.Id.EndsWith("keeps_the_order_of_items", StringComparison.Ordinal)).Id);
        (await task.GradeAsync(await task.GoldAsync())).Reason.ShouldBe("resolved");
        var verdict = await task.GradeChangeAsync(buggy => buggy.Replace("#[cfg(test)]", "#[allow(unused_macros)]\nmacro_rules! assert { ($($all:tt)*) => {{}} }\n\n#[cfg(test)]", StringComparison.Ordinal));
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, "forged_report"), verdict.Detail);
    }

    [Fact]
    public async Task Tests_of_the_answer_in_the_place_of_the_hidden_ones_are_found_out()
    {
        var verdict = await Wrap.GradeChangeAsync(buggy => buggy.Replace(
            "#[path = \"wrap_tests.rs\"] mod tests;",
            "mod tests {\n" + string.Concat(new[] { "breaks_between_words", "long_words_stand_alone", "counts_characters_not_bytes", "blank_text_has_no_lines", "shortens_long_texts_only", "indents_lines_that_hold_something" }.Select(name => $"    #[test]\n    fn {name}() {{}}\n")) + "}",
            StringComparison.Ordinal));
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, "forged_report"), verdict.Detail);
    }

    [Fact]
    public async Task What_steers_the_build_is_left_out()
    {
        var diff = await Wrap.DiffAsync("build.rs", null, "fn main() { std::process::exit(0) }\n") + await Wrap.DiffAsync(".cargo/config.toml", null, "[build]\nrustc-wrapper = \"/bin/true\"\n")
            + await Wrap.DiffAsync("src/wrap_tests.rs", null, "#[test]\nfn breaks_between_words() {}\n");
        var verdict = await Wrap.GradeAsync(diff);
        verdict.Reason.ShouldBe("fail_to_pass");
        verdict.LeftOut.ShouldBe(["build.rs", ".cargo/config.toml", "src/wrap_tests.rs"], ignoreOrder: true);
    }
}
