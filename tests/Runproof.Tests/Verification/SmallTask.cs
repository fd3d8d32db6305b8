using System.Text;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>A task of one changed line in a sample repository, and answers to it.</summary>
/// <param name="right">Text of the file that the bug replaces.</param>
internal class SmallTask(SampleRepository sample, string file, string right, string wrong, string testFile, params string[] failToPass)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Correct => sample.Context.Tree.ReadText(file);

    public string Buggy => Correct.Replace(right, wrong, StringComparison.Ordinal);

    public async Task<string> DiffAsync(string path, string? before, string? after)
    {
        var scratch = WorkspaceFolders.CreateTemporary(sample.Workspace.Root);
        try
        {
            return await Diffs.BetweenAsync(
                path, before is null ? null : Encoding.UTF8.GetBytes(before), after is null ? null : Encoding.UTF8.GetBytes(after), UnixFileMode.UserRead | UnixFileMode.UserWrite, scratch, Cancel);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    public Task<string> GoldAsync() => DiffAsync(file, Buggy, Correct);

    public async Task<CodingTask> TaskAsync() => new(
        "small.x.1", "small", sample.Environment.Commit, sample.Environment.Hash, TaskOrigin.Injected, TestVisibility.Hidden, "s",
        await DiffAsync(file, Correct, Buggy), await GoldAsync(), [testFile], failToPass, [], default, new("o", "f", file, "f", 1, 1, 1, 0, true));

    public async Task<Verdict> GradeAsync(string diff) => (await new Grader(sample.Context).GradeAsync(await TaskAsync(), diff, Cancel)).Verdict;

    /// <summary>The bug stays, and code is added to its file.</summary>
    public async Task<Verdict> GradeCodeAsync(string code) => await GradeAsync(await DiffAsync(file, Buggy, Buggy + "\n\n" + code));

    /// <summary>The bug stays, and its file is changed.</summary>
    public async Task<Verdict> GradeChangeAsync(Func<string, string> change) => await GradeAsync(await DiffAsync(file, Buggy, change(Buggy)));
}

/// <summary>A bug in <c>wrap</c> of the sample textkit that one hidden test finds.</summary>
internal sealed class WrapTask(SampleRepository sample) : SmallTask(sample, File, "<= width", "< width", TestFile, Test)
{
    public const string File = "src/textkit/wrap.py";
    public const string TestFile = "tests/test_wrap.py";
    public const string Test = "tests/test_wrap.py::test_lines_fill_up_to_the_width";
}
