using Runproof.Agents.Repair.Reproduction;
using Shouldly;

namespace Runproof.Tests.Agents.Repair;

public sealed class ExampleTests
{
    [Fact]
    public void Examples_are_read_as_statements_tell_them()
    {
        var examples = Example.Of(
            """
            # `parse` gives a wrong result

            ```python
            x = 1
            parse(x)
            ```
            - gives: `` a ` b ``
            - expected: an empty text

            ```python
            parse(None)
            ```
            - fails with: `TypeError: no`

            ```python
            parse('')
            ```
            - raises nothing
            - expected: `ValueError`

            ```go
            a := f(tc.x)
            ```
            What is seen:

            ```
            f failed for 'x'
            ```

            What should hold: a == tc.want
            """);
        examples.Select(example => (example.Kind, example.Actual, example.Expected)).ShouldBe([("value", "a ` b", ""), ("raises", "TypeError: no", null), ("not-raised", null, "ValueError"), ("other", null, "a == tc.want")]);
        examples[0].Code.ShouldBe(["x = 1", "parse(x)"]);
        examples[3].Message.ShouldBe("f failed for 'x'");
        examples[3].Code.ShouldBe(["a := f(tc.x)"]);
    }

    [Fact]
    public void A_statement_without_examples_has_none() => Example.Of("Some calls that used to work now fail.\n").ShouldBeEmpty();

    [Fact]
    public void What_should_hold_in_Go_is_asked_itself_where_nothing_in_it_is_unknown()
    {
        var known = GoExample.Of(new(["o := rewrite(\"2 - 3\")"], "other", null, "o == \">= 2\"", "bad"))!;
        known.Search(1).ShouldContain("return fmt.Sprint(o == \">= 2\")");
        known.Check(1, new Dictionary<int, string> { [0] = "true" }).ShouldBeNull("that holds already");
        known.Check(1, new Dictionary<int, string> { [0] = "false" })!.ShouldContain("got != \"true\"");
        GoExample.Of(new(["c, err := New(\"1\")"], "other", null, "err == nil", "bad"))!.Search(1).ShouldNotContain("return \"error\"");
        var unknown = GoExample.Of(new(["a := c.Check(\"1\")"], "other", null, "a == tc.check", "bad"))!;
        unknown.Search(1).ShouldContain("return fmt.Sprint(a)");
        unknown.Check(1, new Dictionary<int, string> { [0] = "true" })!.ShouldContain("got != \"false\"");
    }
}
