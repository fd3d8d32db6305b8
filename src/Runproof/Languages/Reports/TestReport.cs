namespace Runproof.Languages.Reports;

/// <summary>How one test ended, ordered from best to worst: an id that is reported twice takes its worst outcome.</summary>
public enum TestOutcome
{
    Passed = 0,
    Skipped = 1,

    /// <summary>Did not appear in the report although it was expected to.</summary>
    Missing = 2,

    /// <summary>Cut by a time limit.</summary>
    TimedOut = 3,

    /// <summary>Its set-up or tear-down failed, or its process died without blaming it.</summary>
    Errored = 4,

    /// <summary>Failed by its own assertion or exception: the only outcome that makes a FAIL_TO_PASS test strict.</summary>
    Failed = 5,
}

/// <param name="Id">The framework's own id (a pytest node id, <c>package.TestName</c> for Go, ...).</param>
/// <param name="Seconds">Wall time, 0 where the report has none.</param>
/// <param name="Message">The first line of what went wrong; null for a pass.</param>
/// <param name="Details">The output that belongs to the failure, capped by <see cref="ReportLimits.DetailCharacters"/>.</param>
/// <param name="File">The test's source file relative to the repository root, where the report names it.</param>
public sealed record TestResult(
    string Id, TestOutcome Outcome, double Seconds = 0, string? Message = null, string? Details = null, string? File = null);

/// <summary>A file or package whose tests could not be collected or compiled: nothing is known about its tests.</summary>
/// <param name="Where">The file, module or package as the framework names it.</param>
public sealed record CollectionFailure(string Where, string Message);

/// <summary>Bounds on what a parser keeps, whatever hostile code wrote into the report.</summary>
/// <param name="Tests">Tests kept at most; more than that makes the report incomplete.</param>
/// <param name="DetailCharacters">Characters of details kept per test.</param>
/// <param name="IdCharacters">A longer id is not a test: the report is then incomplete.</param>
public sealed record ReportLimits(int Tests = 500_000, int DetailCharacters = 8_000, int IdCharacters = 4_000)
{
    public static ReportLimits Default { get; } = new();
}

/// <summary>
/// What a run of a test suite reported: test id → outcome, and what could not be collected. Says nothing about tests that it does not list.
/// </summary>
/// <param name="IsComplete">False when the report was empty, cut off, or malformed: what it lists holds, what it does not list is unknown.</param>
public sealed record TestReport(
    IReadOnlyDictionary<string, TestResult> Tests,
    IReadOnlyList<CollectionFailure> CollectionFailures,
    bool IsComplete)
{
    public static TestReport Empty { get; } = new(new Dictionary<string, TestResult>(), [], IsComplete: false);

    public TestOutcome OutcomeOf(string id) => Tests.TryGetValue(id, out var result) ? result.Outcome : TestOutcome.Missing;

    public IEnumerable<TestResult> With(TestOutcome outcome) => Tests.Values.Where(test => test.Outcome == outcome);

    public bool Passed(string id) => OutcomeOf(id) == TestOutcome.Passed;
}
