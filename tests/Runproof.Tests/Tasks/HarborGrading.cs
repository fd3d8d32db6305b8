using Runproof.Tasks.Harbor;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Tasks;

/// <summary>Grades answers by an exported folder alone.</summary>
internal static class HarborGrading
{
    public const string Solve = "sh /solution/solve.sh";

    /// <param name="answer">What the agent does, in a shell.</param>
    public static async Task<HarborEnding> GradeExportedAsync(this SampleRepository sample, SmallTask small, string answer)
    {
        var cancel = TestContext.Current.CancellationToken;
        var task = await small.TaskAsync();
        var folder = Path.Combine(sample.Workspace.Root, "harbor");
        if (!Directory.Exists(folder)) await new HarborExport(sample.Workspace, SilentLog.Instance).WriteAsync([task], folder, cancel);
        return await HostContainer.GradeAsync(Path.Combine(folder, HarborExport.NameOf(task)), answer, sample.Workspace.Root, cancel);
    }

    /// <summary>The solution gets the reward, and no change gets none.</summary>
    public static async Task IsGradedAlikeExportedAsync(this SampleRepository sample, SmallTask small)
    {
        var solved = await sample.GradeExportedAsync(small, Solve);
        (solved.Reward, solved.Reason).ShouldBe(("1", "resolved"), solved.Detail + solved.Log);
        var nothing = await sample.GradeExportedAsync(small, "");
        (nothing.Reward, nothing.Reason).ShouldBe(("0", "fail_to_pass"), nothing.Detail + nothing.Log);
    }
}
