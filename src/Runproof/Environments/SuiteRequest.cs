using Runproof.Languages.Reports;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>One run of all tests or of chosen ones.</summary>
/// <param name="SuiteSeconds">Limit of the run of each suite; null for the limit that the suite's own baseline taught.</param>
/// <param name="Selection">Test ids to run, in this order; null for all.</param>
/// <param name="Files">Test files to run, where <paramref name="Selection"/> is null; a framework that cannot be told files runs all.</param>
/// <param name="FailFast">Stop at the first test that fails strictly.</param>
/// <param name="ShuffleSeed">Run in another order.</param>
/// <param name="Behaviour">Also tell what failing tests called, got and expected.</param>
/// <param name="Calls">JSON list of calls (<c>test</c>, <c>call</c>): tell, in <see cref="SuiteRun.Behaviour"/>, what calls like these give.</param>
internal sealed record SuiteRequest(
    double? SuiteSeconds = null,
    double? TestSeconds = null,
    IReadOnlyList<BaselineTest>? Selection = null,
    bool FailFast = false,
    int? ShuffleSeed = null,
    bool Behaviour = false,
    string? Calls = null,
    IReadOnlyList<string>? Files = null)
{
    public double SecondsFor(Suite suite) => SuiteSeconds ?? suite.LimitSeconds;
}

/// <summary>How a run of one suite or of several ended.</summary>
/// <param name="ExitCodes">One for each suite that ran, in their order.</param>
/// <param name="Log">The end of what the command printed.</param>
/// <param name="Behaviour">JSON lines of <see cref="SuiteRequest.Behaviour"/>, empty where the framework has none.</param>
internal sealed record SuiteRun(TestReport Report, IReadOnlyList<int> ExitCodes, bool TimedOut, bool OutOfMemory, double Seconds, string Log, ReadOnlyMemory<byte> Behaviour);
