using Runproof.Statements;

namespace Runproof.Tasks;

public enum TaskOrigin
{
    Injected,
    Mined,
    Combined,
}

public enum TestVisibility
{
    /// <summary>The initial state lacks the test files that hold FAIL_TO_PASS.</summary>
    Hidden,
    Visible,
}

/// <summary>
/// An executable coding task. Patches are Git diffs against the environment's files (<see cref="BugPatch"/>) or against the initial state (<see cref="GoldPatch"/>). The environment of an injected bug holds the
/// correct code of <see cref="BaseCommit"/>; that of a task from history holds that commit with the change and its tests on it.
/// </summary>
/// <param name="BugPatch">Puts the bug into the environment's files, or takes the change out of them.</param>
/// <param name="HiddenFiles">Test files that the initial state lacks and grading restores.</param>
/// <param name="FailToPass">Tests that fail in the initial state and pass with the gold patch.</param>
/// <param name="NotCounted">Steady tests of the environment that neither pass nor fail with the bug (missing, skipped): they judge nothing.</param>
/// <param name="TestPatch">Initial state → with its hidden tests, of a task from history: there older tests stand in their place. Null where they are just missing.</param>
/// <param name="Uncollected">PASS_TO_PASS tests that cannot be loaded in the initial state with the hidden tests (they share a file or package with one that needs the change), and pass without these.</param>
/// <param name="Statement">Who wrote the problem statement; null in catalogues from before there was more than the template.</param>
public sealed record CodingTask(
    string InstanceId,
    string Repo,
    string BaseCommit,
    string EnvironmentHash,
    TaskOrigin Origin,
    TestVisibility Tests,
    string ProblemStatement,
    string BugPatch,
    string GoldPatch,
    IReadOnlyList<string> HiddenFiles,
    IReadOnlyList<string> FailToPass,
    IReadOnlyList<string> NotCounted,
    DateTimeOffset CreatedAt,
    TaskMeasurements Measurements,
    StatementOrigin? Statement = null,
    string? TestPatch = null,
    IReadOnlyList<string>? Uncollected = null)
{
    /// <summary>Tests that pass with the bug and after its repair.</summary>
    /// <param name="steady">The environment's steady tests.</param>
    public IReadOnlyList<string> PassToPass(IEnumerable<string> steady)
    {
        var others = FailToPass.Concat(NotCounted).ToHashSet();
        return [.. steady.Where(id => !others.Contains(id))];
    }
}

/// <param name="Strict">How many of FAIL_TO_PASS fail by their own assertion or exception.</param>
/// <param name="JudgeSeconds">What judging the candidate took, all runs together.</param>
/// <param name="SentinelChecked">The grading runs carried sentinel tests.</param>
/// <param name="SingleWitness">The statement tells all that its tests expect, so that an answer by heart could pass.</param>
/// <param name="Wavering">Tests that did not end the same way in all repeats; they are among those that are not counted.</param>
/// <param name="Hunks">Places that the bug is in; <paramref name="Files"/>: the files that they are in. 0 in catalogues from before that was recorded.</param>
/// <param name="Distance">Steps through folders from the cause that lies farthest from the failing tests to the nearest of them, 0 for the same folder; null where no test's file is known.</param>
/// <param name="Parts">Of a combination the tasks that it is made of.</param>
public sealed record TaskMeasurements(
    string Operator, string Family, string File, string Function, int Line, int Strict, int PassToPass, double JudgeSeconds, bool SentinelChecked,
    bool SingleWitness = false, int Wavering = 0, int Hunks = 0, int Files = 0, int? Distance = null, IReadOnlyList<string>? Parts = null);
