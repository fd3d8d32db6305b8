using Runproof.Languages.Reports;
using Runproof.Statements;

namespace Runproof.Tests.Statements;

public sealed class CsharpBehaviourTests
{
    private const string File = "test/Kit.Tests/LedgerTests.cs";

    private const string Source = """
        namespace Kit.Tests;

        public class LedgerTests
        {
            private readonly Ledger _ledger = new();

            [Fact]
            public void Sums()
            {
                var unrelated = Other();
                _ledger.Book("cash", 5m);
                Assert.Equal(6m, _ledger.Balance("cash"));
                Assert.Throws<ArgumentException>(() => Words.Shorten("x", 1));
                Assert.True(Words.IsTitle("Sea"));
                var wrapped = Words.Wrap(
                    "the sea",
                    width: 3);
                Words.Title("sea").Should().Be("Sea");
                Assert.That(Words.Count(text), Is.EqualTo(3));
                Assert.Equal(Words.Join(wrapped), "the sea");
            }
        }
        """;

    private static Behaviour Read(string message, int line, string arguments = "") =>
        CsharpBehaviour.Of(new($"Kit.Tests.LedgerTests.Sums{arguments}", TestOutcome.Failed, Details: $"{message}\n   at Kit.Words.Wrap(String a) in /testbed/src/Kit/Words.cs:line 3\n   at Kit.Tests.LedgerTests.Sums() in /testbed/{File}:line {line}"), File, Source);

    [Theory]
    [InlineData("Assert.Equal() Failure: Values differ\nExpected: 6\nActual:   5", "5", "6")]
    [InlineData("Assert.Equal() Failure: Strings differ\n           ↓ (pos 0)\nExpected: \"a\"\nActual:   \"b\"\n           ↑ (pos 0)", "\"b\"", "\"a\"")]
    [InlineData("  Assert.That(x, Is.EqualTo(6))\n  Expected: 6\n  But was:  5\n", "5", "6")]
    [InlineData("Assert.AreEqual failed. Expected:<6>. Actual:<5>. ", "5", "6")]
    [InlineData("_ledger.Balance(\"cash\")\n    should be\n6m\n    but was\n5m", "5m", "6m")]
    [InlineData("Expected sum to be 6M, but found 5M.", "5M", "6M")]
    public void Values_are_read_from_the_messages_of_the_frameworks(string message, string actual, string expected)
    {
        var behaviour = Read(message, 12);
        (behaviour.Kind, behaviour.Actual, behaviour.Expected).ShouldBe((BehaviourKind.Value, actual, expected));
        behaviour.Call.ShouldBe("_ledger.Balance(\"cash\")");
        behaviour.SetUp.ShouldBe(["Ledger _ledger = new();", "_ledger.Book(\"cash\", 5m);"]);
    }

    [Theory]
    [InlineData("Assert.Throws() Failure: No exception was thrown\nExpected: typeof(System.ArgumentException)")]
    [InlineData("  Expected: <System.ArgumentException>\n  But was:  null\n")]
    [InlineData("Assert.ThrowsException failed. Expected exception type:<System.ArgumentException> but no exception was thrown. ")]
    [InlineData("`Shorten(1)` should throw System.ArgumentException but did not")]
    public void An_error_that_was_not_raised(string message)
    {
        var behaviour = Read(message, 13);
        (behaviour.Kind, behaviour.Expected, behaviour.Call).ShouldBe((BehaviourKind.NotRaised, "ArgumentException", "Words.Shorten(\"x\", 1)"));
    }

    [Theory]
    [InlineData("System.InvalidOperationException : Sequence contains no elements")]
    [InlineData("Test method Kit.Tests.LedgerTests.Sums threw exception: \nSystem.InvalidOperationException: Sequence contains no elements")]
    public void An_error_where_a_value_was_expected(string message)
    {
        var behaviour = Read(message, 15);
        (behaviour.Kind, behaviour.Actual).ShouldBe((BehaviourKind.Raises, "InvalidOperationException: Sequence contains no elements"));
        behaviour.Call.ShouldBe("Words.Wrap(\n\"the sea\",\nwidth: 3)");
    }

    [Fact]
    public void Another_error_than_expected()
    {
        var behaviour = Read("Assert.Throws() Failure: Exception type was not an exact match\nExpected: typeof(System.ArgumentException)\nActual:   typeof(System.NullReferenceException)\n---- System.NullReferenceException : Object reference", 13);
        (behaviour.Kind, behaviour.Actual, behaviour.Expected).ShouldBe((BehaviourKind.Raises, "NullReferenceException: Object reference", "ArgumentException"));
    }

    [Theory]
    [InlineData(14, "Words.IsTitle(\"Sea\")")]
    [InlineData(18, "Words.Title(\"sea\")")]
    [InlineData(20, "Words.Join(wrapped)")]
    public void The_call_is_what_an_assertion_is_about(int line, string call) => Read("Assert.True() Failure\nExpected: True\nActual:   False", line).Call.ShouldBe(call);

    [Fact]
    public void Arguments_of_a_test_are_told_where_they_are_used() =>
        Read("Expected: 3\nActual: 4", 19, "(text: \"a, b\", other: 7, cut: \"xx\"···)").Inputs.ShouldBe(new Dictionary<string, string> { ["text"] = "\"a, b\"" });

    [Fact]
    public void Without_the_source_the_message_is_all_there_is()
    {
        var behaviour = CsharpBehaviour.Of(new("A.B.C", TestOutcome.Failed, Details: "something odd\n   at A.B.C()"), null, null);
        (behaviour.Kind, behaviour.Call, behaviour.Message).ShouldBe((BehaviourKind.Other, null, "something odd"));
    }
}
