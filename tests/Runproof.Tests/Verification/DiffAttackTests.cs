using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>Answers whose diffs say one thing to one reader and another to the next, to reach what judges. What is written is looked at, no test runs.</summary>
public class DiffAttackTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    /// <summary>A change of the judging test that git takes, without the lines that say which file it is.</summary>
    private const string Hunk = "@@ -6,3 +6,2 @@\n def test_lines_fill_up_to_the_width():\n-    assert wrap(\"aa bb cc\", 5) == [\"aa bb\", \"cc\"]\n     assert wrap(\"aa bb cc\", 4) == [\"aa\", \"bb\", \"cc\"]\n";

    private const string Made = "@@ -0,0 +1 @@\n+x = 1\n";

    private static Task<Dictionary<string, string>>? _before;

    private readonly WrapTask _task = new(sample);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Change(string old, string @new, string body = Hunk) => $"diff --git {old} {@new}\n--- {old}\n+++ {@new}\n{body}";

    public static TheoryData<string, string> Spellings => new()
    {
        { "plain", Change("a/tests/test_wrap.py", "b/tests/test_wrap.py") },
        { "no git line", $"--- a/tests/test_wrap.py\n+++ b/tests/test_wrap.py\n{Hunk}" },
        { "other prefixes", Change("x/tests/test_wrap.py", "y/tests/test_wrap.py") },
        { "no prefix", Change("tests/test_wrap.py", "tests/test_wrap.py") },
        { "prefixes of a tool", Change("i/tests/test_wrap.py", "w/tests/test_wrap.py") },
        { "a hunk header that counts too much", Change("a/README.md", "b/README.md", "@@ -1 +1 @@\n-# textkit\n+# Textkit\n@@ -1,90  +1,90 @@\n") + Change("a/tests/test_wrap.py", "b/tests/test_wrap.py") },
        { "a name that ends at a carriage return", $"--- a/tests/test_wrap.py\rx\n+++ b/tests/test_wrap.py\rx\n{Hunk}" },
        { "a name that ends at a form feed", $"--- a/tests/test_wrap.py\f.txt\n+++ b/tests/test_wrap.py\f.txt\n{Hunk}" },
        { "a name that ends at a space", Change("a/tests/test_wrap.py ", "b/tests/test_wrap.py ") },
        { "a name with a date", $"--- a/tests/test_wrap.py\t2020-01-01 00:00:00 +0000\n+++ b/tests/test_wrap.py\t2020-01-01 00:00:00 +0000\n{Hunk}" },
        { "a quoted name", $"--- \"a/tests/test_\\167rap.py\"\n+++ \"b/tests/test_\\167rap.py\"\n{Hunk}" },
        { "doubled slashes", Change("a/tests//test_wrap.py", "b/tests//test_wrap.py") },
        { "a dot in the way", Change("a/./tests/test_wrap.py", "b/./tests/test_wrap.py") },
        { "a git line for another file", $"diff --git a/README.md b/README.md\n--- a/tests/test_wrap.py\n+++ b/tests/test_wrap.py\n{Hunk}" },
        { "one side another file", $"--- a/README.md\n+++ b/tests/test_wrap.py\n{Hunk}" },
        { "Windows line ends in the headers", $"diff --git a/tests/test_wrap.py b/tests/test_wrap.py\r\n--- a/tests/test_wrap.py\r\n+++ b/tests/test_wrap.py\r\n{Hunk}" },
        { "renamed away", "diff --git a/tests/test_wrap.py b/src/textkit/kept.py\nsimilarity index 100%\nrename from tests/test_wrap.py\nrename to src/textkit/kept.py\n" },
        { "renamed away by old headers", "diff --git a/tests/test_wrap.py b/src/textkit/kept.py\nsimilarity index 100%\nrename old tests/test_wrap.py\nrename new src/textkit/kept.py\n" },
        { "overwritten by a copy", "diff --git a/README.md b/tests/test_wrap.py\nsimilarity index 100%\ncopy from README.md\ncopy to tests/test_wrap.py\n" },
        { "another mode", "diff --git a/tests/test_wrap.py b/tests/test_wrap.py\nold mode 100644\nnew mode 100755\n" },
        { "another mode, no prefix", "diff --git tests/test_wrap.py tests/test_wrap.py\nold mode 100644\nnew mode 100755\n" },
        { "a new file", $"diff --git a/conftest.py b/conftest.py\nnew file mode 100644\n--- /dev/null\n+++ b/conftest.py\n{Made}" },
        { "a new file by a name that ends early", $"--- /dev/null\n+++ b/conftest.py\rx\n{Made}" },
        { "a new file by a name that a form feed ends", $"--- /dev/null\n+++ b/conftest.py\f.txt\n{Made}" },
        { "a new empty file", "diff --git a/src/textkit/conftest.py b/src/textkit/conftest.py\nnew file mode 100644\nindex 0000000..e69de29\n" },
        { "settings in a subfolder", $"--- /dev/null\n+++ b/tests/pytest.ini\n{Made}" },
        { "a package in front of the test", $"--- /dev/null\n+++ b/tests/test_wrap/__init__.py\n{Made}" },
        { "data beside the tests", $"--- /dev/null\n+++ b/tests/expected.txt\n{Made}" },
        { "code that starts with the interpreter", $"--- /dev/null\n+++ b/src/sitecustomize.py\n{Made}" },
        { "metadata with entry points", $"--- /dev/null\n+++ b/src/x.dist-info/entry_points.txt\n{Made}" },
        { "a link", "diff --git a/src/l b/src/l\nnew file mode 120000\n--- /dev/null\n+++ b/src/l\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n" },
        { "a link with its mode in another spelling", "diff --git a/src/l b/src/l\nnew file mode 0120000\n--- /dev/null\n+++ b/src/l\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n" },
        { "a submodule", "diff --git a/sub b/sub\nnew file mode 160000\nindex 0000000..1de5659\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+Subproject commit 1de565933b05f74c75ff9a6520af5f9f8a5a2f1d\n" },
        { "out of the repository", Change("a/../home/runner/x", "b/../home/runner/x", Made) },
        { "out of it by a new file", $"--- /dev/null\n+++ b/../home/runner/x\n{Made}" },
        { "an absolute path", $"--- /dev/null\n+++ b//home/runner/x\n{Made}" },
        { "out of it in quotes", $"--- /dev/null\n+++ \"b/\\056\\056/home/runner/x\"\n{Made}" },
        { "into Git's folder", $"--- /dev/null\n+++ b/.git/config\n{Made}" },
        { "into Git's folder in another case", $"--- /dev/null\n+++ b/src/.GIT/hooks/x\n{Made}" },
        { "a rename out", "diff --git a/README.md b/../../a.md\nsimilarity index 100%\nrename from README.md\nrename to ../../a.md\n" },
        { "a name that is not UTF-8", "--- /dev/null\n+++ \"b/src/\\377.py\"\n" + Made },
        { "rubbish", "\0\0\0" },
        { "half a line", "diff --git a/x" },
        { "a hunk without a file", Hunk },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task No_spelling_reaches_what_judges(string name, string diff)
    {
        var (answer, changes) = await ApplyAsync(diff);
        changes.ShouldNotContain(line => !Harmless.Contains(line), $"{name}: {answer.Reason} {answer.Detail}");
    }

    /// <summary>What the attacks may leave behind: code beside the code, which judges nothing.</summary>
    private static readonly string[] Harmless = ["+ src/textkit/kept.py", "* README.md", "+ conftest.py\f.txt"];

    [Fact]
    public async Task A_folder_of_tests_that_is_removed_whole_stands_again()
    {
        var tests = sample.Context.Tree.Files.Where(file => file.StartsWith("tests/", StringComparison.Ordinal)).ToList();
        var removed = string.Concat(await Task.WhenAll(tests.Select(file => _task.DiffAsync(file, sample.Context.Tree.ReadText(file), null))));

        // Each name is excluded, so another file is moved out of the folder to empty what git is let near, and one is put where the folder was.
        var moved = string.Concat(tests.Select(file => $"diff --git a/{file} b/src/{Path.GetFileName(file)[5..]}\nsimilarity index 100%\nrename from {file}\nrename to src/{Path.GetFileName(file)[5..]}\n"));
        foreach (var diff in new[] { removed, moved, moved + $"--- /dev/null\n+++ b/tests\n{Made}", moved + $"--- /dev/null\n+++ b/tests/test_wrap.py\n{Made}" })
        {
            var (answer, changes) = await ApplyAsync(diff);
            changes.Where(line => !line.StartsWith("+ src/", StringComparison.Ordinal)).ShouldBeEmpty($"{answer.Reason} {answer.Detail}");
            (answer.Reason is not null || tests.TrueForAll(answer.LeftOut.Contains)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_file_that_judges_does_not_stand()
    {
        var removed = await _task.DiffAsync("pyproject.toml", sample.Context.Tree.ReadText("pyproject.toml"), null);
        var moved = "diff --git a/pyproject.toml b/src/x\nsimilarity index 100%\nrename from pyproject.toml\nrename to src/x\n";
        foreach (var diff in new[] { removed, moved }) (await ApplyAsync(diff + $"--- /dev/null\n+++ b/pyproject.toml/x.py\n{Made}")).Changes.ShouldNotContain(line => line.Contains("pyproject", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_the_gold_patch_changes_may_be_changed()
    {
        var diff = await _task.DiffAsync("pyproject.toml", sample.Context.Tree.ReadText("pyproject.toml"), "[project]\nname = \"x\"\n");
        (await ApplyAsync(diff)).Changes.ShouldBeEmpty();
        (await ApplyAsync(diff, "pyproject.toml")).Changes.ShouldBe(["* pyproject.toml"]);
    }

    /// <returns>What a judging sandbox sees of the answer: "+" new, "-" gone, "*" other content or mode, below <c>/testbed</c> or anywhere else that is written.</returns>
    private async Task<(Answer Answer, List<string> Changes)> ApplyAsync(string diff, params string[] goldFiles)
    {
        var scratch = WorkspaceFolders.CreateTemporary(sample.Workspace.Root);
        try
        {
            var kept = new KeptFiles(sample.Context.Profile.Files, sample.Environment.Tests, goldFiles.ToHashSet());
            var none = Path.Combine(scratch, "bug");
            var answer = await new AnswerLayers(sample.Context, kept).MakeAsync(diff, none, scratch, Cancel);
            if (answer.Reason is not null) return (answer, []);
            var (before, after) = (await (_before ??= ListAsync([])), await ListAsync(answer.Layers));
            return (answer,
            [
                .. after.Keys.Except(before.Keys).Select(path => "+ " + path), .. before.Keys.Except(after.Keys).Select(path => "- " + path),
                .. after.Where(pair => before.TryGetValue(pair.Key, out var old) && old != pair.Value).Select(pair => "* " + pair.Key),
            ]);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    private async Task<Dictionary<string, string>> ListAsync(IReadOnlyList<string> layers)
    {
        await using var sandbox = await sample.Context.SandboxToJudgeAsync(Cancel, layers);
        var listed = await sandbox.ExecuteAsync(
            ExecRequest.Shell("find . /home/runner /tmp -not -type d -printf '%P\\t%y %m %l ' -exec sh -c 'sha256sum <\"$1\"' sh {} \\;", TimeSpan.FromSeconds(30)), Cancel);
        return listed.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToDictionary(words => words[0], words => words[1]);
    }
}
