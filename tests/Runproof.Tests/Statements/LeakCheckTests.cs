using Runproof.Statements;

namespace Runproof.Tests.Statements;

public class LeakCheckTests
{
    private const string Patch = "diff --git a/pkg/core.py b/pkg/core.py\n--- a/pkg/core.py\n+++ b/pkg/core.py\n@@ -1,3 +1,3 @@\n def f(a):\n-    if len(a) < limit:\n+    if len(a) <= limit:\n     return a\n";

    private static readonly Secrets Secrets = new(
        [Patch], ["tests/unit/test_core.py::TestLimits::test_at_the_limit[3]", "example.com/m/sub.TestArea/wide", "test/index.js > parse > keeps what stands in quotes"], ["tests/unit/test_core.py", "sub/area_test.go", "test/index.js"], ["python-comparison-boundary"],
        ["0123456789abcdef0123456789abcdef01234567"]);

    [Theory]
    [InlineData("see tests/unit/test_core.py", "test file")]
    [InlineData("in test_core.py it fails", "test file")]
    [InlineData("module tests.unit.test_core", "test file")]
    [InlineData("run area_test", "test file")]
    [InlineData("`test_at_the_limit` fails", "test name")]
    [InlineData("TestLimits is red", "test name")]
    [InlineData("TestArea fails", "test name")]
    [InlineData("It no longer keeps what stands in quotes.", "test name")]
    [InlineData("see test/index.js", "test file")]
    [InlineData("it should say `if len(a) <= limit:` there", "patch line")]
    [InlineData("if  len( a )<limit", "patch line")]
    [InlineData("since commit 0123456789", "commit hash")]
    [InlineData("FEDCBA9876543210fedcba9876543210fedcba98", "commit hash")]
    [InlineData("python-comparison-boundary", "operator")]
    [InlineData("this is a Mutation", "operator")]
    [InlineData("look at core.py:12", "file and line")]
    public void What_gives_the_answer_away_is_found(string statement, string rule) => LeakCheck.Find(statement, Secrets).Select(leak => leak.Rule).ShouldContain(rule);

    [Theory]
    [InlineData("`f([1, 2, 3])` returns `[]`, expected `[1, 2, 3]`.")]
    [InlineData("The limit is one too small: latest releases are affected, please test it.")]
    [InlineData("return a")]
    [InlineData("`parse` gives the wrong index")]
    [InlineData("color #abcdef0 and 1234567 items")]
    [InlineData("limits and areas")]
    public void Honest_behaviour_is_no_leak(string statement) => LeakCheck.Find(statement, Secrets).ShouldBeEmpty();
}
