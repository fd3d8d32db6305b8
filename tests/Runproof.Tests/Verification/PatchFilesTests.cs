using Runproof.Verification;

namespace Runproof.Tests.Verification;

public class PatchFilesTests
{
    [Fact]
    public void All_names_of_a_patch_are_found() => PatchFiles.Of(
        "diff --git a/a.py b/b.py\nsimilarity index 100%\nrename from a.py\nrename to b.py\n"
        + "diff --git a/m b/m\nold mode 100644\nnew mode 100755\n"
        + "diff --git \"a/\\303\\244.py\" \"b/\\303\\244.py\"\n--- \"a/\\303\\244.py\"\n+++ \"b/\\303\\244.py\"\n@@ -1 +1 @@\n-a\n+b\n").ShouldBe(["a.py", "b.py", "m", "ä.py"], ignoreOrder: true);

    [Fact]
    public void Text_in_a_hunk_that_looks_like_a_header_is_text() => PatchFiles.Of(
        "diff --git a/pkg/a.py b/pkg/a.py\n--- a/pkg/a.py\n+++ b/pkg/a.py\n@@ -1,2 +1,3 @@\n x\n--- a/tests/test_a.py\n+++ b/tests/test_a.py\n+y\n").ShouldBe(["pkg/a.py"]);
}
