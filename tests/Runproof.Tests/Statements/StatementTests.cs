using System.Text;
using Runproof.Languages.Reports;
using Runproof.Statements;

namespace Runproof.Tests.Statements;

public class StatementTests
{
    private static readonly Secrets NoSecrets = new([], [], [], [], []);

    private static Behaviour Value(string call, string actual, string expected, string test = "t", params string[] setUp) => new(test, BehaviourKind.Value, call, actual, expected, "", setUp, new Dictionary<string, string>());

    [Fact]
    public void A_statement_tells_what_was_called_what_came_out_and_what_was_expected()
    {
        var statement = StatementWriter.Write([Value("slugify(\"a b\")", "'a_b'", "'a-b'"), Value("slug", "'x'", "'y'", "u", "slug = slugify('x y')"), Value("slugify('kept back, since one always is')", "1", "2", "v")], NoSecrets, "textkit", "python", 4, seed: 0);
        statement.Text.ShouldBe("""
            # `slugify` gives a wrong result

            After a recent change, `slugify` does not behave as it should.

            ```python
            slugify("a b")
            ```
            - gives: `'a_b'`
            - expected: `'a-b'`

            ```python
            slug = slugify('x y')
            slug
            ```
            - gives: `'x'`
            - expected: `'y'`

            2 further cases are affected in a similar way.

            Please find the cause and repair it. What works today must go on working.

            """);
    }

    [Fact]
    public void An_example_that_leaks_is_left_out_and_the_others_stay()
    {
        var secrets = NoSecrets with { TestIds = ["tests/test_a.py::test_secret"], TestFiles = ["tests/test_a.py"] };
        var statement = StatementWriter.Write([Value("f('test_secret')", "1", "2"), Value("f('open to all who read')", "1", "2", "u")], secrets, "p", "python", 2, 0);
        statement.Text.ShouldNotBeNull().ShouldNotContain("test_secret");
        statement.Text.ShouldContain("f('open to all who read')");
        statement.Leaks.Select(leak => leak.Rule).ShouldBe(["test name"]);
    }

    [Fact]
    public void A_statement_never_tells_all_that_fails_or_says_that_it_does()
    {
        var one = StatementWriter.Write([Value("f(1)", "1", "2"), Value("f(1)", "1", "2", "u")], NoSecrets, "p", "python", 2, 0);
        (one.TellsAll, one.Brief.Examples.Count).ShouldBe((true, 1));
        for (var count = 2; count < 6; count++)
        {
            var several = StatementWriter.Write([.. Enumerable.Range(0, count).Select(i => Value($"f({i})", "1", "2", $"t{i}"))], NoSecrets, "p", "python", count, 0);
            (several.TellsAll, several.Brief.Examples.Count).ShouldBe((false, Math.Min(count - 1, 3)));
        }
    }

    [Fact]
    public void Without_a_usable_example_the_wording_is_general_and_never_empty()
    {
        var noise = Value("f(<object at 0x7f00>)", "<object at 0x7f01>", "<object at 0x7f02>");
        StatementWriter.Write([noise], NoSecrets, "p", "python", 1, 0).Text.ShouldNotBeNull().ShouldContain("Some calls that used to work now fail");
    }

    [Fact]
    public void A_project_whose_every_wording_leaks_has_no_statement() =>
        StatementWriter.Write([], NoSecrets with { Operators = ["p"] }, "p", "python", 1, 0).Text.ShouldBeNull();

