using System.Text.Json.Nodes;

namespace Runproof.Rollouts.Formats;

/// <summary>Predictions of the SWE-bench harness (<c>--predictions_path</c>, JSON lines): what is to be graded, by the task's name.</summary>
internal sealed class PredictionRows : TrajectoryFormat
{
    public override string Name => "preds";

    public override bool TakesOneOfATask => true;

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        var (plan, rollout) = (trajectory.Plan, trajectory.Rollout);
        WriteLine(new JsonObject { ["instance_id"] = rollout.Key.InstanceId, ["model_name_or_path"] = $"{plan.Agent}__{ModelName.Of(trajectory)}", ["model_patch"] = rollout.Patch }, into);
        return null;
    }
}

/// <summary>The model of an attempt as others name models.</summary>
internal static class ModelName
{
    /// <summary>As its server said it; else as it was asked for, without the server.</summary>
    public static string Of(Trajectory trajectory) =>
        trajectory.Turns.Select(turn => turn.Reply.Model).FirstOrDefault(name => name is { Length: > 0 }) ?? trajectory.Plan.Model[(trajectory.Plan.Model.IndexOf('#', StringComparison.Ordinal) + 1)..];
}
