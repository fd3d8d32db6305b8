using Runproof.Sandboxes;
using Runproof.Statements;

namespace Runproof.Tests.Statements;

/// <summary>What the support scripts record of failing tests, by running them.</summary>
public sealed class PythonBehaviourTests : IAsyncLifetime
{
    private const string Tests = """"
        import unittest
        import pytest

        LIMIT = 60


        class Box:
            def __init__(self, size):
                self.items = [str(i) for i in range(size)]


        class Large:
            """A class of which a test uses a part."""

            def __init__(self, size):
                self.size = size

            def twice(self):
                return self.size + self._size()

            def _size(self):
                return self.size

            def thrice(self):
                """Never told."""
                total = 0
                for one in range(3):
                    total += self.size
                return total + self._size() - self.size

            def four(self):
                return sum(self.size for one in range(4)) + self.twice() - self.twice() + 0


        def test_list():
            box = Box(LIMIT)
            assert box.items == [str(i) for i in range(40)] + ["no"] * 20


        def test_text():
            def command(name):
                return "\n".join(name + str(i) for i in range(60))

            out = command("line")
            assert out == "\n".join("line" + str(i) for i in range(59)) + "\nlast"


        def test_nested():
            got = {"a": 1}
            got.update(b={"c": "x" * 300, "d": 5})
            assert got == {"a": 1, "b": {"c": "x" * 300, "d": 6}}


        def test_warning():
            with pytest.warns(DeprecationWarning):
                len("x")


        def test_folder(tmp_path):
            assert str(tmp_path) == ""


        def twice(x):
            return x * 2


        class Counter(list):
            def add(self, one=1):
                self.append(one)
                return sum(self)


        def test_changed(counter=Counter):
            count = counter()
            assert count.add() == 1
            count.extra = counter()
            count.extra.add(2)
            del count[0]
            assert count.add(5) == 6


        def test_stored():
            count = Counter()
            count[3] = 3


        def test_refused():
            with pytest.raises(ValueError) as caught:
                int("x")
            assert caught.value.args == ()


        def test_both():
            assert twice("a") == Box(3).items[0]


        class Test(unittest.TestCase):
            def test_error(self):
                self.assertRaises(ValueError, lambda: {}["a"])

            def check(self, given):
                made = twice(given)
                self.assertEqual(given, made)

            def test_helper(self):
                self.check(3)

            kind = list

            def setUp(self):
                self.size = 3

            def make(self, more):
                """Not told."""
                return self.kind(range(self.size + more))

            def test_own(self):
                made = self.make(1)
                self.assertEqual(len(made), 5)

            def test_unknown(self):
                with self.assertRaises(KeyError) as caught:
                    {}["a"]
                self.assertEqual(caught.exception.args, ())

            def test_large(self):
                large = Large(3)
                self.assertEqual(large.twice(), 7)

            def test_case(self):
                got = list(range(100))
                self.assertEqual(got, list(range(99)) + [4])
        """";

    private readonly Workbench _bench = new();
    private Dictionary<string, Behaviour> _read = [];

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_bench.Root, "test_b.py"), Tests);
        var behaviour = Path.Combine(_bench.Root, "behaviour");
        var variables = new Dictionary<string, string?> { ["RUNPROOF_REPORT"] = Path.Combine(_bench.Root, "report"), ["RUNPROOF_BEHAVIOUR"] = behaviour, ["PYTHONDONTWRITEBYTECODE"] = "1" };
        await HostProcess.RunAsync(new("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "languages", "python", "run_pytest.py")], _bench.Root, Environment: variables), default);
        _read = Behaviour.ReadLines(await File.ReadAllBytesAsync(behaviour)).ToDictionary(one => one.Test.Split("::")[^1]);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("test_list", "box.items[40]", "'40'", "'no'")]
    [InlineData("test_text", "out.splitlines()[59]", "'line59'", "'last'")]
    [InlineData("test_nested", "got['b']['d']", "5", "6")]
    [InlineData("test_case", "got[99]", "99", "4")]
    [InlineData("test_warning", "len(\"x\")", "no such warning", "a DeprecationWarning")]
    [InlineData("test_both", "twice(\"a\") == Box(3).items[0]", "'aa' == '0'", "a true value")]
    [InlineData("test_error", "{}[\"a\"]", "KeyError: 'a'", "ValueError")]
    [InlineData("test_helper", "made", "6", "3")]
    public void The_call_is_told_with_what_came_out_and_what_was_expected_long_values_where_they_differ(string test, string call, string actual, string expected) =>
        (_read[test].Call, _read[test].Actual, _read[test].Expected).ShouldBe((call, actual, expected));

    [Fact]
    public void What_the_test_or_its_module_defines_for_the_call_is_told()
    {
        _read["test_list"].SetUp.Select(line => line.Split('\n')[0]).ShouldBe(["class Box:", "LIMIT = 60", "box = Box(LIMIT)"], ignoreOrder: true);
        _read["test_text"].SetUp.Select(line => line.Split('\n')[0]).ShouldBe(["def command(name):", "out = command(\"line\")"]);
        _read["test_nested"].SetUp.Count.ShouldBe(2);
    }

    [Fact]
    public void What_a_block_made_or_a_helper_was_given_is_told()
    {
        _read["test_refused"].SetUp.ShouldBe(["with pytest.raises(ValueError) as caught:\n    int(\"x\")"]);
        _read["test_helper"].Inputs.ShouldBe(new Dictionary<string, string> { ["given"] = "3" });
    }

    [Fact]
    public void What_a_test_has_of_its_class_stands_in_one_of_another_name_and_a_large_class_is_told_in_part()
    {
        _read["test_own"].SetUp.ShouldBe(["class Example:\n    def make(self, more):\n        return self.kind(range(self.size + more))\n    kind = list", "self = Example()", "self.size = 3", "made = self.make(1)"]);
        _read["test_unknown"].SetUp.ShouldBeEmpty();
        _read["test_large"].SetUp.Count.ShouldBe(2);
        _read["test_large"].SetUp[0].ShouldContain("def _size(self)");
        _read["test_large"].SetUp[0].ShouldNotContain("thrice");
    }

    [Fact]
    public void What_was_called_before_is_told_where_it_may_have_changed_something()
    {
        var changed = _read["test_changed"];
        changed.SetUp.Skip(1).ShouldBe(["counter = Counter", "count = counter()", "count.add()", "count.extra = counter()", "count.extra.add(2)", "del count[0]"]);
        (changed.Call, changed.Actual, changed.Expected).ShouldBe(("count.add(5)", "5", "6"));
        _read["test_stored"].Call.ShouldBe("count[3] = 3");
    }

    [Fact]
    public void A_temporary_folder_is_no_input() => _read["test_folder"].Inputs.ShouldBeEmpty();
}
