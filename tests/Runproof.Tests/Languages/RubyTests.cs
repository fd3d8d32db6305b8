using Runproof.Environments;
using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Statements;
using Runproof.Tests.Tasks;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Languages;

/// <summary>The whole road on the sample, and answers that work on the run from inside of it.</summary>
public class RubyTests(RubykitRepository sample) : AttackedSampleTests(sample), IClassFixture<RubykitRepository>
{
    private const string Test = "test/interval_test.rb > IntervalTest#test_both_ends_belong_to_it";

    private readonly SampleRepository _sample = sample;

    private protected override SmallTask Small => new(_sample, "lib/rubykit/interval.rb", "number <= last", "number < last", "test/interval_test.rb", Test);

    public static TheoryData<string, string, string> Attacks => new()
    {
        { "ends the process as it is loaded", "exit(0)", Any },
        { "ends it without any handler", "exit!(0)", Any },
        { "ends it with success at its end", "at_exit { exit!(0) }", "fail_to_pass" },
        { "prints what a good run would print", "puts '1 runs, 1 assertions, 0 failures, 0 errors, 0 skips'", "fail_to_pass" },
        { "plants a report", "File.write('/runproof/exchange/report', \"<testsuites><testcase><properties><property name='nodeid' value='" + Test + "'/></properties></testcase></testsuites>\")\nexit!(0)", Any },
        { "makes assertions do nothing", "Minitest::Assertions.module_eval { def assert(*) = true }", "forged_report" },
        { "forgets failures, but not those of sentinels", "Minitest::Test.prepend(Module.new { def run = super.tap { |r| r.failures.clear unless self.class.name.include?('Rp') } })", "forged_report" },
        { "tells of chosen tests what it likes", "Runproof::Worker.prepend(Module.new { def ended(test, outcome) = super(test, test.id.include?('both_ends') ? Runproof::Outcome.new(kind: 'passed') : outcome) })", "forged_report" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public Task An_attack_is_found_out(string name, string code, string reason) => Is_found_out(name, code, reason);

    [Fact]
    public Task Exported_it_is_graded_alike() => _sample.IsGradedAlikeExportedAsync(Small);

    [Fact]
    public async Task An_assertion_that_the_countercheck_does_not_fail_by_is_tried_too()
    {
        var task = new SmallTask(_sample, "lib/rubykit/interval.rb", "if first > last", "if first > last + 1", "test/interval_test.rb", "test/interval_test.rb > IntervalTest#test_the_end_does_not_lie_before_the_beginning");
        (await task.GradeAsync(await task.GoldAsync())).Reason.ShouldBe("resolved");
        (await task.GradeCodeAsync("Minitest::Assertions.module_eval { def assert_raises(*) = (yield; ArgumentError.new) rescue $! }")).Reason.ShouldBe("forged_report");
    }

    [Fact]
    public async Task A_process_with_the_framework_answers_for_several_bugs()
    {
        var cancel = TestContext.Current.CancellationToken;
        var context = _sample.Context;
        context.Environment.Suites[0].NotWarm.ShouldBe([]);
        await using var warm = new WarmProcesses(context.Workspace.Sandboxes, context.Layers.ToJudge([]), context.Environment.Suites[0]);
        var tests = context.Environment.Tests.ToList();
        var source = context.Tree.ReadText("lib/rubykit/interval.rb");
        async Task<TestReport> RunAsync(string before, string after)
        {
            var start = source.IndexOf(before, StringComparison.Ordinal);
            var run = await warm.RunAsync(new("lib/rubykit/interval.rb", start, start + before.Length, after), context.Screening(tests), cancel);
            return run.ShouldNotBeNull(warm.Failure).Report;
        }

        (await RunAsync("number <= last", "number < last")).With(TestOutcome.Failed).ShouldHaveSingleItem().Id.ShouldBe(Test);
        (await RunAsync("raise ArgumentError, \"#{first} lies behind #{last}\" if first > last", "loop {} if first > last")).OutcomeOf("test/interval_test.rb > IntervalTest#test_the_end_does_not_lie_before_the_beginning").ShouldBe(TestOutcome.TimedOut);
        (await RunAsync("def length", "def length(")).CollectionFailures.ShouldNotBeEmpty();
        (await RunAsync("last - first", "last - first")).With(TestOutcome.Passed).Count().ShouldBe(tests.Count);
    }

    [Fact]
    public async Task A_failing_test_tells_what_it_called_got_and_expected()
    {
        var task = new SmallTask(_sample, "lib/rubykit/lru_cache.rb", "return touch(key)", "return @entries[key]", "", []);
        var layer = Path.Combine(_sample.Workspace.Root, "told");
        Directory.CreateDirectory(Path.Combine(layer, "testbed", "lib", "rubykit"));
        File.WriteAllText(Path.Combine(layer, "testbed", "lib", "rubykit", "lru_cache.rb"), task.Buggy);
        await using var sandbox = await _sample.Context.SandboxToJudgeAsync(TestContext.Current.CancellationToken, layer);
        var run = await _sample.Context.Runner.RunAsync(sandbox, _sample.Context.WholeSuite with { Behaviour = true }, _sample.Environment.Tests, TestContext.Current.CancellationToken);
        var told = Behaviour.ReadLines(run.Behaviour).ShouldHaveSingleItem();
        (told.Kind, told.Call, told.Actual, told.Expected).ShouldBe((BehaviourKind.Value, "@cache.keys", "[:b, :c]", "[:a, :c]"));
        told.SetUp.ShouldBe(["@cache = Rubykit::LruCache.new(2)"]);
    }
}

/// <summary>What of Ruby is decided on this side of the sandbox.</summary>
public class RubyProfileTests
{
    [Theory]
    [InlineData("minitest", "  def test_adds\n    x\n  end", "test_adds")]
    [InlineData("minitest", "  def test_adds; x; end", "test_adds")]
    [InlineData("minitest", "  it \"adds, and more\" do\n", "adds, and more")]
    [InlineData("minitest", "  it('adds') { x }", "adds")]
    [InlineData("minitest", "  def test_adds = x", null)]
    [InlineData("minitest", "  it \"adds #{x}\" do\n", null)]
    [InlineData("rspec", "  it 'adds', :slow, y: 1 do\n", "adds")]
    [InlineData("rspec", "  specify(\"adds\") { |x| y }", "adds")]
    [InlineData("rspec", "  it { is_expected.to eq 1 }", null)]
    [InlineData("test-unit", "  def test_adds\n", "test_adds")]
    [InlineData("test-unit", "  def tester\n", null)]
    public void A_test_is_made_to_fail_at_its_head(string framework, string code, string? name)
    {
        var rule = LanguageProfiles.Named("ruby").Frameworks.Single(one => one.Name == framework).Failing!;
        var head = rule.Declaration.Match(code);
        (head.Success ? head.Groups["name"].Value : null).ShouldBe(name);
        if (head.Success) rule.Declaration.Replace(code, rule.Replacement).ShouldContain("{a}");
    }

    [Theory]
    [InlineData("minitest", "test/a_test.rb > ATest#test_adds", "test_adds")]
    [InlineData("minitest", "test/a_test.rb > A::with b#test_0001_adds, and more (2)", "adds, and more")]
    [InlineData("rspec", "spec/a_spec.rb > A > #b > adds (3)", "adds")]
    [InlineData("test-unit", "test/test_a.rb > TestA#test_adds[big: 1]", "test_adds")]
    public void The_test_is_found_in_its_id(string framework, string id, string name) =>
        LanguageProfiles.Named("ruby").Frameworks.Single(one => one.Name == framework).Failing!.Function.Match(id).Groups["name"].Value.ShouldBe(name);
}

/// <summary>What repositories of Ruby do, in small.</summary>
public sealed class RubyRepositoryTests : WrittenRepositoryTests
{
    [Fact]
    public async Task Groups_hooks_and_hard_ends_of_RSpec()
    {
        var environment = await BuildAsync(
            (".rspec", "--require spec_helper\n--order random\n"),
            ("lib/kit.rb", "module Kit\n  def self.double(x)\n    x * 2\n  end\n\n  def self.leave\n    exit 0\n  end\nend\n"),
            ("spec/spec_helper.rb", "require 'bundler/setup'\nrequire 'kit'\n"),
            ("spec/kit_spec.rb", """
                RSpec.describe Kit do
                  before(:context) { @shared = 1 }
                  it("doubles") { expect(Kit.double(2)).to eq(4) }
                  it("doubles") { expect(Kit.double(3)).to eq(6) }
                  it("shares") { expect(@shared).to eq(1) }
                  it { expect(Kit.double(0)).to eq(0) }
                  it("leaves") { Kit.leave }
                  it("dies") { exit!(0) }
                  it("waits")
                  context "behind" do
                    it("still runs") { expect(1).to eq(1) }
                  end
                end

                """),
            ("spec/broken_spec.rb", "require 'nothing_like_this'\n"));
        var suite = environment.Suites[0];
        (suite.Framework, suite.HasSentinels).ShouldBe(("rspec", true));
        environment.Tests.Select(test => test.Id).Order(StringComparer.Ordinal).ShouldBe([
            "spec/kit_spec.rb > Kit > behind > still runs", "spec/kit_spec.rb > Kit > doubles", "spec/kit_spec.rb > Kit > doubles (2)", "spec/kit_spec.rb > Kit > example", "spec/kit_spec.rb > Kit > shares"]);
        environment.Quarantined.ToDictionary(test => test.Id, test => test.Reason).ShouldBe(new Dictionary<string, string>
        {
            ["spec/broken_spec.rb"] = "cannot be collected: LoadError: cannot load such file -- nothing_like_this",
            ["spec/kit_spec.rb > Kit > leaves"] = "fails at baseline",
            ["spec/kit_spec.rb > Kit > dies"] = "errors at baseline",
            ["spec/kit_spec.rb > Kit > waits"] = "skipped",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_repository_that_is_a_library_of_the_language_is_tested_itself()
    {
        var environment = await BuildAsync(
            ("Rakefile", "Rake::TestTask.new { |t| t.libs << 'test/lib'; t.ruby_opts << '-rhelper'; t.test_files = FileList['test/**/test_*.rb'] }\n"),
            ("lib/optparse.rb", "class OptionParser\n  def self.mine?\n    true\n  end\nend\n"),
            ("test/lib/helper.rb", "require 'test/unit'\nHELPED = true\n"),
            ("test/test_it.rb", "require 'optparse'\n\nclass TestIt < Test::Unit::TestCase\n  data('one' => 1, 'two' => 2)\n  def test_mine(n)\n    assert_true(HELPED && OptionParser.mine?)\n  end\nend\n"));
        environment.Suites[0].Framework.ShouldBe("test-unit");
        environment.Tests.Select(test => test.Id).Order(StringComparer.Ordinal).ShouldBe(["test/test_it.rb > TestIt#test_mine[one]", "test/test_it.rb > TestIt#test_mine[two]"]);
    }
}
