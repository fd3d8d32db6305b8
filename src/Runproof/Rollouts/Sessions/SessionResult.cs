using System.Text.Json.Nodes;

namespace Runproof.Rollouts.Sessions;

/// <summary>What a session answers.</summary>
/// <param name="Observation">What the client may see; never a tensor of its own, always plain JSON.</param>
/// <param name="Reward">Null while the episode goes on, and where infrastructure ended it: that is no zero.</param>
/// <param name="Rollout">The judged attempt, once it is done.</param>
internal sealed record SessionResult(JsonObject Observation, double? Reward, bool Done, Rollout? Rollout = null)
{
    /// <summary>The text that an agent is shown.</summary>
    public string Text => Observation["text"]?.ToString() ?? "";

    public bool IsInfrastructure => Observation["infrastructure"]?.GetValue<bool>() ?? false;
}

/// <summary>Another call on the same session has not ended yet.</summary>
internal sealed class SessionBusyException(string id) : Exception($"another call on session '{id}' is under way: a session takes one at a time");

/// <summary>The session is no more.</summary>
internal sealed class SessionGoneException(string message) : Exception(message);
