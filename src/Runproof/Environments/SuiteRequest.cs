using Runproof.Languages.Reports;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>One run of a test suite or of chosen tests.</summary>
/// <param name="Selection">Test ids to run, in this order; null for all.</param>
/// <param name="FailFast">Stop at the first test that fails strictly.</param>
/// <param name="ShuffleSeed">Run in another order.</param>
/// <param name="Behaviour">Also tell what failing tests called, got and expected.</param>
internal sealed record SuiteRequest(
    double SuiteSeconds,
    double? TestSeconds = null,
    IReadOnlyList<BaselineTest>? Selection = null,
    bool FailFast = false,
    int? ShuffleSeed = null,
    bool Behaviour = false);

/// <param name="Log">The end of what the command printed.</param>
/// <param name="Behaviour">JSON lines of <see cref="SuiteRequest.Behaviour"/>, empty where the framework has none.</param>
internal sealed record SuiteRun(TestReport Report, int ExitCode, bool TimedOut, bool OutOfMemory, double Seconds, string Log, ReadOnlyMemory<byte> Behaviour);
