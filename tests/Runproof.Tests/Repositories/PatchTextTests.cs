using Runproof.Repositories;

namespace Runproof.Tests.Repositories;

public class PatchTextTests
{
    private const string Patch = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -3,3 +3,4 @@ def f():\n one\n-two\n+ two\n++++ b/not-a-file\n three\n@@ -20 +21,0 @@\n-gone\ndiff --git a/b.py b/b.py\nnew file mode 100644\n--- /dev/null\n+++ b/b.py\n@@ -0,0 +1 @@\n+new\n";

    [Fact]
    public void Added_lines_have_their_file_and_number() => PatchText.Added(Patch).Where(line => line.Text.Length > 0)
        .ShouldBe([("a.py", 4, " two"), ("a.py", 5, "+++ b/not-a-file"), ("b.py", 1, "new")]);

    [Fact]
    public void What_only_removes_counts_at_the_line_that_follows() => PatchText.Added(Patch).Where(line => line.Text.Length == 0).ShouldBe([("a.py", 4, ""), ("a.py", 21, "")]);

    [Theory]
    [InlineData("@@ -3,3 +3,4 @@ def f():", "@@ -103,3 +103,4 @@", true)]
    [InlineData("+ two", "+\ttwo", true)]
    [InlineData("a/a.py", "lib/old/a.py", true)]
    [InlineData("+ two", "+ three", false)]
    [InlineData("-gone", "+gone", false)]
    public void A_backport_has_the_same_fingerprint(string from, string to, bool same) =>
        (PatchText.Fingerprint(Patch.Replace(from, to)) == PatchText.Fingerprint(Patch)).ShouldBe(same);
}
