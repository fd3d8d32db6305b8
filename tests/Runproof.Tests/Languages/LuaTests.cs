using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Injection;
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

/// <summary>The whole road on a sample with tests of Busted.</summary>
public class LuaInjectionTests(LuakitRepository sample) : InjectionStageTests(sample), IClassFixture<LuakitRepository>;

/// <summary>Busted: what is found, what is reached, and attacks from inside of the process.</summary>
public class BustedTests(LuakitRepository sample) : IClassFixture<LuakitRepository>
{
    private SmallTask Wrap => new(sample, "src/luakit/text.lua", "<= width", "< width", "spec/text_spec.lua", "spec/text_spec.lua > text > wraps between words");

    [Fact]
    public void Tests_have_the_names_of_their_blocks()
    {
        sample.Environment.Suites[0].Framework.ShouldBe("busted");
        sample.Environment.Tests.Count.ShouldBe(48);
        sample.Environment.Quarantined.ShouldBeEmpty();
        sample.Environment.Tests.Select(test => test.Id).ShouldContain("spec/csv_spec.lua > csv > parse_line > says that a quote is open");
        sample.Environment.Tests.ShouldAllBe(test => test.File == test.Id.Split(" > ", 2)[0]);
        sample.Environment.Suites[0].SentinelFolders!.ShouldBe(["spec"]);
    }

    [Fact]
    public void Set_up_counts_as_part_of_a_test_and_loading_as_part_of_none()
    {
        LuaSuitesTests.Reaching(sample.Context, "src/luakit/roman.lua", "not between 1 and 3999").ShouldBe(["spec/roman_spec.lua > roman > refuses what has no numeral"]);
        LuaSuitesTests.Reaching(sample.Context, "src/luakit/ring.lua", "return setmetatable({ size").Length.ShouldBe(7, "before_each makes a ring");
        sample.Context.Reach.TestsFor("src/luakit/roman.lua", 4, 4, 0).ShouldBeNull("a table of the module may matter to every test");
    }

    [Fact]
    public async Task The_gold_patch_resolves_and_the_empty_diff_does_not()
    {
        (await Wrap.GradeAsync(await Wrap.GoldAsync())).Reason.ShouldBe("resolved");
        (await Wrap.GradeAsync("")).Reason.ShouldBe("fail_to_pass");
    }

    [Theory]
    [InlineData("os.exit(0)")]
    [InlineData("os.exit(true, true)")]
    [InlineData("local f = io.open(os.getenv('RUNPROOF_REPORT'), 'w') f:write('<testsuites><testcase name=\"spec/text_spec.lua > text > wraps between words\"/></testsuites>') f:close() os.exit(0)")]
    [InlineData("require('luassert.namespaces').assertion.same.callback = function() return true end require('luassert.namespaces').assertion.equal.callback = function() return true end")]
    [InlineData("for _, one in pairs(require('luassert.namespaces').assertion) do local f = one.callback one.callback = function(s, a, ...) if tostring(a[1]):find('^Rp') then return f(s, a, ...) end return true end end")]
    [InlineData("for level = 1, 80 do for i = 1, 200 do local ok, name, value = pcall(debug.getlocal, level, i) if not ok or not name then break end if name == 'common' and type(value) == 'table' then local note = value.note value.note = function(id, ...) if id:find('Rp') then note(id, ...) end end end end end")]
    public async Task It_is_found_out(string code)
    {
        // At the head of the file: what stands behind its return is no Lua.
        var verdict = await Wrap.GradeChangeAsync(buggy => code + "\n" + buggy);
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, "forged_report"), verdict.Detail);
    }

    [Fact]
    public Task Exported_it_is_graded_alike() => sample.IsGradedAlikeExportedAsync(Wrap);

    [Fact]
    public async Task An_assertion_that_the_countercheck_does_not_fail_by_is_tried_too()
    {
        var task = new SmallTask(sample, "src/luakit/roman.lua", "error(\"not between", "print(\"not between", "spec/roman_spec.lua", "spec/roman_spec.lua > roman > refuses what has no numeral");
        (await task.GradeAsync(await task.GoldAsync())).Reason.ShouldBe("resolved");
        (await task.GradeChangeAsync(buggy => "require('luassert.namespaces').assertion.error.callback = function() return true end\n" + buggy)).Reason.ShouldBe("forged_report");
    }

    [Fact]
    public async Task Statements_say_what_was_called_got_and_expected()
    {
        await using var sandbox = await sample.Context.SandboxToJudgeAsync(TestContext.Current.CancellationToken);
        await sandbox.ExecuteAsync(ExecRequest.Shell("sed -i 's/<= width/< width/; s/limit - 1/limit/' src/luakit/text.lua; sed -i 's/error(\"not.*/local x = nil + 1/' src/luakit/roman.lua; sed -i 's/\"quote is not closed\"/\"?\"/; s/if not stop then/if stop then/' src/luakit/csv.lua", TimeSpan.FromSeconds(20)), TestContext.Current.CancellationToken);
        var run = await sample.Context.Runner.RunAsync(sandbox, sample.Context.WholeSuite with { Behaviour = true }, null, TestContext.Current.CancellationToken);
        var behaviours = Behaviour.ReadLines(run.Behaviour).ToDictionary(one => one.Test.Split(" > ")[^1]);

        var wraps = behaviours["wraps between words"];
        (wraps.Kind, wraps.Call).ShouldBe((BehaviourKind.Value, "text.wrap(\"one two  three\", 7)"));
        wraps.Actual.ShouldNotBeNull().ShouldContain("'one'");
        wraps.Expected.ShouldNotBeNull().ShouldContain("'one two'");
        behaviours["splits into a limited number of parts"].Call.ShouldBe("text.split(\"a,b,c\", \",\", 2)");
        var quoted = behaviours["reads quoted fields"];
        quoted.Kind.ShouldBe(BehaviourKind.Value);
        behaviours["says that a quote is open"].Kind.ShouldBe(BehaviourKind.Raises);
        behaviours.ShouldNotContainKey("refuses what has no numeral", "any error will do for that test");
    }
}

