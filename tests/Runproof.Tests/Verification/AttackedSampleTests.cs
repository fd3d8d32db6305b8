using Runproof.Tests.Injection;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>The whole road on a sample, and answers that work on the run from inside of it.</summary>
public abstract class AttackedSampleTests(SampleRepository sample) : InjectionStageTests(sample)
{
    /// <summary>Which reason it gets is for the attack to choose; that it is not resolved is not.</summary>
    protected const string Any = "";

    private protected abstract SmallTask Small { get; }

    [Fact]
    public async Task The_repair_is_accepted_and_nothing_is_not()
    {
        (await Small.GradeAsync(await Small.GoldAsync())).Reason.ShouldBe("resolved");
        (await Small.GradeAsync("")).Outcome.ShouldBe(VerdictOutcome.NotResolved);
    }

    /// <summary>The bug stays, and code is added that attacks the run.</summary>
    protected async Task Is_found_out(string name, string code, string reason)
    {
        var verdict = await Small.GradeCodeAsync(code);
        verdict.Outcome.ShouldBe(VerdictOutcome.NotResolved, name);
        if (reason != Any) verdict.Reason.ShouldBe(reason, $"{name}: {verdict.Detail}");
    }
}
