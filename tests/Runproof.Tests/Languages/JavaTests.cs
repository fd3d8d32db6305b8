using Runproof.Environments;
using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Statements;
using Runproof.Tests.Injection;
using Runproof.Tests.Tasks;
using Runproof.Tests.Verification;
using Runproof.Verification;

namespace Runproof.Tests.Languages;

public sealed class JavakitRepository() : SampleRepository("javakit");

/// <summary>The whole road on the sample, with what is special to Java.</summary>
public class JavaInjectionTests(JavakitRepository sample) : InjectionStageTests(sample), IClassFixture<JavakitRepository>
{
    private const string Span = "src/main/java/javakit/Span.java";
    private const string Broken = "last - first";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SmallTask Length => new(sample, Span, "last - first + 1", Broken, "src/test/java/javakit/SpanTest.java", "javakit.SpanTest.countsBothEnds");

    /// <summary>Code that runs when the class is initialized.</summary>
    private Task<Verdict> WithInitializerAsync(string code) => Length.GradeChangeAsync(buggy => buggy.Replace("public int length()", $"static {{ {code} }}\n\n    public int length()", StringComparison.Ordinal));

    [Fact]
    public void Tests_of_both_generations_are_found_with_cases_and_inner_classes()
    {
        sample.Environment.Quarantined.ShouldBeEmpty();
        sample.Environment.Suites.ShouldHaveSingleItem().HasSentinels.ShouldBeTrue();
        var tests = sample.Environment.Tests.ToDictionary(test => test.Id);
        tests["javakit.CacheTest.needsRoom"].File.ShouldBe("src/test/java/javakit/CacheTest.java");
        tests["javakit.MoneyTest.formats(long, String)[5]"].File.ShouldBe("src/test/java/javakit/MoneyTest.java");
        tests["javakit.MoneyTest$Split.splitsDebts"].File.ShouldBe("src/test/java/javakit/MoneyTest.java");
        tests.Keys.ShouldContain("javakit.LinesTest.knowsPalindromes[2]");
        tests.Count.ShouldBe(57);
    }

