using System.Text.Json;
using Runproof.Sandboxes;

namespace Runproof.Tests.Statements;

/// <summary>A test that goes through a table: the names of a row in its call are replaced by what the row holds.</summary>
public sealed class JavaScriptBehaviourTests
{
    private const string Objects = """
        const tests = [
          { input: "/a/b.ext", strict: true, out: "b.ext" },
          { input: "/a/.x", strict: false, out: ".x" },
          { input: ["/c", false], out: "c" },
          { input: ["/c", true], out: "c" },
        ];
        for (const t of tests) test(String(t.input), () => expect(parse(t.input, t.strict)).toBe(t.out));
        """;

    private const string Pairs = """
        const tests = { "foo?1": "foo?1", "foo/?1": "foo?1" };
        for (const input in tests) test(input, () => expect(without(input)).toBe(tests[input]));
        """;

    private const string Lists = "test.each([['a', 'b', 'ab'], ['x', 'y', 'xy'], ['', 'xy', 'xy']])('%s and %s', (left, right, sum) => expect(join(left, right)).toBe(sum));";

    [Theory]
    [InlineData(Objects, "parse(t.input, t.strict)", "b.ext", "t > /a/b.ext", "parse(\"/a/b.ext\", true)")]
    [InlineData(Objects, "parse(t.input[0])", "c", "t > /c,true", "parse([\"/c\", true][0])")]
    [InlineData(Objects, "parse(t.input)", "c", "t > another", "parse(t.input)")]
    [InlineData(Objects, "t.input()", ".x", "t > /a/.x", "t.input()")]
    [InlineData(Pairs, "without(input)", "foo?1", "t > foo/?1", "without(\"foo/?1\")")]
    [InlineData(Pairs, "without(input)", "foo?1", "t > unnamed", "without(input)")]
    [InlineData(Lists, "join(left, right)", "ab", "t > a and b", "join('a', 'b')")]
    [InlineData(Lists, "join(left, right)", "xy", "t > x and y", "join('x', 'y')")]
    [InlineData(Lists, "join(left, right)", "none", "t > a and b", "join(left, right)")]
    public async Task The_row_is_the_one_that_expects_that_and_that_the_name_of_the_test_tells(string source, string call, string expected, string test, string filled)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "languages", "javascript", "table.cjs");
        var arguments = JsonSerializer.Serialize(new[] { source, call, expected, test });
        var run = await HostProcess.RunAsync(new("node", ["-e", $"process.stdout.write(require({JsonSerializer.Serialize(script)}).fromTable(...{arguments}))"]), TestContext.Current.CancellationToken);
        run.Output.ShouldBe(filled, run.Error);
    }
}
