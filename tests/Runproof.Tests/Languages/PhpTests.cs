using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Statements;
using Runproof.Tests.Tasks;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Languages;

/// <summary>The whole road on the sample, and answers that work on the run from inside of it.</summary>
public class PhpTests(PhpkitRepository sample) : AttackedSampleTests(sample), IClassFixture<PhpkitRepository>
{
    private const string Test = "Phpkit\\Tests\\IntervalTest::testBothEndsBelongToIt";

    private readonly SampleRepository _sample = sample;

    private protected override SmallTask Small => new(_sample, "src/Interval.php", "$number <= $this->last", "$number < $this->last", "tests/IntervalTest.php", Test);

    public static TheoryData<string, string, string> Attacks => new()
    {
        { "ends the process as it is loaded", "exit(0);", Any },
        { "ends it with success at its end", "register_shutdown_function(function () { exit(0); });", "fail_to_pass" },
        { "prints what a good run would print", "echo \"OK (1 test, 1 assertion)\\n\";", "fail_to_pass" },
        { "plants a report", "file_put_contents('/runproof/exchange/report', '<testsuites></testsuites>');", "fail_to_pass" },
        { "tells the log that all passes, and ends", "foreach (glob('/tmp/runproof-*/log') as $f) { file_put_contents($f, \"\\n##teamcity[testSuiteStarted name='a']\\n##teamcity[testStarted name='t' locationHint='php_qn:///testbed/tests/IntervalTest.php::\\\\Phpkit\\\\Tests\\\\IntervalTest::testBothEndsBelongToIt']\\n##teamcity[testFinished name='t' duration='1']\\n##teamcity[testSuiteFinished name='a']\\n\", FILE_APPEND); }\nexit(0);", Any },
        { "takes the place of what judges", "if (!class_exists('PHPUnit\\Framework\\Assert', false)) { eval('namespace PHPUnit\\Framework; class Assert { public static function __callStatic($a, $b) {} }'); }", "fail_to_pass" },
    };

    [Fact]
    public Task Exported_it_is_graded_alike() => _sample.IsGradedAlikeExportedAsync(Small);

    [Theory]
    [MemberData(nameof(Attacks))]
    public Task An_attack_is_found_out(string name, string code, string reason) => Is_found_out(name, code, reason);

    [Fact]
    public async Task Tests_with_attributes_data_sets_and_endless_loops()
    {
        var cancel = TestContext.Current.CancellationToken;
        _sample.Environment.Tests.Select(test => test.Id).ShouldContain("Phpkit\\Tests\\SlugTest::wordsAreJoined with data set \"nothing\"");
        _sample.Environment.Suites[0].HasSentinels.ShouldBeTrue();
        var layer = Path.Combine(_sample.Workspace.Root, "endless");
        Directory.CreateDirectory(Path.Combine(layer, "testbed", "src"));
        File.WriteAllText(Path.Combine(layer, "testbed", "src", "Slug.php"), _sample.Context.Tree.ReadText("src/Slug.php").Replace("$number++;", "$number += 0;", StringComparison.Ordinal).Replace("'untitled'", "'unnamed'", StringComparison.Ordinal));
        await using var sandbox = await _sample.Context.SandboxToJudgeAsync(cancel, layer);
        var run = await _sample.Context.Runner.RunAsync(sandbox, _sample.Context.WholeSuite with { Behaviour = true }, _sample.Environment.Tests, cancel);
        run.Report.OutcomeOf("Phpkit\\Tests\\SlugTest::takenOnesAreCountedFromTwo").ShouldBe(TestOutcome.TimedOut);
        run.Report.With(TestOutcome.Passed).Count().ShouldBe(_sample.Environment.Tests.Count - 2, "what comes behind it runs in another process");
        var told = Behaviour.ReadLines(run.Behaviour).ShouldHaveSingleItem();
        (told.Kind, told.Call, told.Actual, told.Expected).ShouldBe((BehaviourKind.Value, "(new Slug())->of($title)", "'unnamed'", "'untitled'"));
    }
}

/// <summary>What of PHP is decided on this side of the sandbox.</summary>
public class PhpProfileTests
{
    [Theory]
    [InlineData("    public function testAdds(): void\n    {\n", "testAdds")]
    [InlineData("    function test_adds($a = array(1, 2)) {", "test_adds")]
    [InlineData("    final public static function adds(): ?\\Kit\\A\n    {", "adds")]
    [InlineData("    abstract public function adds(): void;", null)]
    public void A_test_is_made_to_fail_at_its_head(string code, string? name)
    {
        var rule = LanguageProfiles.Named("php").Frameworks[0].Failing!;
        var head = rule.Declaration.Match(code);
        (head.Success ? head.Groups["name"].Value : null).ShouldBe(name);
        if (head.Success) rule.Declaration.Replace(code, rule.Replacement).ShouldEndWith("{ \\PHPUnit\\Framework\\Assert::assertSame({b}, {a});" + (code.EndsWith('\n') ? "\n" : ""));
    }

    [Theory]
    [InlineData("Kit\\ATest::testAdds", "testAdds")]
    [InlineData("Kit\\ATest::testAdds with data set \"a::b\"", "testAdds")]
    public void The_method_is_found_in_a_test_id(string id, string name) =>
        LanguageProfiles.Named("php").Frameworks[0].Failing!.Function.Match(id).Groups["name"].Value.ShouldBe(name);
}