    [Fact]
    public void What_tests_reach_is_known_by_line()
    {
        var (reach, lines) = (sample.Context.Reach, sample.Context.Tree.ReadText(Span).Split('\n'));
        IEnumerable<string> Reaching(string text) => reach.TestsFor(Span, Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal)) + 1, Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal)) + 1, 1)!.Select(test => reach.Tests[test]);
        Reaching("return last - first + 1;").ShouldBe(["javakit.SpanTest.countsBothEnds"]);
        Reaching("return new Span(first + days").ShouldBe(["javakit.SpanTest.moves"]);
        Reaching("Optional.of(new Span(Math.max(").ShouldBe(["javakit.SpanTest.findsCommonDays"]);
    }

    [Fact]
    public async Task A_right_answer_resolves_and_an_empty_one_does_not()
    {
        var right = await Length.GradeAsync(await Length.GoldAsync());
        right.Reason.ShouldBe("resolved", right.Detail);
        (await Length.GradeChangeAsync(buggy => buggy.Replace(Broken, "1 + last - first", StringComparison.Ordinal))).Reason.ShouldBe("resolved");
        (await Length.GradeAsync("")).Reason.ShouldBe("fail_to_pass");
    }

    [Fact]
    public Task Exported_it_is_graded_alike() => sample.IsGradedAlikeExportedAsync(Length);

    [Fact]
    public async Task Ending_the_process_and_planted_reports_do_not_resolve()
    {
        (await WithInitializerAsync("Runtime.getRuntime().halt(0);")).Outcome.ShouldBe(VerdictOutcome.NotResolved);
        (await WithInitializerAsync("Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0))); System.exit(0);")).Outcome.ShouldBe(VerdictOutcome.NotResolved);
        var cases = string.Concat(sample.Environment.Tests.Select(test => $"<testcase classname='x' name='y'><properties><property name='nodeid' value='{test.Id}'/></properties></testcase>"));
        var forged = await WithInitializerAsync($"try {{ java.nio.file.Files.writeString(java.nio.file.Path.of(\"/runproof/exchange/report\"), \"<testsuites><testsuite>{cases}</testsuite></testsuites>\"); }} catch (java.io.IOException e) {{ }} ProcessHandle.current().parent().get().destroyForcibly(); Runtime.getRuntime().halt(0);");
        (forged.Outcome, forged.Reason).ShouldBe((VerdictOutcome.NotResolved, "forged_report"), forged.Detail);
    }

    [Fact]
    public async Task Tests_that_are_replaced_as_they_run_are_found_out()
    {
        // The compiled test is put in the place of one that checks nothing, as soon as any code runs: the classes are loaded already.
        const string replace = "try { java.nio.file.Files.delete(java.nio.file.Path.of(\"/opt/env/java/build/root/test/javakit/SpanTest.class\")); java.nio.file.Files.writeString(java.nio.file.Path.of(\"src/test/java/javakit/SpanTest.java\"), \"\"); } catch (java.io.IOException e) { }";
        (await WithInitializerAsync(replace)).Outcome.ShouldBe(VerdictOutcome.NotResolved);

        // Classes with the framework's names are not taken for the framework's, neither when tests are compiled nor when they run.
        const string shadow = "package org.junit.jupiter.api;\n\npublic class Assertions {\n    public static void assertEquals(Object a, Object b) {}\n    public static void assertTrue(boolean a) {}\n    public static void assertFalse(boolean a) {}\n}\n";
        (await Length.GradeAsync(await Length.DiffAsync("src/main/java/org/junit/jupiter/api/Assertions.java", null, shadow))).Reason.ShouldBe("fail_to_pass");
        var steering = await Length.GradeAsync(await Length.DiffAsync("src/main/resources/META-INF/services/org.junit.platform.launcher.TestExecutionListener", null, "javakit.Span\n"));
        (steering.Reason, steering.LeftOut.Count).ShouldBe(("fail_to_pass", 1));
    }

    [Fact]
    public async Task Compiler_and_tests_stay_for_several_bugs()
    {
        var context = sample.Context;
        var suite = context.Environment.Suites[0];
        suite.NotWarm.ShouldBe([]);
        await using var warm = new WarmProcesses(context.Workspace.Sandboxes, context.Layers.ToJudge([]), suite);
        var tests = context.Environment.Tests.ToList();
        var source = context.Tree.ReadText(Span);
        async Task<TestReport?> RunAsync(string before = "", string after = "")
        {
            var start = source.IndexOf(before, StringComparison.Ordinal);
            var edit = before.Length == 0 ? null : new FileEdit(Span, start, start + before.Length, after);
            return (await warm.RunAsync(edit, context.Screening(tests), Cancel))?.Report;
        }

        async Task All_pass() => (await RunAsync())!.With(TestOutcome.Passed).Count().ShouldBe(tests.Count);

        (await RunAsync("contains(int day)", "contains(long day)")).ShouldBeNull("others would have to be compiled too");
        (await RunAsync("day <= last", "day < last"))!.With(TestOutcome.Failed).ShouldHaveSingleItem().Id.ShouldBe("javakit.SpanTest.containsItsDays(int)[3]");
        await All_pass();
        (await RunAsync("last - first + 1", Broken))!.With(TestOutcome.Failed).ShouldHaveSingleItem().Id.ShouldBe("javakit.SpanTest.countsBothEnds");
        var broken = (await RunAsync("last - first + 1", "\"\""))!.CollectionFailures.ShouldHaveSingleItem();
        (broken.Where, broken.Message.Contains("incompatible types", StringComparison.Ordinal)).ShouldBe(("main", true), broken.Message);
        (await RunAsync("return last - first", "while (last >= first) {} return last - first"))!.OutcomeOf("javakit.SpanTest.countsBothEnds").ShouldBe(TestOutcome.TimedOut);
        await All_pass();
    }

    [Fact]
    public async Task A_plain_run_compiles_again_what_a_constant_or_a_signature_changes_and_tells_behaviour()
    {
        async Task<SuiteRun> RunAsync(params (string File, string Right, string Wrong)[] changes)
        {
            var layer = WorkspaceFolders.CreateTemporary(sample.Workspace.Root);
            foreach (var (file, right, wrong) in changes)
            {
                var path = Path.Combine(layer, "testbed", file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllTextAsync(path, sample.Context.Tree.ReadText(file).Replace(right, wrong, StringComparison.Ordinal), Cancel);
            }

            await using var sandbox = await sample.Context.SandboxToJudgeAsync(Cancel, layer);
            return await sample.Context.Runner.RunAsync(sandbox, sample.Context.WholeSuite with { Behaviour = true }, sample.Environment.Tests, Cancel);
        }

        var wider = await RunAsync((Span, "boolean contains(int day)", "boolean contains(long day)"));
        wider.Report.With(TestOutcome.Passed).Count().ShouldBe(sample.Environment.Tests.Count, wider.Log);
        var gone = await RunAsync((Span, "public Span moved", "public Span shifted"));
        gone.Report.CollectionFailures.ShouldHaveSingleItem().Where.ShouldBe("tests");
        gone.Report.With(TestOutcome.Passed).ShouldBeEmpty();

        var wrong = await RunAsync((Span, "last - first + 1", Broken), ("src/main/java/javakit/Cache.java", "if (capacity < 1)", "if (capacity < 0)"));
        var behaviours = Behaviour.ReadLines(wrong.Behaviour).ToDictionary(one => one.Test);
        var length = behaviours["javakit.SpanTest.countsBothEnds"];
        (length.Call, length.Actual, length.Expected, length.SetUp.Single()).ShouldBe(("week.length()", "6", "7", "Span week = new Span(1, 7);"));
        var room = behaviours["javakit.CacheTest.needsRoom"];
        (room.Kind, room.Expected, room.Call).ShouldBe((BehaviourKind.NotRaised, "IllegalArgumentException", "new Cache<String, String>(0, key -> key)"));
    }
}

