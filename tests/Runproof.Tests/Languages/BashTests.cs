using Runproof.Injection;
using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;
using Runproof.Statements;
using Runproof.Tasks;
using Runproof.Tests.Tasks;
using Runproof.Tests.Verification;
using Runproof.Verification;

namespace Runproof.Tests.Languages;

/// <summary>Libraries of Bash with tests of Bats, each in a process of its own.</summary>
public class BashTests(BashkitRepository sample) : IClassFixture<BashkitRepository>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SmallTask Pad => new(sample, "lib/text.sh", "\"$missing\" -le 0", "\"$missing\" -le 2", "test/text.bats", "test/text.bats > pad fills at the right", "test/text.bats > pad fills at the left");

    [Fact]
    public void Tests_have_the_names_of_file_and_title()
    {
        sample.Environment.Suites[0].Framework.ShouldBe("bats");
        sample.Environment.Tests.Count.ShouldBe(40);
        sample.Environment.Quarantined.ShouldBeEmpty();
        sample.Environment.Tests.ShouldAllBe(test => test.File == test.Id.Split(" > ", 2)[0]);
        sample.Environment.Suites[0].HasSentinels.ShouldBeTrue();
    }

    [Fact]
    public void Reach_is_by_line_and_test() =>
        LuaSuitesTests.Reaching(sample.Context, "lib/version.sh", "unknown part").ShouldBe(["test/version.bats > refuses other parts"]);

    [Fact]
    public async Task Kept_tasks_prove_themselves()
    {
        var result = await new InjectionStage(sample.Context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(2, seed: 1, Cancel);
        result.Kept.ShouldNotBeEmpty();
        result.Rejected.Keys.ShouldNotContain(Rejection.Infrastructure);
        (await new VerificationStage(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync([result.Kept[0]], 1, Cancel)).ShouldAllBe(task => task.Holds);
    }

    [Fact]
    public async Task The_gold_patch_resolves_and_the_empty_diff_does_not()
    {
        (await Pad.GradeAsync(await Pad.GoldAsync())).Reason.ShouldBe("resolved");
        (await Pad.GradeAsync("")).Reason.ShouldBe("fail_to_pass");
    }

    [Theory]
    [InlineData("exit 0", "forged_report")]
    [InlineData("for i in {1..60}; do echo \"ok $i pad fills at the right\" >&3; echo \"ok $i pad fills at the right\"; done", "")]
    [InlineData("trap - EXIT ERR DEBUG; echo 'ok 1 x' >&3; exit 0", "forged_report")]
    public async Task It_is_found_out(string code, string reason)
    {
        var verdict = await Pad.GradeChangeAsync(buggy => code + "\n" + buggy);
        verdict.Outcome.ShouldBe(VerdictOutcome.NotResolved, verdict.Detail);
        if (reason.Length > 0) verdict.Reason.ShouldBeOneOf(reason, "fail_to_pass");
    }

    [Fact]
    public Task Exported_it_is_graded_alike() => sample.IsGradedAlikeExportedAsync(Pad);

    [Fact]
    public async Task A_command_that_the_countercheck_does_not_fail_by_is_tried_too()
    {
        var task = new SmallTask(sample, "lib/list.sh", "  return 1\n}\n\n# The place", "  return 2\n}\n\n# The place", "test/list.bats", "test/list.bats > contains does not find");
        (await task.GradeAsync(await task.GoldAsync())).Reason.ShouldBe("resolved");
        (await task.GradeChangeAsync(buggy => buggy + "\nfunction [ { if builtin [ \"$2\" = -eq ]; then return 0; fi; builtin [ \"$@\"; }\n")).Reason.ShouldBe("forged_report");
    }

    [Fact]
    public async Task Failures_say_what_was_run_and_loops_are_cut()
    {
        await using var sandbox = await sample.Context.SandboxToJudgeAsync(Cancel);
        await sandbox.ExecuteAsync(ExecRequest.Shell("sed -i 's/-le 0/-le 2/; s/i < times; i++/i <= times; i++/' lib/text.sh; sed -i 's/  local total=0 item/  while :; do :; done/' lib/list.sh", TimeSpan.FromSeconds(20)), Cancel);
        var run = await sample.Context.Runner.RunAsync(sandbox, sample.Context.WholeSuite with { Behaviour = true }, null, Cancel);
        var behaviours = Behaviour.ReadLines(run.Behaviour).ToDictionary(one => one.Test.Split(" > ")[^1]);
        (behaviours["repeat"].Call, behaviours["repeat"].Expected).ShouldBe(("repeat ab 3", "[ \"$output\" = \"ababab\" ]"));
        run.Report.OutcomeOf("test/list.bats > sum").ShouldBe(TestOutcome.TimedOut);
        run.Report.OutcomeOf("test/list.bats > largest").ShouldBe(TestOutcome.Passed);
    }

    [Theory]
    [InlineData("@test \"pad fills\" {", "pad fills")]
    [InlineData("  @test 'pad fills' { run pad", "pad fills")]
    [InlineData("@test $'odd' {", null)]
    public void A_test_is_made_to_fail_at_the_head_of_its_body(string code, string? name)
    {
        var head = LanguageProfiles.Named("bash").Frameworks[0].Failing!.Declaration.Match(code);
        (head.Success ? head.Groups["name"].Value : null).ShouldBe(name);
    }
}
