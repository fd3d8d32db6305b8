using System.Text;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages.Reports;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Tests.Environments;

/// <summary>A small package with one thing for each way in which a change can, and cannot, be put into a process that has it loaded.</summary>
public sealed class WarmRepository : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    private const string Code = """
        import functools

        LIMIT = 3


        def doubled(function):
            @functools.wraps(function)
            def inner(*arguments):
                return 2 * function(*arguments)
            return inner


        @doubled
        def area(a, b=4):
            if a > 100:
                return 0
            return a * b


        class Point:
            scale = 1

            def __init__(self, x):
                self.x = x

            @property
            def shown(self):
                return [self.x + i for i in range(2)]


        half = lambda x: x / 2


        def table():
            return {"k": 1}


        TABLE = table()
        """;

    private const string Tests = """
        import os
        import subprocess
        import sys

        import pkg


        def test_area():
            assert pkg.area(3) == 24


        def test_point():
            assert pkg.Point(5).shown == [5, 6]


        def test_half():
            assert pkg.half(4) == 2


        def test_limit():
            assert pkg.LIMIT == 3


        def test_table():
            assert pkg.TABLE["k"] == pkg.table()["k"] == 1


        def test_elsewhere():
            assert subprocess.run([sys.executable, "-c", "import pkg; assert pkg.area(3) == 24"]).returncode == 0


        def test_leaves_nothing():
            for place in (".", "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~")):
                assert not os.path.exists(place + "/left")
                open(place + "/left", "w").close()
            assert b"sleep 9876" not in subprocess.run(["ps", "ax", "-o", "args"], stdout=subprocess.PIPE).stdout
            subprocess.Popen(["sleep", "9876"], start_new_session=True)
            os.remove("notes.txt")


        def test_power():
            if pkg.area(3) != 24:
                os.kill(os.getppid(), 9)  # the namespace's process 1 takes no orders from inside
                os.kill(os.getpid(), 9)


        def test_plain_user():
            assert os.getuid() == 1000
            try:
                os.listdir("/proc/%d/fd" % os.getppid())
            except OSError:
                pass
            with open("/proc/self/status") as status:
                assert "CapEff:\t0000000000000000" in status.read()
        """;

    internal Workspace Workspace { get; private set; } = null!;

    internal EnvironmentContext Context { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Workspace = Workspace.Open(Path.Combine(_bench.Root, "ws"));
        var folder = Directory.CreateDirectory(Path.Combine(_bench.Root, "repo")).FullName;
        File.WriteAllText(Path.Combine(folder, "pkg.py"), Code + "\n");
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "");
        File.WriteAllText(Path.Combine(folder, "test_pkg.py"), Tests + "\n");
        var git = new Git(folder);
        foreach (var arguments in new string[][] { ["init", "-q", "."], ["add", "-A"], ["commit", "-q", "-m", "x"] }) await git.RunAsync(arguments, default);
        var repository = await Repository.OpenAsync(folder, null, Workspace.Root, default);
        var environment = await new EnvironmentBuilder(Workspace, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(repository, null, default);
        Context = await EnvironmentContext.OpenAsync(Workspace, environment, default);
    }

    public async ValueTask DisposeAsync()
    {
        Workspace.Dispose();
        await _bench.DisposeAsync();
    }

    internal static FileEdit Edit(string before, string after)
    {
        var start = Code.IndexOf(before, StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0);
        return new("pkg.py", Encoding.UTF8.GetByteCount(Code[..start]), Encoding.UTF8.GetByteCount(Code[..start]) + Encoding.UTF8.GetByteCount(before), after);
    }
}

public sealed class WarmProcessesTests(WarmRepository repository) : IClassFixture<WarmRepository>, IAsyncLifetime
{
    private readonly WarmProcesses _warm = new(repository.Workspace.Sandboxes, repository.Context.Layers.ToJudge([]), repository.Context.Environment.Suites[0]);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _warm.DisposeAsync();

    private Task<SuiteRun?> RunAsync(FileEdit? edit, params string[] tests) => _warm.RunAsync(
        edit, repository.Context.WholeSuite with { Selection = [.. tests.Select(name => repository.Context.Environment.Tests.Single(test => test.Id == "test_pkg.py::" + name))] }, TestContext.Current.CancellationToken);

    private static string Outcomes(SuiteRun? run) => run is null ? "plain" : string.Join(' ', run.Report.Tests.Values.OrderBy(test => test.Id, StringComparer.Ordinal).Select(test => $"{test.Id.Split("::")[1]}:{test.Outcome}"));

    [Fact]
    public async Task Every_test_of_the_package_bears_a_warm_process()
    {
        repository.Context.Environment.Tests.Count.ShouldBe(9);
        repository.Context.Environment.Suites[0].NotWarm.ShouldBe([]);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData("return a * b", "return a + b", "test_area")]
    [InlineData("    if a > 100:\n        return 0\n    return a * b", "    return a * b * 2", "test_area")]
    [InlineData("return 2 * function", "return 3 * function", "test_area")]
    [InlineData("[self.x + i for i", "[self.x - i for i", "test_point")]
    [InlineData("self.x = x", "self.x = -x", "test_point")]
    [InlineData("x / 2", "x / 3", "test_half")]
    public async Task A_change_inside_a_function_is_seen_by_the_tests_and_by_the_processes_that_they_start(string before, string after, string test)
    {
        Outcomes(await RunAsync(WarmRepository.Edit(before, after), test)).ShouldBe($"{test}:Failed");
        Outcomes(await RunAsync(null, test)).ShouldBe($"{test}:Passed", "the next run knows nothing of it");
        if (test == "test_area") Outcomes(await RunAsync(WarmRepository.Edit(before, after), "test_elsewhere")).ShouldBe("test_elsewhere:Failed");
    }

