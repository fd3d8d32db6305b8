using Runproof.Environments;

namespace Runproof.Tests.Environments;

public class PytestEnvironmentTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    [Fact]
    public void Pytest_is_found_and_the_suite_passes_steadily()
    {
        sample.Environment.Suites[0].Framework.ShouldBe("pytest");
        sample.Environment.Tests.Count.ShouldBe(53);
        sample.Environment.Quarantined.ShouldBeEmpty();
        sample.Environment.Suites[0].SentinelFolders!.ShouldBe(["tests"]);
        sample.Environment.Tests.ShouldAllBe(test => test.File == test.Id.Substring(0, test.Id.IndexOf("::", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_tests_that_reach_a_line_are_known()
    {
        var lines = File.ReadAllLines(System.IO.Path.Combine(sample.Path, "src/textkit/wrap.py"));
        var line = Array.FindIndex(lines, text => text.Contains("width must be", StringComparison.Ordinal)) + 1;
        var tests = sample.Context.Reach.TestsFor("src/textkit/wrap.py", line, line, 0)!;
        tests.Select(place => sample.Context.Reach.Tests[place]).ShouldBe(["tests/test_wrap.py::test_width_must_be_positive"]);
    }

    [Fact]
    public void A_line_that_runs_at_import_selects_tests_of_importing_modules()
    {
        var tests = sample.Context.Reach.TestsFor("src/textkit/template.py", 5, 5, 0);
        tests.ShouldNotBeNull().Count.ShouldBe(53, "every test module imports the package, which imports the module");
    }

    [Fact]
    public void Functions_are_found_and_most_are_reached()
    {
        var functions = sample.Context.Functions;
        functions.Select(function => function.Name).ShouldContain("unique_slug");
        functions.ShouldAllBe(function => function.File.StartsWith("src/textkit/", StringComparison.Ordinal));
        functions.Single(function => function.Name == "__repr__").IsReached.ShouldBeFalse();
        functions.Count(function => function.IsReached).ShouldBeGreaterThan(25);
    }

    [Fact]
    public async Task Building_again_takes_what_is_there()
    {
        var repository = await Runproof.Repositories.Repository.OpenAsync(sample.Path, null, sample.Workspace.Root, TestContext.Current.CancellationToken);
        var again = await new EnvironmentBuilder(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(repository, null, TestContext.Current.CancellationToken);
        again.Hash.ShouldBe(sample.Environment.Hash);
        again.BuildSeconds.ShouldBe(sample.Environment.BuildSeconds);
    }
}

public class UnittestEnvironmentTests(UnitconvRepository sample) : IClassFixture<UnitconvRepository>
{
    [Fact]
    public void Unittest_is_found_with_its_own_ids()
    {
        sample.Environment.Suites[0].Framework.ShouldBe("unittest");
        sample.Environment.Tests.Select(test => test.Id).ShouldContain("tests.test_lengths.ConvertTest.test_inches");
        sample.Environment.Tests.Count.ShouldBe(7);
        sample.Environment.Quarantined.Select(test => (test.Id, test.Reason)).ShouldBe([("tests.test_lengths.ParseTest.test_exponents", "skipped")]);
        sample.Environment.Suites[0].SentinelFolders!.ShouldBe(["tests"]);
        sample.Environment.Tests.ShouldAllBe(test => test.File == "tests/test_lengths.py");
    }
}

public class GoEnvironmentTests(GokitRepository sample) : IClassFixture<GokitRepository>
{
    [Fact]
    public void Go_tests_have_the_names_of_go_test()
    {
        sample.Environment.Suites[0].Framework.ShouldBe("go test");
        sample.Environment.Tests.Select(test => test.Id).ShouldContain("example.com/gokit.TestSumAndMax/negative");
        sample.Environment.Tests.Select(test => test.Id).ShouldContain("example.com/gokit/shapes.TestGrow");
        sample.Environment.Tests.Count.ShouldBe(11);
        sample.Environment.Suites[0].SentinelFolders!.ShouldBe(["", "shapes"], ignoreOrder: true);
        sample.Environment.Tests.ShouldAllBe(test => test.File == "queue_test.go" || test.File == "shapes/shapes_test.go");
    }

    [Fact]
    public void Reach_is_by_test_function()
    {
        var lines = File.ReadAllLines(System.IO.Path.Combine(sample.Path, "queue.go"));
        var line = Array.FindIndex(lines, text => text.Contains("taken = append", StringComparison.Ordinal)) + 1;
        var tests = sample.Context.Reach.TestsFor("queue.go", line, line, 0)!;
        tests.Select(place => sample.Context.Reach.Tests[place]).ShouldBe(["example.com/gokit.TestDrain"]);
    }

    [Fact]
    public void The_build_cache_of_the_correct_code_is_apart_from_what_an_agent_sees()
    {
        Directory.Exists(sample.Context.Layers.JudgeCache).ShouldBeTrue();
        sample.Context.Layers.Plain([]).Layers.ShouldNotContain(sample.Context.Layers.JudgeCache);
    }
}
