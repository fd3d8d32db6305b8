using Runproof.Injection;

namespace Runproof.Reports.Figures;

/// <summary>Why a bug was not kept, for readers who have never heard of it.</summary>
/// <param name="Caught">A test did fail over it by its own assertion or exception; what is wrong came to light later.</param>
internal sealed record ReasonWords(string Title, string Explanation, bool Caught);

/// <summary>The words of docs/verdicts.md, for the reasons in the ledger.</summary>
internal static class Reasons
{
    private static readonly Dictionary<string, ReasonWords> Known = new()
    {
        [Rejection.DoesNotApply] = new("Does not fit the file", "The change could not be made to the file as it stands.", false),
        [Rejection.ModelReply] = new("The model's answer is of no use", "It was not of the form that was asked for, changed nothing, or told what it had done.", false),
        [Rejection.NotCaught] = new("No test notices", "Tests run the changed lines, and all of them still pass.", false),
        [Rejection.DoesNotCollect] = new("Breaks loading", "The code no longer compiles or imports. That is no wrong behaviour that a test could judge.", false),
        [Rejection.NotStrict] = new("Fails only around a test", "Tests break while they are set up or torn down; none fails by its own assertion or exception.", false),
        [Rejection.TimeoutOnly] = new("Only runs out of time", "Tests hang until the time limit cuts them; none fails by its own assertion.", false),
        [Rejection.Crash] = new("Ends the test process", "The test process died without a whole report, so nobody knows what the tests would have said.", false),
        [Rejection.Memory] = new("Runs out of memory", "The tests need more memory than the limit with this bug.", false),
        [Rejection.Infrastructure] = new("The machine failed", "The sandbox or the machine failed, which says nothing about the bug. The next run judges it again.", false),
        [Rejection.NothingPasses] = new("Breaks every test", "No test passes any more: a repair could be found without understanding anything.", true),
        [Rejection.BreaksTooMuch] = new("Breaks too much", "More than half of the tests stop passing.", true),
        [Rejection.Unsteady] = new("Runs disagree", "The same tests, run again on the same code, gave another answer.", true),
        [Rejection.NotRepaired] = new("The repair is refused", "Taking the bug out again did not satisfy the grader.", true),
        [Rejection.DuplicateEffect] = new("Same effect as another", "Another bug in the same function makes the same tests fail with the same messages.", true),
        [Rejection.InstalledCopy] = new("The answer is installed", "Another copy of the code, without the bug, lies where an agent can read it.", true),
        [Rejection.StatementLeaks] = new("Would give the answer away", "Every wording of the problem statement says something about the repair.", true),
        [Rejection.StatementIncomplete] = new("Would not tell enough", "The problem statement shows nothing of one of the bugs that were combined.", true),
        [Rejection.PartResolves] = new("A part of the repair is enough", "Of the bugs that were combined, one can stay and the grader is satisfied.", true),
    };

    /// <summary>A reason that has no words yet is shown as it stands in the ledger.</summary>
    public static ReasonWords Of(string reason) => Known.GetValueOrDefault(reason) ?? new(reason.Replace('_', ' '), "", false);

    /// <summary>In the order in which judging looks, which is the order of the table in docs/verdicts.md.</summary>
    public static IEnumerable<string> All => Known.Keys;
}