    [Theory]
    [InlineData("b=4", "b=5")]
    [InlineData("@doubled\n", "")]
    [InlineData("LIMIT = 3", "LIMIT = 4")]
    [InlineData("scale = 1", "scale = 2")]
    [InlineData("half = lambda", "halt = lambda")]
    [InlineData("return a * b", "return a *")]
    [InlineData("            def inner(*arguments):\n        return 2 * function(*arguments)\n    return inner", "    return function")]
    public async Task A_change_of_what_runs_on_import_is_left_to_a_plain_run(string before, string after)
    {
        var indented = before.StartsWith("            def", StringComparison.Ordinal) ? "def inner(*arguments):\n        return 2 * function(*arguments)\n    return inner" : before;
        Outcomes(await RunAsync(WarmRepository.Edit(indented, after.TrimStart()), "test_area")).ShouldBe("plain");
        Outcomes(await RunAsync(null, "test_area")).ShouldBe("test_area:Passed");
    }

    [Fact]
    public async Task A_function_that_ran_on_import_is_known_not_to_bear_a_warm_process()
    {
        var lines = repository.Context.Tree.ReadText("pkg.py").Split('\n').ToList();
        int LineOf(string text) => 1 + lines.FindIndex(line => line.Contains(text, StringComparison.Ordinal));
        var site = new BugSite("o", "f", "pkg.py", 0, 0, "", LineOf("return {"), LineOf("return {"), "table", LineOf("def table"));
        new TestSelector(repository.Context).WarmSuite(Bug.At(site), null).ShouldBeNull();
        new TestSelector(repository.Context).WarmSuite(Bug.At(site with { FirstLine = LineOf("return a * b"), LastLine = LineOf("return a * b") }), null).ShouldBe(0);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task What_a_run_leaves_behind_is_gone_in_the_next()
    {
        for (var i = 0; i < 3; i++) Outcomes(await RunAsync(null, "test_leaves_nothing", "test_area")).ShouldBe("test_area:Passed test_leaves_nothing:Passed");
    }

    [Fact]
    public async Task A_run_that_kills_itself_or_never_ends_is_left_to_a_plain_run_and_the_next_one_works()
    {
        Outcomes(await RunAsync(WarmRepository.Edit("return a * b", "return a + b"), "test_power")).ShouldBe("plain");
        Outcomes(await RunAsync(null, "test_power")).ShouldBe("test_power:Passed");

        var loops = WarmRepository.Edit("return a * b", "while True: pass");
        var run = await _warm.RunAsync(loops, repository.Context.Screening([.. repository.Context.Environment.Tests.Where(test => test.Id.EndsWith("test_area", StringComparison.Ordinal))]), TestContext.Current.CancellationToken);
        run!.Report.OutcomeOf("test_pkg.py::test_area").ShouldBe(TestOutcome.TimedOut);
        run.Seconds.ShouldBeLessThan(repository.Context.Environment.Suites[0].LimitSeconds);

        var hangs = new SuiteRequest(1, Selection: [new("test_pkg.py::test_area", 100, "test_pkg.py")]);
        Outcomes(await _warm.RunAsync(loops, hangs, TestContext.Current.CancellationToken)).ShouldBe("plain");
        Outcomes(await RunAsync(null, "test_area")).ShouldBe("test_area:Passed");
    }
}

/// <summary>Warm and plain runs of the same bugs say the same.</summary>
public abstract class WarmAgainstPlainTests(SampleRepository sample)
{
    [Fact]
    public async Task Both_say_the_same_of_the_same_bugs()
    {
        var cancel = TestContext.Current.CancellationToken;
        sample.Environment.Suites[0].NotWarm.ShouldBe([]);
        var scratch = WorkspaceFolders.CreateTemporary(sample.Workspace.Root);
        var sites = new Sampler((await SiteFinder.FindAsync(sample.Context, cancel)).Eligible, 1).Next([], 24);
        await using var judge = new CandidateJudge(sample.Context, TimeProvider.System, 1);
        await using var warm = new WarmProcesses(sample.Workspace.Sandboxes, sample.Context.Layers.ToJudge([]), sample.Environment.Suites[0]);
        var selector = new TestSelector(sample.Context);
        var compared = 0;
        foreach (var (site, number) in sites.Select((site, number) => (site, number)))
        {
            var selection = selector.For(Bug.At(site));
            if (selector.WarmSuite(Bug.At(site), selection) is null || await warm.RunAsync(site.Edit, sample.Context.Screening(selection), cancel) is not { } run) continue;
            var layer = new BugFiles(sample.Context, Bug.At(site)).WriteLayer(Path.Combine(scratch, $"bug{number}"));
            await using var sandbox = await sample.Context.SandboxToJudgeAsync(cancel, layer);
            var plain = await sample.Context.Runner.RunAsync(sandbox, sample.Context.Screening(selection), null, cancel);
            judge.ScreenVerdict(run).ShouldBe(judge.ScreenVerdict(plain), $"{site.Operator} at {site.File}:{site.FirstLine}");
            compared++;
        }

        compared.ShouldBeGreaterThan(sites.Count / 2);
    }
}

public sealed class WarmPytestTests(TextkitRepository sample) : WarmAgainstPlainTests(sample), IClassFixture<TextkitRepository>;

public sealed class WarmUnittestTests(UnitconvRepository sample) : WarmAgainstPlainTests(sample), IClassFixture<UnitconvRepository>;