    [Fact]
    public void No_statement_holds_a_name_of_a_test_whatever_the_behaviours()
    {
        var random = new Random(3);
        string[] words = ["alpha", "test_beta", "f(test_gamma)", "tests/test_delta.py", "'x'", "TestEpsilon", "12", "[]", "self.test_beta()", "test_beta_more"];
        var secrets = NoSecrets with { TestIds = ["tests/test_delta.py::TestEpsilon::test_beta", "tests/test_delta.py::test_gamma"], TestFiles = ["tests/test_delta.py"] };
        string Any() => string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => words[random.Next(words.Length)]));
        for (var round = 0; round < 2000; round++)
        {
            var behaviours = Enumerable.Range(0, random.Next(0, 5)).Select(i => new Behaviour($"t{i}", (BehaviourKind)random.Next(4), random.Next(3) == 0 ? null : Any(), Any(), Any(), Any(), [Any()], new Dictionary<string, string> { ["a"] = Any() })).ToList();
            var text = StatementWriter.Write(behaviours, secrets, "project", "python", 5, round).Text.ShouldNotBeNull();
            LeakCheck.Find(text, secrets).ShouldBeEmpty();
            text.Split('\n').Length.ShouldBeGreaterThan(3);
        }
    }

    [Fact]
    public void Lines_of_the_plugin_are_read_and_bad_ones_passed_over()
    {
        const string lines = """
            {"test": "a", "kind": "value", "call": "f(1)", "actual": "2", "expected": "3", "setup": ["x = 1"], "inputs": {"y": "4"}}
            not json
            {"kind": "value"}
            {"test": 5}
            {"test": "b", "kind": "not-raised", "expected": "ValueError"
            """;
        var read = Behaviour.ReadLines(Encoding.UTF8.GetBytes(lines));
        read.ShouldHaveSingleItem();
        (read[0].Call, read[0].Actual, read[0].SetUp[0], read[0].Inputs["y"]).ShouldBe(("f(1)", "2", "x = 1", "4"));
    }

    [Theory]
    [InlineData("    queue_test.go:56: Push(3) = true, want false\n", "Push(3)", "true", "false")]
    [InlineData("=== RUN   TestX\n    a_test.go:1: Contains(3, 1) = true, want false\n--- FAIL: TestX (0.00s)\n", "Contains(3, 1)", "true", "false")]
    [InlineData("    a_test.go:7: expected 3 but got 4\n", null, "4", "3")]
    [InlineData("    a_test.go:7: got \"a b\", want \"c\"\n", null, "\"a b\"", "\"c\"")]
    [InlineData("    a_test.go:7: expected version 0.1.2 but got \"0.1.0\"\n", null, "\"0.1.0\"", "0.1.2")]
    [InlineData("    a_test.go:7: expected no luck but got \"x\"\n", null, "\"x\"", "no luck")]
    public void What_go_tests_print_is_read(string output, string? call, string actual, string expected)
    {
        var read = GoBehaviour.Of(new("m.TestX", TestOutcome.Failed, Details: output), _ => null);
        (read.Kind, read.Call, read.Actual, read.Expected).ShouldBe((BehaviourKind.Value, call, actual, expected));
    }

    [Fact]
    public void Of_long_values_the_place_where_they_differ_is_shown()
    {
        string Long(char middle) => $"{new string('a', 200)}{middle}{new string('b', 400)}";
        StatementTemplate.Write([Value("f(1)", Long('x'), Long('y'))], "p", "python", 1, 0)
            .ShouldContain($"- gives: `...{new string('a', 40)}x{new string('b', 79)}...`\n- expected: `...{new string('a', 40)}y{new string('b', 79)}...`");
    }

    [Fact]
    public void A_go_panic_names_the_function_of_the_repository()
    {
        const string output = "--- FAIL: TestX (0.00s)\npanic: runtime error: index out of range [3] with length 3 [recovered]\n\ngoroutine 7 [running]:\nexample.com/m.(*Queue).Max(0xc0000)\n\t/testbed/queue.go:40 +0x1\nexample.com/m.TestX(0xc0000)\n\t/testbed/queue_test.go:9 +0x1\n";
        var read = GoBehaviour.Of(new("m.TestX", TestOutcome.Failed, Details: output), _ => null);
        (read.Kind, read.Call, read.Actual).ShouldBe((BehaviourKind.Raises, null, "panic: runtime error: index out of range [3] with length 3, in m.(*Queue).Max"));
    }
}
