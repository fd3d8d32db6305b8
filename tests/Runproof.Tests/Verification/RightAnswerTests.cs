using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>Right answers that look unlike the gold patch must not be refused.</summary>
public class RightAnswerTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    private readonly WrapTask _task = new(sample);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData]
    [InlineData("-c", "diff.noprefix=true")]
    [InlineData("-c", "diff.mnemonicPrefix=true")]
    [InlineData("-c", "core.quotePath=false")]
    [InlineData("-c", "diff.renames=copies")]
    [InlineData("-c", "diff.renames=false")]
    [InlineData("-c", "diff.suppressBlankEmpty=true")]
    public async Task A_diff_applies_however_git_was_told_to_print_it(params string[] settings)
    {
        var scratch = WorkspaceFolders.CreateTemporary(sample.Workspace.Root);
        try
        {
            var (layer, work) = (Path.Combine(scratch, "bug"), Path.Combine(scratch, "work"));
            var below = Path.Combine(layer, "testbed");
            foreach (var root in new[] { below, work })
            {
                Write(root, "src/crlf.py", "a = 1\r\nb = 2\r\nc = 3\r\n");
                Write(root, "src/mixed.py", "a = 1\nb = 2\r\nc = 3\n");
                Write(root, "src/open.py", "a = 1\nb = 2");
                Write(root, "src/binary.dat", "\0\u0001\0 one");
                Write(root, "src/odd \"näme\".py", "a = 1\n");
                Write(root, "src/tab\there.py", "a = 1\n");
                Write(root, "src/[b]*?.py", "a = 1\n");
                Write(root, "src/gone.py", "a = 1\n");
                Write(root, "src/folder/only.py", "a = 1\n");
                Write(root, "src/script.sh", "#!/bin/sh\n");
                Write(root, "src/old_name.py", string.Concat(Enumerable.Range(0, 20).Select(i => $"line_{i} = {i}\n")));
                Write(root, "src/other.py", string.Concat(Enumerable.Range(0, 20).Select(i => $"other_{i} = {i}\n")));
                Write(root, "build", "a file, not a folder\n");
            }

            var git = new Git(work);
            await git.RunAsync(["init", "--quiet", "."], Cancel);
            await git.RunAsync(["add", "--all", "--force", "."], Cancel);
            await git.RunAsync(["commit", "--quiet", "-m", "x"], Cancel);
            Write(work, "src/crlf.py", "a = 1\r\nb = 20\r\nc = 3\r\nd = 4\r\n");
            Write(work, "src/mixed.py", "a = 1\r\nb = 2\nc = 3\n");
            Write(work, "src/open.py", "a = 1\nb = 3");
            Write(work, "src/binary.dat", "\0\u0001\0 two");
            Write(work, "src/odd \"näme\".py", "a = 2\n");
            Write(work, "src/tab\there.py", "a = 2\n");
            Write(work, "src/[b]*?.py", "a = 2\n");
            Write(work, "src/new folder/new.py", "a = 1\n");
            Write(work, "src/empty.py", "");
            Write(work, "src/trailing space ", "x\n");
            Write(work, "src/new.bin", "\0\u0002");
            File.Delete(Path.Combine(work, "src/gone.py"));
            Directory.Delete(Path.Combine(work, "src/folder"), recursive: true);
            File.SetUnixFileMode(Path.Combine(work, "src/script.sh"), (UnixFileMode)0b111_101_101);
            File.Move(Path.Combine(work, "src/old_name.py"), Path.Combine(work, "src/new_name.py"));
            File.AppendAllText(Path.Combine(work, "src/new_name.py"), "more = 1\n");
            File.Copy(Path.Combine(work, "src/other.py"), Path.Combine(work, "src/copy.py"));
            File.AppendAllText(Path.Combine(work, "src/other.py"), "more = 1\n");
            await git.RunAsync(["add", "--all", "--force", "."], Cancel);
            var diff = await git.RunAsync([.. settings, "diff", "--cached", "--binary"], Cancel);

            var answer = await new AnswerLayers(sample.Context, new(sample.Context.Profile.Files, sample.Environment.Tests, new HashSet<string>())).MakeAsync(diff, layer, scratch, Cancel);
            answer.Reason.ShouldBeNull(answer.Detail);
            answer.LeftOut.ShouldBeEmpty();
            await using var sandbox = await sample.Context.SandboxToJudgeAsync(Cancel, [.. answer.Layers, layer]);
            var seen = await sandbox.ExecuteAsync(
                ExecRequest.Shell("find build src -type f -not -path 'src/textkit/*' -printf '%m %p\\0' | sort -z; find src -type f -not -path 'src/textkit/*' -print0 | sort -z | xargs -0 cat", TimeSpan.FromSeconds(20)), Cancel);
            var host = await HostProcess.RunAsync(
                new("sh", ["-c", "find build src -type f -printf '%m %p\\0' | sort -z; find src -type f -print0 | sort -z | xargs -0 cat"], work, new Dictionary<string, string?> { ["LC_ALL"] = "C.UTF-8" }), Cancel);
            seen.Output.Text.ShouldBe(host.Output);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    [Fact]
    public async Task A_repair_with_new_files_own_tests_and_other_settings_resolves()
    {
        var rewritten = _task.Buggy.Replace("\"\"\"Wrapping and indenting paragraphs.\"\"\"\n", "\"\"\"Wrapping and indenting paragraphs.\"\"\"\nfrom textkit.widths import fits\n", StringComparison.Ordinal)
            .Replace("len(line) + 1 + len(word) < width", "fits(line, word, width)", StringComparison.Ordinal);
        var readme = sample.Context.Tree.ReadText("README.md");
        var pyproject = sample.Context.Tree.ReadText("pyproject.toml");
        var diff = await _task.DiffAsync(WrapTask.File, _task.Buggy, rewritten)
            + await _task.DiffAsync("src/textkit/widths.py", null, "def fits(line, word, width):\n    return len(line) + 1 + len(word) <= width\n")
            + await _task.DiffAsync("README.md", readme, readme + "\nChanged.\n")
            + await _task.DiffAsync("pyproject.toml", pyproject, pyproject.Replace("1.2.0", "1.2.1", StringComparison.Ordinal))

            // The hidden test file does not exist for who answers: an own file may have its name.
            + await _task.DiffAsync(WrapTask.TestFile, null, "def test_mine():\n    assert False\n")
            + await _task.DiffAsync("tests/test_widths.py", null, "def test_mine():\n    assert False\n");
        var verdict = await _task.GradeAsync(diff);
        (verdict.Reason, verdict.Detail).ShouldBe(("resolved", "all 1 FAIL_TO_PASS and all PASS_TO_PASS tests pass"));
        verdict.LeftOut.ShouldBe(["pyproject.toml", WrapTask.TestFile, "tests/test_widths.py"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_module_that_becomes_a_package_resolves()
    {
        var diff = $"diff --git a/{WrapTask.File} b/{WrapTask.File}\ndeleted file mode 100644\n" + (await _task.DiffAsync(WrapTask.File, _task.Buggy, null)).Split("index ", 2)[1].Split('\n', 2)[1]
            + await _task.DiffAsync("src/textkit/wrap/__init__.py", null, _task.Correct);
        (await _task.GradeAsync(diff)).Reason.ShouldBe("resolved");
    }

    private static void Write(string root, string path, string content)
    {
        var full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