/// <summary>LuaUnit and plain scripts, and what odd tests do.</summary>
public sealed class LuaSuitesTests : WrittenRepositoryTests
{
    private static readonly (string, string)[] Files =
    [
        ("runproof.toml", """
            [[suites]]
            framework = "luaunit"
            folder = ""
            arguments = ["test"]
            [[suites]]
            framework = "lua script"
            folder = ""
            arguments = ["tests"]
            """),
        ("clamp.lua", """
            local M = {}

            function M.clamp(value, low, high)
              if value < low then
                return low
              end
              if value > high then
                return high
              end
              return value
            end

            function M.numbers(n)
              return coroutine.wrap(function()
                for i = 1, n do
                  coroutine.yield(i)
                end
              end)
            end

            return M
            """),
        ("test/test_clamp.lua", """
            local lu = require("luaunit")
            local M = require("clamp")

            TestClamp = {}
            function TestClamp:setUp() self.low, self.high = 1, 9 end
            function TestClamp:test_within() lu.assertEquals(M.clamp(5, self.low, self.high), 5) end
            function TestClamp:test_raised() lu.assertEquals(M.clamp(0, self.low, self.high), 1) end
            function TestClamp:test_lowered() lu.assertEquals(M.clamp(12, self.low, self.high), 9) end
            function TestClamp:test_skipped() lu.skip("not now") end
            function test_sum()
              local sum = 0
              for i in M.numbers(3) do sum = sum + i end
              lu.assertEquals(sum, 6)
            end

            TestBroken = { setUp = function() error("no set-up") end, test_it = function() end }
            os.exit(lu.LuaUnit.run())
            """),
        ("test/test_gone.lua", "local lu = require('luaunit')\nlocal gone = require('gone')\nfunction test_gone() end\n"),
        ("tests/run.lua", """
            local M = dofile("../clamp.lua")
            local failed = 0
            local function test(name, body)
              local ok, message = pcall(body)
              if not ok then failed = failed + 1 print("FAIL " .. name .. message) end
            end

            test("within", function() assert(M.clamp(5, 1, 9) == 5) end)
            test("raised", function()
              assert(M.clamp(0, 1, 9) == 1, "not raised")
            end)
            """),
        ("tests/whole.lua", "local M = require('clamp')\nassert(M.clamp(3, 1, 2) == 2)\nprint('1..1')\nos.exit(0)\n"),
        ("tests/fails.lua", "local M = require('clamp')\nif M.clamp(3, 1, 2) == 2 then os.exit(1) end\n"),
    ];

