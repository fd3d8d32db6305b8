using Runproof.Languages;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

public class DiffGuardTests
{
    private static readonly FileKinds Python = LanguageProfiles.Named("python").Files;

    private static GuardedDiff Check(string diff, params string[] goldFiles) => DiffGuard.Check(diff, Python, goldFiles.ToHashSet());

    private static string Change(string path, string old = "a", string @new = "b") =>
        $"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-{old}\n+{@new}\n";

    [Fact]
    public void Product_changes_pass_and_test_changes_are_left_out()
    {
        var guarded = Check(Change("pkg/core.py") + Change("tests/test_core.py") + Change("conftest.py"));
        guarded.Refusal.ShouldBeNull();
        guarded.Applied.ShouldBe(Change("pkg/core.py"));
        guarded.LeftOut.ShouldBe(["tests/test_core.py", "conftest.py"]);
    }

    [Theory]
    [InlineData("pyproject.toml")]
    [InlineData("sitecustomize.py")]
    [InlineData("pytest.py")]
    [InlineData("_pytest/__init__.py")]
    [InlineData("pkg/tests/test_x.py")]
    [InlineData("pkg/__pycache__/core.cpython-311.pyc")]
    public void What_steers_tests_is_left_out(string path) => Check(Change(path)).LeftOut.ShouldBe([path]);

    [Fact]
    public void A_file_that_the_gold_patch_changes_may_be_changed() => Check(Change("setup.cfg"), "setup.cfg").Applied.ShouldBe(Change("setup.cfg"));

    [Theory]
    [InlineData("diff --git a/../x b/../x\n--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n")]
    [InlineData("--- /dev/null\n+++ b//etc/passwd\n@@ -0,0 +1 @@\n+x\n")]
    [InlineData("diff --git a/.git/config b/.git/config\n--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n-a\n+b\n")]
    [InlineData("diff --git a/pkg/.GIT/hooks/x b/pkg/.GIT/hooks/x\nnew file mode 100755\n--- /dev/null\n+++ b/pkg/.GIT/hooks/x\n@@ -0,0 +1 @@\n+b\n")]
    [InlineData("diff --git a/a.py b/../../a.py\nrename from a.py\nrename to ../../a.py\n")]
    [InlineData("diff --git \"a/\\056\\056/x\" \"b/\\056\\056/x\"\n--- \"a/\\056\\056/x\"\n+++ \"b/\\056\\056/x\"\n@@ -1 +1 @@\n-a\n+b\n")]
    public void Paths_that_leave_the_repository_are_refused(string diff) => Check(diff).Refusal.ShouldNotBeNull();

    [Theory]
    [InlineData("diff --git a/link b/link\nnew file mode 120000\nindex 0000000..1de5659\n--- /dev/null\n+++ b/link\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n")]
    [InlineData("diff --git a/sub b/sub\nnew file mode 160000\nindex 0000000..1de5659\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+Subproject commit 1\n")]
    [InlineData("diff --git a/f b/f\nold mode 100644\nnew mode 120000\n")]
    [InlineData("diff --git a/link b/link\nindex 1de5659..2de5659 120000\n--- a/link\n+++ b/link\n@@ -1 +1 @@\n-a\n+b\n")]
    public void Links_and_submodules_are_refused(string diff) => Check(diff).Refusal.ShouldNotBeNull().ShouldContain("symbolic link or submodule");

    [Fact]
    public void Text_in_a_hunk_that_looks_like_a_header_is_text()
    {
        const string diff = "diff --git a/pkg/a.py b/pkg/a.py\n--- a/pkg/a.py\n+++ b/pkg/a.py\n@@ -1,2 +1,3 @@\n x\n--- a/tests/test_a.py\n+++ b/tests/test_a.py\n+y\n";
        var guarded = Check(diff);
        guarded.LeftOut.ShouldBeEmpty();
        guarded.Applied.ShouldBe(diff);
    }

    [Fact]
    public void A_plain_diff_without_git_lines_is_read_file_by_file()
    {
        var plain = "--- a/pkg/a.py\n+++ b/pkg/a.py\n@@ -1 +1 @@\n-a\n+b\n--- a/tests/test_a.py\n+++ b/tests/test_a.py\n@@ -1 +1 @@\n-a\n+b\n";
        var guarded = Check(plain);
        guarded.LeftOut.ShouldBe(["tests/test_a.py"]);
        guarded.Applied.ShouldBe("--- a/pkg/a.py\n+++ b/pkg/a.py\n@@ -1 +1 @@\n-a\n+b\n");
    }

    [Fact]
    public void A_rename_into_the_tests_is_left_out_whole() =>
        Check("diff --git a/pkg/a.py b/tests/test_a.py\nsimilarity index 100%\nrename from pkg/a.py\nrename to tests/test_a.py\n").Applied.ShouldBe("");

    [Fact]
    public void An_empty_diff_is_an_empty_diff() => Check("").ShouldBe(new GuardedDiff("", [], null), Comparer);

    [Theory]
    [InlineData("diff --git \n")]
    [InlineData("@@ -1 +1 @@\n-a\n+b\n")]
    [InlineData("\0\0\0")]
    [InlineData("diff --git a/x")]
    public void Rubbish_neither_throws_nor_names_a_file_to_change(string diff)
    {
        var guarded = Check(diff);
        (guarded.Refusal is not null || guarded.Applied.Length == 0).ShouldBeTrue();
    }

    private static IEqualityComparer<GuardedDiff> Comparer { get; } = EqualityComparer<GuardedDiff>.Create((a, b) => a!.Applied == b!.Applied && a.Refusal == b.Refusal && a.LeftOut.SequenceEqual(b.LeftOut));
}
