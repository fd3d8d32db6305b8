using System.Text.RegularExpressions;
using Runproof.Languages;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>Where the statement goes that makes a test fail. That it finds forgers out: <see cref="PytestRunTimeAttackTests"/>.</summary>
public class CountercheckTests
{
    private static FailingRule Rule(string framework) => LanguageProfiles.All.SelectMany(profile => profile.Frameworks).First(one => one.Name == framework).Failing!;

    private static string Failing(string framework, string text) => Rule(framework).Declaration.Replace(text, head => head.Result(Rule(framework).Replacement.Replace("{guards}", "", StringComparison.Ordinal).Replace("{a}", "1", StringComparison.Ordinal).Replace("{b}", "2", StringComparison.Ordinal)));

    [Theory]
    [InlineData("def test_a():\n    x()\n", "def test_a():\n    assert 1 == 2\n    x()\n")]
    [InlineData("class T:\n\tasync def test_a(self, x=(1, (2)), *, y: dict[str, int] = {}) -> None:  # why\n\n\t\t# more\n\t\t\"\"\"Text.\"\"\"\n", "class T:\n\tasync def test_a(self, x=(1, (2)), *, y: dict[str, int] = {}) -> None:  # why\n\n\t\t# more\n\t\tassert 1 == 2\n\t\t\"\"\"Text.\"\"\"\n")]
    [InlineData("def test_a(\n    x,\n):\r\n    x()\r\n", "def test_a(\n    x,\n):\r\n    assert 1 == 2\n    x()\r\n")]
    [InlineData("def test_a(): x()\n", "def test_a(): x()\n")]
    public void A_python_function_fails_at_once(string text, string failing) => Failing("pytest", text).ShouldBe(failing);

    [Fact]
    public void A_go_test_fails_at_once() => Failing("go test", "func TestA(t *testing.T) { x() }\nfunc BenchmarkA(b *testing.B) {}\n")
        .ShouldBe("func TestA(t *testing.T) {\n\tt.Fatal(\"got 1, want 2\")\n x() }\nfunc BenchmarkA(b *testing.B) {}\n");

    [Theory]
    [InlineData("pytest", "tests/test_a.py::TestB::test_c[x::y[0]]", "test_c")]
    [InlineData("pytest", "tests/test_a.py::test_c", "test_c")]
    [InlineData("unittest", "tests.test_a.TestB.test_c", "test_c")]
    [InlineData("go test", "example.com/a.v2/b.TestC/sub.TestD/x", "TestC")]
    public void The_function_of_a_test_is_in_its_id(string framework, string id, string function) => Rule(framework).Function.Match(id).Groups["name"].Value.ShouldBe(function);
}

/// <summary>What a made-to-fail test tries first: the assertions that its file uses, on values that they must refuse.</summary>
public class AssertionGuardsTests
{
    private static string For(string language, string framework, string text) =>
        LanguageProfiles.Named(language) is var profile ? AssertionGuards.For(profile, profile.Frameworks.Single(one => one.Name == framework).Failing!, text) : "";

    [Fact]
    public void Only_assertions_that_the_file_uses_are_tried()
    {
        var guards = For("python", "unittest", "import pytest\n\n\nclass T:\n    def test_a(self):\n        self.assertIn(1, x)\n        with pytest.raises(KeyError):\n            f()\n");
        guards.ShouldContain("try:\n${body} self.assertIn({a}, [{b}])\n${body} return\n");
        guards.ShouldContain(" pytest.raises(Warning, int)\n");
        guards.Split("try:").Length.ShouldBe(3);
        For("python", "unittest", "def test_a():\n    assert f() == 1\n").ShouldBeEmpty();
        For("javascript", "jest", "const assert = require('assert');\nit('a', () => { assert.throws(f); assert.equal(1, 1); });\n").Split("try ").Length.ShouldBe(6);
        For("go", "go test", "t.Fatal()").ShouldBeEmpty();
    }
}

/// <summary>How names are found that an answer gives another meaning.</summary>
public class MacroRuleTests
{
    private static MacroRule Rule => LanguageProfiles.Named("c").Macros!;

    [Theory]
    [InlineData("#define strcmp(a, b) 0", "strcmp")]
    [InlineData("  # /* x */ define /* y */ strcmp(a, b) 0", "strcmp")]
    [InlineData("int x; /* a\n b */ #undef assert", "assert")]
    [InlineData("%:define assert(x)", "assert")]
    [InlineData("#pragma push_macro(\"assert\")", "assert")]
    [InlineData("_Pragma(\"pop_macro(\\\"assert\\\")\")", "assert")]
    [InlineData("#pragma redefine_extname strcmp alike", "strcmp")]
    [InlineData("extern int strcmp(const char *a, const char *b) __asm__(\"alike\");", "strcmp")]
    [InlineData("int strcmp(const char *a,\n  const char *b)\n  asm (\"alike\");", "strcmp")]
    [InlineData("x = strcmp(a, b); /* define strcmp */ // #define strcmp", null)]
    [InlineData("#ifdef strcmp", null)]
    public void Definitions_are_found(string text, string? name) => Rule.Defined.Matches(text).Select(match => match.Groups["name"].Value).ShouldBe(name is null ? [] : [name]);

    [Theory]
    [InlineData("#define list_size(l) (l)->size", "list_size", true)]
    [InlineData("size_t list_size(struct list *l);", "list_size", true)]
    [InlineData("static char *list_name (l)", "list_name", true)]
    [InlineData("enum kind {\n  FEW = 1,\n  MANY\n};", "MANY", true)]
    [InlineData("extern const int limit;", "limit", true)]
    [InlineData("  assert(list != NULL);", "assert", false)]
    [InlineData("  return strcmp(a, b);", "strcmp", false)]
    [InlineData("  if (x) y();\n  else strcmp(a, b);", "strcmp", false)]
    [InlineData("  if (strcmp(a, b) == 0 && !strcmp(c, d))", "strcmp", false)]
    public void Declarations_are_known(string text, string name, bool known) => Regex.IsMatch(text, Rule.Declared.Replace("{name}", name, StringComparison.Ordinal), RegexOptions.Multiline).ShouldBe(known);
}
