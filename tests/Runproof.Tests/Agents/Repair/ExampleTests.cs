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
}