/// <summary>What of Java is decided on this side of the sandbox.</summary>
public sealed class JavaTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private RepositoryTree Tree(params (string Path, string Content)[] files) =>
        new(_bench.Layer(Guid.NewGuid().ToString("N"), [.. files.Select(file => ("testbed/" + file.Path, file.Content))]), [.. files.Select(file => file.Path)]);

    [Theory]
    [InlineData("pom.xml", "")]
    [InlineData("build.gradle.kts", "")]
    [InlineData("java/pom.xml", "java")]
    [InlineData("README.md", "")]
    public void Tests_run_where_the_outermost_project_lies(string project, string folder)
    {
        var detected = Detection.Of(Tree((project, ""), ("java/core/pom.xml", ""), ("java/core/src/test/java/ATest.java", "import org.junit.jupiter.api.Test;\nclass ATest { @Test void a() {} }")), ProjectOptions.None)[0];
        (detected.Profile.Name, detected.Framework.Name).ShouldBe(("java", "junit"));
        detected.Folder.ShouldBe(project == "README.md" ? "java/core" : folder);
    }

    [Theory]
    [InlineData("    @Test\n    void adds() {\n", "adds")]
    [InlineData("    public void testAdds() throws IOException, InterruptedException {", "testAdds")]
    [InlineData("    @Test public final void takes(@TempDir(cleanup = NEVER) Path folder, final int b)\n        throws Exception\n    {", "takes")]
    [InlineData("    Stream<DynamicTest> made() {", null)]
    [InlineData("    abstract void later();", null)]
    [InlineData("    ATest() {", null)]
    public void A_test_is_made_to_fail_at_the_head_of_its_body(string code, string? name)
    {
        foreach (var framework in LanguageProfiles.Named("java").Frameworks)
        {
            var head = framework.Failing!.Declaration.Match(code);
            (head.Success ? head.Groups["name"].Value : null).ShouldBe(name);
        }
    }

    [Theory]
    [InlineData("a.b.CTest.adds", "adds")]
    [InlineData("a.b.CTest$Inner.adds(int, String)[2]", "adds")]
    [InlineData("a.b.CTest.adds[1: x.y(z)]", "adds")]
    [InlineData("a.b.CTest.made[1][2]", "made")]
    public void The_method_is_found_in_a_test_id(string id, string name) => LanguageProfiles.Named("java").Frameworks[0].Failing!.Function.Match(id).Groups["name"].Value.ShouldBe(name);

    [Theory]
    [InlineData("src/main/java/a/Core.java", true)]
    [InlineData("core/src/main/java/a/TestResult.java", true)]
    [InlineData("src/test/java/a/Helper.java", false)]
    [InlineData("src/a/CoreTest.java", false)]
    [InlineData("src/main/java/module-info.java", false)]
    [InlineData("target/generated-sources/a/X.java", false)]
    public void Product_files_are_told_apart(string path, bool isProduct) => LanguageProfiles.Named("java").Files.IsProduct(path).ShouldBe(isProduct);
}
