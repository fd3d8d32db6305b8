using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;
using Runproof.Tasks;
using Runproof.Tasks.Harbor;
using Runproof.Tests.Tasks;
using Runproof.Tests.Verification;
using Runproof.Verification;
using Runproof.Verification.Attacks;

namespace Runproof.Tests.Injection;

/// <summary>The whole road on a sample: bugs are injected, kept ones prove themselves, and what an agent is given does not hold the repair.</summary>
public abstract class InjectionStageTests(SampleRepository sample)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Bugs that are judged: each kept one costs a dozen runs of the suite.</summary>
    protected virtual int Count => 4;

    [Fact]
    public async Task Two_scans_find_the_same_sites_in_the_same_order()
    {
        var folder = EnvironmentLayers.Folder(sample.Workspace, sample.Environment.Hash);
        async Task<IReadOnlyList<BugSite>> ScanAsync()
        {
            foreach (var kept in Directory.EnumerateFiles(folder, "sites-*.json")) File.Delete(kept);
            return (await SiteFinder.FindAsync(sample.Context, Cancel)).Eligible;
        }

        var first = await ScanAsync();
        for (var again = 0; again < 8; again++) (await ScanAsync()).ShouldBe(first);
        first.ShouldBeUnique();
        (await SiteFinder.FindAsync(sample.Context, Cancel)).Eligible.ShouldBe(first, "what was found is kept");
        File.WriteAllText(Directory.EnumerateFiles(folder, "sites-*.json").Single(), "{");
        (await SiteFinder.FindAsync(sample.Context, Cancel)).Eligible.ShouldBe(first, "and found again when it cannot be read");
    }

    [Fact]
    public async Task Kept_tasks_prove_themselves()
    {
        var result = await new InjectionStage(sample.Context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(Count, seed: 1, Cancel);
        result.Judged.ShouldBe(Count);
        result.Kept.Count.ShouldBeGreaterThan(Count / 4);
        (result.Kept.Count + result.Rejected.Values.Sum()).ShouldBe(Count, "every candidate has a row");
        result.Rejected.Keys.ShouldNotContain(Rejection.Infrastructure);

        var tasks = new TaskTable(sample.Workspace).All().ToList();
        tasks.Select(task => task.InstanceId).Order().ShouldBe(result.Kept.Order());
        foreach (var task in tasks)
        {
            task.FailToPass.ShouldNotBeEmpty();
            task.Measurements.Strict.ShouldBeGreaterThan(0);
            task.HiddenFiles.ShouldNotBeEmpty();
            task.PassToPass(sample.Environment.Tests.Select(test => test.Id)).ShouldNotBeEmpty();
            task.ProblemStatement.Length.ShouldBeGreaterThan(40);
        }

        // Again: nothing is judged twice, and the answer is the same.
        var again = await new InjectionStage(sample.Context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(Count, seed: 1, Cancel);
        again.JudgedNow.ShouldBe(0);
        again.Kept.ShouldBe(result.Kept);

        var verified = await new VerificationStage(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync([.. tasks.Take(2).Select(task => task.InstanceId)], 1, Cancel);
        verified.ShouldAllBe(task => task.Holds);

        await The_initial_state_does_not_hold_the_repair(tasks[0]);
        await No_attack_passes(tasks[0]);
    }

    private async Task No_attack_passes(CodingTask task)
    {
        var rows = await new AttackStage(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync([task.InstanceId], Cancel);
        var language = sample.Environment.Suites[0].Language;
        rows.Select(row => row.Attack).ShouldBe(Attacks.For(language).Select(attack => attack.Id));
        rows.Count(row => row.Attack.StartsWith(language, StringComparison.Ordinal)).ShouldBeGreaterThan(5);
        rows.Where(row => row.Passed || row.Reason == AttackStage.Infrastructure).ShouldBeEmpty();

        // An attack of which nothing is graded tries nothing: some must reach the tests.
        rows.Count(row => row.Reason is "forged_report" or "tests_changed" or "fail_to_pass").ShouldBeGreaterThan(3);
        new QuarantineTable(sample.Workspace).All().ShouldBeEmpty();
    }

    private async Task The_initial_state_does_not_hold_the_repair(CodingTask task)
    {
        await using var sandbox = await InitialState.OpenAsync(sample.Context, task, Cancel);
        async Task<string> Sh(string script) => (await sandbox.ExecuteAsync(ExecRequest.Shell(script, TimeSpan.FromSeconds(60)), Cancel)).Output.Text;

        (await Sh("git rev-list --all --count; git status --porcelain; git stash list; git tag; git remote; ls .git | grep -E 'logs|ORIG_HEAD|FETCH_HEAD'")).ShouldBe("1\n");
        (await Sh("git log --format='%P' | wc -w; git fsck --full --unreachable 2>&1 | grep -c -E 'unreachable|dangling'")).ShouldBe("0\n0\n");
        foreach (var file in task.HiddenFiles) (await Sh($"test -e '{file}' || echo gone; git ls-files -- '{file}'")).ShouldBe("gone\n");

        // The correct version of the changed file, as a blob, is nowhere; nor is bytecode or a build cache that could hold it.
        var correct = await Sh($"git hash-object --stdin <<'EOF'\n{sample.Context.Tree.ReadText(task.Measurements.File)}EOF");
        (await Sh($"git cat-file -e {correct.Trim()} && echo found; true")).ShouldBe("");
        (await Sh("find / -xdev -name '*.pyc' -not -path '/usr/*' 2>/dev/null; find /opt/env /home /tmp -name '*.pyc' -o -name '*.test' 2>/dev/null")).ShouldBe("");
        var line = task.GoldPatch.Split('\n').First(text => text.StartsWith('+') && !text.StartsWith("+++", StringComparison.Ordinal) && text.Trim().Length > 12)[1..].Trim();
        var holders = await sandbox.ExecuteAsync(new(["grep", "-rlF", "--binary-files=text", "--", line, "/opt/env", "/home", "/tmp"], TimeSpan.FromSeconds(60)), Cancel);
        holders.Output.Text.ShouldBe("");
    }
}

public class PytestInjectionTests(TextkitRepository sample) : InjectionStageTests(sample), IClassFixture<TextkitRepository>
{
    protected override int Count => 10;
}

public class UnittestInjectionTests(UnitconvRepository sample) : InjectionStageTests(sample), IClassFixture<UnitconvRepository>;

public class GoInjectionTests(GokitRepository sample) : InjectionStageTests(sample), IClassFixture<GokitRepository>;

/// <summary>The one test of C# that needs a package registry.</summary>
public class DotnetInjectionTests(CskitRepository sample) : InjectionStageTests(sample), IClassFixture<CskitRepository>
{
    private SmallTask Needs => new(sample, "src/Cskit/Ledger.cs", "IsNullOrWhiteSpace", "IsNullOrEmpty", "test/Cskit.Tests/LedgerTests.cs", [.. sample.Environment.Tests.Select(test => test.Id).Where(id => id.Contains("needs_a_name") && id.Contains("\"  \""))]);

    [Fact]
    public Task Exported_it_is_graded_alike() => sample.IsGradedAlikeExportedAsync(Needs);

    [Fact]
    public async Task A_class_in_the_place_of_the_assertions_is_found_out()
    {
        (await Needs.GradeAsync(await Needs.GoldAsync())).Reason.ShouldBe("resolved");
        const string own = """
            public static class Assert
            {
                public static void True(bool value) { if (!value) throw new System.Exception(); }
                public static void False(bool value) => True(!value);
                public static void Null(object? value) => True(value is null);
                public static void Equal<T>(T a, T b) => True(a is System.Collections.IEnumerable list && a is not string ? list.Cast<object>().SequenceEqual(((System.Collections.IEnumerable)b!).Cast<object>()) : System.Collections.Generic.EqualityComparer<T>.Default.Equals(a, b));
                public static void Empty(System.Collections.IEnumerable value) => True(!value.Cast<object>().Any());
                public static void Throws<T>(System.Action action) { }
                public static void Throws<T>(System.Func<object> action) { }
            }
            """;
        var verdict = await Needs.GradeCodeAsync(own);
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, "forged_report"), verdict.Detail);
    }

    [Fact]
    public async Task Compiler_and_tests_stay_for_several_bugs()
    {
        var context = sample.Context;
        var suite = context.Environment.Suites[0];
        suite.NotWarm.ShouldBe([]);
        await using var warm = new WarmProcesses(context.Workspace.Sandboxes, context.Layers.ToJudge([]), suite);
        var tests = context.Environment.Tests.ToList();
        var source = context.Tree.ReadText("src/Cskit/Span.cs");
        async Task<TestReport?> RunAsync(string before = "", string after = "")
        {
            var start = source.IndexOf(before, StringComparison.Ordinal);
            var edit = before.Length == 0 ? null : new FileEdit("src/Cskit/Span.cs", start, start + before.Length, after);
            return (await warm.RunAsync(edit, context.Screening(tests), TestContext.Current.CancellationToken))?.Report;
        }

        async Task All_pass() => (await RunAsync())!.With(TestOutcome.Passed).Count().ShouldBe(tests.Count);

        (await RunAsync("Contains(int minute)", "Contains(long minute)")).ShouldBeNull("the tests would have to be compiled too");
        (await RunAsync("minute < End", "minute <= End"))!.With(TestOutcome.Failed).ShouldHaveSingleItem().Id.ShouldStartWith("Cskit.Tests.SpanTests.");
        await All_pass();
        (await RunAsync("End - Start;", "End + Start;"))!.With(TestOutcome.Failed).ShouldHaveSingleItem().Id.ShouldStartWith("Cskit.Tests.SpanTests.");
        var broken = (await RunAsync("End - Start;", "End - \"\";"))!.CollectionFailures.ShouldHaveSingleItem();
        broken.Where.ShouldBe("test/Cskit.Tests/Cskit.Tests.csproj");
        broken.Message.ShouldContain("CS0019");
        (await RunAsync("if (end < start)", "while (end < start) {} if (end < start)"))!.OutcomeOf("Cskit.Tests.SpanTests.A_span_cannot_end_before_it_starts").ShouldBe(TestOutcome.TimedOut);
        await All_pass();
        warm.Answers.ShouldBe(6);
    }

    [Fact]
    public async Task What_another_version_of_Runproof_compiled_is_compiled_again()
    {
        var cancel = TestContext.Current.CancellationToken;
        var layer = WorkspaceFolders.CreateTemporary(sample.Workspace.Root);
        var home = Directory.CreateDirectory(Path.Combine(layer, "env", "runproof-csharp")).FullName;
        File.WriteAllText(Path.Combine(home, "tool.dll"), "of another version");
        File.WriteAllText(Path.Combine(home, "made"), "elsewhere\n");
        await using var sandbox = await sample.Context.SandboxToJudgeAsync(cancel, layer);
        var run = await sample.Context.Runner.RunAsync(sandbox, sample.Context.WholeSuite, sample.Environment.Tests, cancel);
        run.Report.With(TestOutcome.Passed).Count().ShouldBe(sample.Environment.Tests.Count, run.Log);
    }

    [Theory]
    [InlineData("", "0", "fail_to_pass")]
    [InlineData("sh /solution/solve.sh; rm -rf test Cskit.slnx", "1", "resolved")]
    public async Task A_task_stands_alone_as_a_Harbor_folder(string answer, string reward, string reason)
    {
        var cancel = TestContext.Current.CancellationToken;
        var test = sample.Environment.Tests.Select(one => one.Id).Single(id => id.EndsWith("its_end(minute: 20, holds: False)", StringComparison.Ordinal));
        var task = await new SmallTask(sample, "src/Cskit/Span.cs", "minute < End", "minute <= End", "test/Cskit.Tests/SpanTests.cs", test).TaskAsync();
        var folder = Path.Combine(sample.Workspace.Root, "harbor");
        if (!Directory.Exists(folder)) await new HarborExport(sample.Workspace, SilentLog.Instance).WriteAsync([task], folder, cancel);
        folder = Path.Combine(folder, HarborExport.NameOf(task));
        (await File.ReadAllTextAsync(Path.Combine(folder, "environment", "Dockerfile"), cancel)).ShouldMatch(@"(?m)^ARG BASE=\S+/dotnet/sdk:\d+\.\d+\.\d+\S*$");
        var ending = await HostContainer.GradeAsync(folder, answer, sample.Workspace.Root, cancel);
        (ending.Reward, ending.Reason).ShouldBe((reward, reason), ending.Detail + ending.Log);
    }
}

public class NodeInjectionTests(JskitRepository sample) : InjectionStageTests(sample), IClassFixture<JskitRepository>;
