using System.Text;
using Runproof.Repositories;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>A bug in <c>wrap</c> of the sample textkit that one hidden test finds, and answers to it.</summary>
internal sealed class WrapTask(SampleRepository sample)
{
    public const string File = "src/textkit/wrap.py";
    public const string TestFile = "tests/test_wrap.py";
    public const string Test = "tests/test_wrap.py::test_lines_fill_up_to_the_width";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Correct => sample.Context.Tree.ReadText(File);

    public string Buggy => Correct.Replace("<= width", "< width", StringComparison.Ordinal);

    public async Task<string> DiffAsync(string path, string? before, string? after) => await Diffs.BetweenAsync(
        path, before is null ? null : Encoding.UTF8.GetBytes(before), after is null ? null : Encoding.UTF8.GetBytes(after),
        UnixFileMode.UserRead | UnixFileMode.UserWrite, Path.Combine(sample.Workspace.Root, "tmp", Environment.ProcessId + "-diff-" + Guid.NewGuid().ToString("N")), Cancel);

    public Task<string> GoldAsync() => DiffAsync(File, Buggy, Correct);

    public async Task<CodingTask> TaskAsync() => new(
        "textkit.x.1", "textkit", sample.Environment.Commit, sample.Environment.Hash, TaskOrigin.Injected, TestVisibility.Hidden, "s",
        await DiffAsync(File, Correct, Buggy), await GoldAsync(), [TestFile], [Test], [], default, new("o", "f", File, "wrap", 1, 1, 52, 0, true));

    public async Task<Verdict> GradeAsync(string diff) => (await new Grader(sample.Context).GradeAsync(await TaskAsync(), diff, Cancel)).Verdict;

    /// <summary>The bug stays, and this code runs when the module is imported.</summary>
    public async Task<Verdict> GradeCodeAsync(string code) => await GradeAsync(await DiffAsync(File, Buggy, Buggy + "\n\n" + code));
}
