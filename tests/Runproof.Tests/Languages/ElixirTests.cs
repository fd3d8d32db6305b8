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

/// <summary>A Mix project whose one dependency, for documentation, cannot be had.</summary>
public class ElixirTests(ExkitRepository sample) : IClassFixture<ExkitRepository>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SmallTask Wrap => new(sample, "lib/exkit/text.ex", "<= width", "< width", "test/exkit/text_test.exs", "Exkit.TextTest > wrap > breaks between words");

    [Fact]
    public void Tests_have_the_names_of_module_block_and_title()
    {
        sample.Environment.Suites[0].Framework.ShouldBe("exunit");
        sample.Environment.Tests.Count.ShouldBe(44);
        sample.Environment.Quarantined.ShouldBeEmpty();
        sample.Environment.Tests.Select(test => test.Id).ShouldContain("ExkitTest > dig > follows keys");
        sample.Environment.Tests.Select(test => test.Id).ShouldContain("ExkitTest > split_between");
        sample.Environment.Tests.Single(test => test.Id.StartsWith("Exkit.RomanTest > decodes", StringComparison.Ordinal)).File.ShouldBe("test/exkit/roman_test.exs");
        sample.Environment.Suites[0].HasSentinels.ShouldBeTrue();
    }

    [Fact]
    public void Reach_is_by_line_and_test()
    {
        LuaSuitesTests.Reaching(sample.Context, "lib/exkit/queue.ex", "cannot push").ShouldBe(["Exkit.QueueTest > limit > refuses more"]);
        LuaSuitesTests.Reaching(sample.Context, "lib/exkit/store.ex", "fn {value, expires} -> {fun").ShouldBe(
            ["Exkit.StoreTest > begins with the initial value", "Exkit.StoreTest > keeps the time to live when a value changes"], "the process of the test is not the one that runs it");
    }

    [Fact]
    public void Functions_are_found_in_every_form()
    {
        var names = sample.Context.Functions.Where(function => function.File == "lib/exkit/spans.ex").Select(function => function.Name).ToList();
        names.ShouldBe(["merge", "join", "join", "check", "check", "member?", "count", "gaps", "parse", "parse_part", "ordered", "ordered"], ignoreOrder: true);
    }

    [Fact]
    public async Task Kept_tasks_prove_themselves()
    {
        var result = await new InjectionStage(sample.Context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(4, seed: 2, Cancel);
        result.Kept.ShouldNotBeEmpty();
        result.Rejected.Keys.ShouldNotContain(Rejection.Infrastructure);
        var tasks = new TaskTable(sample.Workspace).All().ToList();
        tasks.ShouldAllBe(task => task.Measurements.Strict > 0 && task.HiddenFiles.Count > 0);
        (await new VerificationStage(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync([tasks[0].InstanceId], 1, Cancel)).ShouldAllBe(task => task.Holds);

        // What was built from the correct code is not where an agent works.
        await using var state = await InitialState.OpenAsync(sample.Context, tasks[0], Cancel);
        (await state.ExecuteAsync(ExecRequest.Shell("find / -xdev -name 'Elixir.Exkit*.beam' 2>/dev/null; git status --porcelain", TimeSpan.FromSeconds(60)), Cancel)).Output.Text.ShouldBe("");
    }

    [Fact]
    public async Task The_gold_patch_resolves_and_the_empty_diff_does_not()
    {
        (await Wrap.GradeAsync(await Wrap.GoldAsync())).Reason.ShouldBe("resolved");
        (await Wrap.GradeAsync("")).Reason.ShouldBe("fail_to_pass");
    }

    private const string EditsTheFormatter = """
        spawn(fn -> for _ <- 1..200_000, pid <- Process.list(), {:dictionary, d} <- [Process.info(pid, :dictionary)], match?({Runproof.Formatter, _, _}, d[:"$initial_call"]) do
          try do :sys.replace_state(pid, fn s -> %{s | cases: Enum.map(s.cases, fn {i, f, t, _, m, d} = c -> if String.contains?(i, "Rp"), do: c, else: {i, f, t, "passed", m, d} end)} end) catch _, _ -> :ok end
        end end)
        """;

    [Theory]
    [InlineData("System.halt(0)", "forged_report")]
    [InlineData("File.write!(System.get_env(\"RUNPROOF_REPORT\"), ~s(<testsuites><testcase name=\"Exkit.TextTest > wrap > breaks between words\"/></testsuites>)); System.halt(0)", "forged_report")]
    [InlineData("defmodule ExUnit.Runner do\n  def run(_, _), do: %{failures: 0}\nend", "fail_to_pass")]
    [InlineData(EditsTheFormatter, "")]
    public async Task It_is_found_out(string code, string reason)
    {
        var verdict = await Wrap.GradeChangeAsync(buggy => code + "\n" + buggy);
        verdict.Outcome.ShouldBe(VerdictOutcome.NotResolved, verdict.Detail);
        if (reason.Length > 0) verdict.Reason.ShouldBe(reason, verdict.Detail);
    }

    [Fact]
    public Task Exported_it_is_graded_alike() => sample.IsGradedAlikeExportedAsync(Wrap);

    private const string OwnAssertions = """
        :code.unstick_dir(:filename.dirname(:code.which(ExUnit.Assertions)))
        Code.put_compiler_option(:ignore_module_conflict, true)
        defmodule ExUnit.Assertions do
          defmacro assert({:=, _, _} = match), do: match
          defmacro assert(value), do: quote(do: unquote(value) || raise(ExUnit.AssertionError))
          defmacro refute(value), do: quote(do: !unquote(value) || raise(ExUnit.AssertionError))
          def assert_raise(_, _), do: %{message: ""}
          def assert_raise(_, _, _), do: %{message: ""}
        end
        """;

    [Fact]
    public async Task An_assertion_that_the_countercheck_does_not_fail_by_is_tried_too()
    {
        var task = new SmallTask(sample, "lib/exkit/roman.ex", "do: raise(ArgumentError, \"no numeral for #{inspect(number)}\")", "do: {number, \"no numeral\"}", "test/exkit/roman_test.exs", sample.Environment.Tests.Single(test => test.Id.EndsWith("refuses what has no numeral", StringComparison.Ordinal)).Id);
        (await task.GradeAsync(await task.GoldAsync())).Reason.ShouldBe("resolved");
        var verdict = await task.GradeChangeAsync(buggy => OwnAssertions + "\n" + buggy);
        (verdict.Outcome, verdict.Reason).ShouldBe((VerdictOutcome.NotResolved, "forged_report"), verdict.Detail);
    }

    [Fact]
    public async Task Failures_say_what_was_called_got_and_expected_and_loops_are_cut()
    {
        await using var sandbox = await sample.Context.SandboxToJudgeAsync(Cancel);
        await sandbox.ExecuteAsync(ExecRequest.Shell("sed -i 's/<= width/< width/' lib/exkit/text.ex; sed -i 's/raise(ArgumentError, \"no/{:none, \"no/; s/inspect(number)}\")/inspect(number)}\"}/' lib/exkit/roman.ex; sed -i 's/size: queue.size - 1/size: queue.sise - 1/' lib/exkit/queue.ex; sed -i 's/def count(spans) do/def count(spans), do: count(spans)\\n  def counted(spans) do/' lib/exkit/spans.ex", TimeSpan.FromSeconds(20)), Cancel);
        var run = await sample.Context.Runner.RunAsync(sandbox, sample.Context.WholeSuite with { Behaviour = true }, null, Cancel);
        var behaviours = Behaviour.ReadLines(run.Behaviour).ToDictionary(one => one.Test.Split(" > ")[^1]);

        var wraps = behaviours["breaks between words"];
        (wraps.Kind, wraps.Call, wraps.Actual, wraps.Expected).ShouldBe((BehaviourKind.Value, "Text.wrap(\"one two  three\", 7)", "[\"one\", \"two\", \"three\"]", "[\"one two\", \"three\"]"));
        var refused = behaviours["refuses what has no numeral"];
        (refused.Kind, refused.Call, refused.Expected).ShouldBe((BehaviourKind.NotRaised, "Roman.encode(number)", "ArgumentError"));
        var popped = behaviours["pops from the front"];
        popped.Kind.ShouldBe(BehaviourKind.Raises);
        popped.Actual!.ShouldStartWith("KeyError: key :sise not found");
        run.Report.OutcomeOf("Exkit.SpansTest > count counts each number once").ShouldBe(TestOutcome.TimedOut);
        behaviours.ShouldNotContainKey("count counts each number once");
    }

    [Theory]
    [InlineData("    test \"follows keys\" do", "follows keys")]
    [InlineData("  test \"refuses more\", %{queue: queue} do", "refuses more")]
    [InlineData("  property \"holds\" do", "holds")]
    [InlineData("  describe \"dig\" do", null)]
    [InlineData("  test \"one line\", do: assert(true)", null)]
    public void A_test_is_made_to_fail_at_the_head_of_its_body(string code, string? name)
    {
        var rule = LanguageProfiles.Named("elixir").Frameworks[0].Failing!;
        var head = rule.Declaration.Match(code);
        (head.Success ? head.Groups["name"].Value : null).ShouldBe(name);
        if (name is not null) rule.Function.Match($"ATest > block > {name}").Groups["name"].Value.ShouldBe(name);
    }
}
