using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Tests.Sandboxes.Containers;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>An answer gets the same verdict, for the same reason and by the same tests, whichever back end runs it.</summary>
public abstract class BackendTests(SampleRepository sample)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected async Task CompareAsync(SmallTask small, params (string Name, string Diff, string Reason)[] answers)
    {
        await PodmanService.RequireAsync();
        using var workspace = Workspace.OpenToRead(sample.Workspace.Root, SandboxBackends.Container);
        var other = await EnvironmentContext.OpenAsync(workspace, sample.Environment, Cancel);
        var task = await small.TaskAsync();
        foreach (var (name, diff, reason) in answers)
        {
            var expected = (await new Grader(sample.Context).GradeAsync(task, diff, Cancel)).Verdict;
            var verdict = (await new Grader(other).GradeAsync(task, diff, Cancel)).Verdict;
            expected.Reason.ShouldBe(reason, $"{name}: {expected.Detail}");
            verdict.Reason.ShouldBe(expected.Reason, $"{name}: {verdict.Detail}");
            verdict.Outcome.ShouldBe(expected.Outcome, name);
            verdict.Failing.ShouldBe(expected.Failing, ignoreOrder: true, name);
            verdict.LeftOut.ShouldBe(expected.LeftOut, ignoreOrder: true, name);
        }
    }
}

[Collection(ContainerEngine.Name)]
public class PytestBackendTests(TextkitRepository sample) : BackendTests(sample), IClassFixture<TextkitRepository>
{
    private readonly TextkitRepository _sample = sample;

    [Fact]
    public async Task Verdicts_are_the_same()
    {
        var small = new WrapTask(_sample);
        Task<string> Code(string code) => small.DiffAsync(WrapTask.File, small.Buggy, small.Buggy + "\n\n" + code);
        var test = _sample.Context.Tree.ReadText(WrapTask.TestFile);
        await CompareAsync(
            small,
            ("gold", await small.GoldAsync(), "resolved"),
            ("empty", "", "fail_to_pass"),
            ("wrong", await small.DiffAsync(WrapTask.File, small.Buggy, small.Correct.Replace("width < 1", "width < 2", StringComparison.Ordinal)), "pass_to_pass"),
            ("no diff", "no diff", "does_not_apply"),
            ("gold, and a test deleted", await small.GoldAsync() + await small.DiffAsync(WrapTask.TestFile, test, null), "resolved"),
            ("ends the process", await Code("import os; os._exit(0)"), "forged_report"),
            ("passes the tests of one file", await Code("import _pytest.python as p\no = p.Function.runtest\np.Function.runtest = lambda self: None if 'test_wrap' in self.nodeid else o(self)\n"), "forged_report"),
            ("rewrites the test", await Code("import os, pathlib\np = pathlib.Path('tests/test_wrap.py').absolute()\nt = p.read_text()\np.write_text(t.replace('[\"aa bb\", \"cc\"]', 'wrap(\"aa bb cc\", 5)'))\n"), "tests_changed"));
    }

    [Fact]
    public async Task An_environment_that_is_built_in_containers_is_the_same()
    {
        await PodmanService.RequireAsync();
        var cancel = TestContext.Current.CancellationToken;
        await using var bench = new Workbench();
        using var workspace = Workspace.Open(bench.Root, SandboxBackends.Container);
        var repository = await Repository.OpenAsync(_sample.Path, null, workspace.Root, cancel);
        var built = await new EnvironmentBuilder(workspace, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(repository, null, cancel);
        built.Hash.ShouldBe(_sample.Environment.Hash);
        built.Tests.Select(test => test.Id).ShouldBe(_sample.Environment.Tests.Select(test => test.Id), ignoreOrder: true);
        built.Quarantined.ShouldBe(_sample.Environment.Quarantined, ignoreOrder: true);
        built.Steps.ShouldBe(_sample.Environment.Steps);
        var (here, there) = (new EnvironmentTable(workspace), new EnvironmentTable(_sample.Workspace));
        here.Functions(built.Hash).ShouldBe(there.Functions(built.Hash), ignoreOrder: true);
        here.Reach(built.Hash).Tests.ShouldBe(there.Reach(built.Hash).Tests, ignoreOrder: true);

        // And either back end goes on with what the other one made.
        using var again = Workspace.OpenToRead(workspace.Root);
        var task = await new WrapTask(_sample).TaskAsync();
        (await new Grader(await EnvironmentContext.OpenAsync(again, built, cancel)).GradeAsync(task, task.GoldPatch, cancel)).Verdict.Reason.ShouldBe("resolved");
    }
}

[Collection(ContainerEngine.Name)]
public class GoBackendTests(GokitRepository sample) : BackendTests(sample), IClassFixture<GokitRepository>
{
    private const string Forging = """
        import (
        	"errors"
        	"fmt"
        	"os"
        )

        func init() {
        	fmt.Print("=== RUN   TestSumAndMax\n--- PASS: TestSumAndMax (0.00s)\n=== RUN   TestSumAndMax/negative\n    --- PASS: TestSumAndMax/negative (0.00s)\nPASS\n")
        	os.Exit(0)
        }

        """;

    private readonly GokitRepository _sample = sample;

    [Fact]
    public async Task Verdicts_are_the_same()
    {
        const string File = "queue.go";
        var small = new SmallTask(_sample, File, "if item > best {", "if item < best {", "queue_test.go", "example.com/gokit.TestSumAndMax", "example.com/gokit.TestSumAndMax/negative", "example.com/gokit.TestSumAndMax/several");
        await CompareAsync(
            small,
            ("gold", await small.GoldAsync(), "resolved"),
            ("empty", "", "fail_to_pass"),
            ("wrong", await small.DiffAsync(File, small.Buggy, small.Buggy.Replace("if item < best {", "if item == best {", StringComparison.Ordinal)), "fail_to_pass"),
            ("does not compile", await small.DiffAsync(File, small.Buggy, small.Buggy + "\nvar x int = \"no\"\n"), "fail_to_pass"),
            ("prints outcomes and ends the process", await small.DiffAsync(File, small.Buggy, small.Buggy.Replace("import \"errors\"", Forging, StringComparison.Ordinal)), "fail_to_pass"));
    }
}
