namespace Runproof.Rollouts.Formats;

/// <summary>Runproof's own event log, which <c>--model replay:FILE</c> reads: nothing is lost but the prompts, which follow from task and plan.</summary>
internal sealed class RunproofFormat : TrajectoryFormat
{
    public override string Name => "runproof";

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        EventLog.Write(trajectory, into);
        return null;
    }
}
