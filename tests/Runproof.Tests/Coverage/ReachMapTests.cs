using System.Text;
using Runproof.Coverage;

namespace Runproof.Tests.Coverage;

public class ReachMapTests
{
    private static ReachMap Read(string text, string? module = null)
    {
        var builder = new ReachMapBuilder();
        ReachReaders.Read(Encoding.UTF8.GetBytes(text), module, null, builder);
        return builder.Build();
    }

    private const string Python = """
        {"test": "tests/test_a.py::test_1", "lines": {"pkg/a.py": [[3, 5]], "pkg/b.py": [[2, 2]]}}
        {"test": "tests/test_b.py::test_2", "lines": {"pkg/a.py": [[5, 6]]}}
        {"shared": true, "lines": {"pkg/a.py": [[1, 2]], "pkg/c.py": [[1, 9]]}}
        {"imports": {"tests/test_a.py": ["pkg/a.py", "pkg/b.py"], "tests/test_b.py": ["pkg/a.py"]}}
        """;

    private static string[]? Names(ReachMap map, string file, int first, int last, int function = 0) =>
        map.TestsFor(file, first, last, function)?.Select(place => map.Tests[place]).Order(StringComparer.Ordinal).ToArray();

    [Fact]
    public void The_tests_that_run_a_line_are_found()
    {
        var map = Read(Python);
        Names(map, "pkg/a.py", 3, 3).ShouldBe(["tests/test_a.py::test_1"]);
        Names(map, "pkg/a.py", 5, 5).ShouldBe(["tests/test_a.py::test_1", "tests/test_b.py::test_2"]);
        Names(map, "pkg/a.py", 6, 8).ShouldBe(["tests/test_b.py::test_2"]);
        Names(map, "pkg/x.py", 1, 1).ShouldBe([]);
    }

    [Fact]
    public void A_line_that_runs_at_import_selects_the_tests_of_the_modules_that_import_it()
    {
        var map = Read(Python);
        Names(map, "pkg/a.py", 1, 1).ShouldBe(["tests/test_a.py::test_1", "tests/test_b.py::test_2"]);
        Names(map, "pkg/c.py", 4, 4).ShouldBeNull("nobody is known to import it: the whole suite");
    }

    [Fact]
    public void A_line_without_a_record_belongs_to_the_statement_before_it_in_its_function()
    {
        var map = Read(Python);
        Names(map, "pkg/a.py", 8, 8, function: 4).ShouldBe(["tests/test_b.py::test_2"]);
        Names(map, "pkg/a.py", 8, 8, function: 7).ShouldBe([]);
    }

    [Fact]
    public void What_other_tests_reach_in_another_order_or_in_one_order_alone_moves()
    {
        var builder = new ReachMapBuilder();
        void Order(int? order, string text) { builder.Order = order; ReachReaders.Read(Encoding.UTF8.GetBytes(text), null, null, builder); }
        Order(0, "{\"test\": \"a\", \"lines\": {\"f\": [[1, 4]]}}\n{\"test\": \"b\", \"lines\": {\"f\": [[1, 1]]}}");
        Order(1, "{\"test\": \"b\", \"lines\": {\"f\": [[1, 2]]}}\n{\"test\": \"a\", \"lines\": {\"f\": [[1, 1], [3, 3]]}}\n{\"shared\": true, \"lines\": {\"f\": [[3, 3]]}}");
        Order(null, "{\"test\": \"c\", \"lines\": {\"g\": [[1, 2]]}}");
        var map = builder.Build();
        bool InAnyOrder(string file, int line, int last = 0) => map.IsReachedInAnyOrder(file, line, Math.Max(line, last), 0);
        InAnyOrder("f", 1).ShouldBeTrue();
        InAnyOrder("f", 2).ShouldBeFalse("a comes first and reaches it in one order, b in the other");
        InAnyOrder("f", 1, 2).ShouldBeFalse();
        InAnyOrder("f", 3).ShouldBeFalse("it also runs outside of tests");
        InAnyOrder("f", 4).ShouldBeFalse("one order alone");
        InAnyOrder("g", 2).ShouldBeTrue("each test by itself");
        InAnyOrder("h", 1).ShouldBeFalse("nothing is known");
        Names(map, "f", 2, 2).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Lines_that_only_run_at_import_are_not_reached_by_tests()
    {
        var map = Read(Python);
        map.IsReachedByTests("pkg/a.py", 1, 2).ShouldBeFalse();
        map.IsReachedByTests("pkg/a.py", 2, 3).ShouldBeTrue();
    }

    [Fact]
    public void Go_profiles_are_read_and_unmeasured_tests_are_always_selected()
    {
        var map = Read("test example.com/m/sub.TestA\nexample.com/m/sub/a.go:3,5\ntest example.com/m.TestB\nunmeasured\ntest example.com/m.TestC\nexample.com/m/b.go:1,2\n", "example.com/m");
        Names(map, "sub/a.go", 4, 4).ShouldBe(["example.com/m.TestB", "example.com/m/sub.TestA"]);
        Names(map, "sub/a.go", 9, 9, function: 7).ShouldBe([]);
    }

    [Theory]
    [InlineData("{\"test\": 1}\n{\"test\": \"a\", \"lines\": {\"f\": [[1]]}}\n{")]
    [InlineData("{\"lines\": 3}\n[1,2]\nnull\n{\"test\": \"a\"}")]
    [InlineData("test \nx:1,999999999\n:,\nunmeasured\n")]
    [InlineData("")]
    public void Rubbish_is_passed_over(string text) => Read(text).Files.Values.SelectMany(runs => runs).ShouldAllBe(run => run.Last - run.First < 100_000);
}
