using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.Catalogue;

namespace Runproof.Rollouts.Formats;

/// <summary>What an attempt was and came to, where a format has a place for more than it asks for.</summary>
internal static class AttemptFacts
{
    public static JsonObject Of(Trajectory trajectory)
    {
        var (plan, rollout) = (trajectory.Plan, trajectory.Rollout);
        var facts = new JsonObject
        {
            ["id"] = rollout.Key.Name, ["instance_id"] = rollout.Key.InstanceId, ["attempt"] = rollout.Key.Attempt, ["plan"] = rollout.Key.Plan, ["agent"] = plan.Agent, ["model"] = plan.Model,
            ["tests"] = Words.Of(plan.Tests), ["outcome"] = Words.Of(rollout.Outcome), ["reason"] = rollout.Reason, ["exit"] = Words.Of(rollout.End.Reason), ["exit_detail"] = rollout.End.Detail, ["kept"] = rollout.IsKept,
            ["losses"] = JsonSerializer.SerializeToNode(rollout.Losses), ["hacks"] = JsonSerializer.SerializeToNode(rollout.Hacks, Json.Compact), ["rewards"] = JsonSerializer.SerializeToNode(rollout.Rewards),
        };
        if (plan.Origin is { } origin) facts["origin"] = origin;
        return facts;
    }

    /// <summary>The whole reward; an attempt that is exported was judged, so it has one.</summary>
    public static double Reward(Trajectory trajectory) => trajectory.Rollout.Rewards["total"];
}