    internal static string[] Reaching(EnvironmentContext context, string file, string text)
    {
        var line = 1 + context.Tree.ReadText(file).Split('\n').ToList().FindIndex(one => one.Contains(text, StringComparison.Ordinal));
        return line == 0 ? [] : [.. (context.Reach.TestsFor(file, line, line, 0) ?? new HashSet<int>()).Select(place => context.Reach.Tests[place]).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task LuaUnit_and_scripts_judge_bugs()
    {
        var environment = await BuildAsync([.. Files.Select(file => (file.Item1, file.Item2 + "\n"))]);

        environment.Suites.Select(suite => suite.Framework).ShouldBe(["luaunit", "lua script"]);
        environment.Suites.ShouldAllBe(suite => suite.HasSentinels);
        environment.Tests.Select(test => test.Id).Order(StringComparer.Ordinal).ShouldBe(
        [
            "test/test_clamp.lua > TestClamp.test_lowered", "test/test_clamp.lua > TestClamp.test_raised", "test/test_clamp.lua > TestClamp.test_within", "test/test_clamp.lua > test_sum",
            "tests/run.lua > raised", "tests/run.lua > within", "tests/whole.lua",
        ]);
        environment.Quarantined.Select(test => test.Id).ShouldBe(["test/test_clamp.lua > TestBroken.test_it", "test/test_clamp.lua > TestClamp.test_skipped", "test/test_gone.lua", "tests/fails.lua"], ignoreOrder: true);

        var context = await EnvironmentContext.OpenAsync(Workspace, environment, Cancel);
        Reaching(context, "clamp.lua", "return high").ShouldBe(["test/test_clamp.lua > TestClamp.test_lowered", "tests/fails.lua", "tests/whole.lua"]);
        Reaching(context, "clamp.lua", "coroutine.yield").ShouldBe(["test/test_clamp.lua > test_sum"], "in a coroutine too");

        var result = await new InjectionStage(context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(6, seed: 1, Cancel);
        result.Kept.ShouldNotBeEmpty();
        (await new VerificationStage(Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync(result.Kept, 1, Cancel)).ShouldAllBe(task => task.Holds);

        await using var sandbox = await context.SandboxToJudgeAsync(Cancel);
        await sandbox.ExecuteAsync(ExecRequest.Shell("sed -i 's/if value > high then/while value > high do pcall(function() while true do end end)/' clamp.lua", TimeSpan.FromSeconds(20)), Cancel);
        var run = await context.Runner.RunAsync(sandbox, context.WholeSuite, environment.Tests, Cancel);
        run.TimedOut.ShouldBeFalse("an endless loop that swallows errors is cut");
        run.Report.OutcomeOf("test/test_clamp.lua > TestClamp.test_lowered").ShouldBe(TestOutcome.TimedOut);
        run.Report.OutcomeOf("test/test_clamp.lua > TestClamp.test_raised").ShouldBe(TestOutcome.Passed);
    }

    [Theory]
    [InlineData("  it('adds', function()\n    x()", "busted", "adds")]
    [InlineData("  it(\"says 'no'\", function () x() end)", "busted", "says 'no'")]
    [InlineData("function TestA:test_one()", "luaunit", "test_one")]
    [InlineData("TestA.test_two = function(self)", "luaunit", "test_two")]
    [InlineData("function test_three()", "luaunit", "test_three")]
    [InlineData("test(\"numbers\", function()", "lua script", "numbers")]
    public void A_test_is_made_to_fail_at_the_head_of_its_body(string code, string framework, string name)
    {
        var rule = LanguageProfiles.Named("lua").Frameworks.Single(one => one.Name == framework).Failing!;
        var head = rule.Declaration.Match(code);
        head.Groups["name"].Value.ShouldBe(name);
        rule.Declaration.Replace(code, rule.Replacement).ShouldStartWith(code[..(head.Index + head.Length)] + " ");
        rule.Function.Match($"a/b.lua > Test.x > {name} #2").Groups["name"].Value.ShouldBe(name);
    }
}
