using Runproof.Agents;
using Runproof.Chat;
using Runproof.Environments;

namespace Runproof.Rollouts.Sources;

/// <summary>Replies that were recorded with whole attempts (<see cref="EventLog"/>). The actions run again; what they give is kept as it is, and whether it is what was recorded can be told.</summary>
internal sealed class ReplaySource : IPolicySource
{
    private readonly string _path;
    private readonly IReadOnlyDictionary<(string InstanceId, int Attempt), (RolloutPlan Plan, Rollout Rollout, IReadOnlyList<Turn> Turns)> _attempts;

    private ReplaySource(string path) => (_path, _attempts) = (path, EventLog.Read(path));

    /// <exception cref="InputException">The file cannot be used.</exception>
    public static ReplaySource Open(string path) => new(path);

    /// <summary>Whether the file holds this attempt.</summary>
    public bool Holds(string instanceId, int attempt) => _attempts.ContainsKey((instanceId, attempt));

    public IPolicy Create(Scaffold scaffold, AgentLimits limits, Assignment assignment, EnvironmentContext context, RolloutKey key, int seed) =>
        new Policy(_attempts.TryGetValue((key.InstanceId, key.Attempt), out var one) ? one.Turns : throw new InputException($"'{_path}' holds no attempt {key.Attempt} at '{key.InstanceId}'"), _path, key);

    public void Dispose()
    {
        // It holds nothing open.
    }

    private sealed class Policy(IReadOnlyList<Turn> turns, string path, RolloutKey key) : IPolicy, ITimedPolicy
    {
        public Task<Reply> ReplyAsync(Conversation conversation, CancellationToken cancel) => conversation.Turns.Count < turns.Count
            ? Task.FromResult(turns[conversation.Turns.Count].Reply)
            : throw new ModelException(ModelFault.NotRecorded, $"'{path}' ends after {turns.Count} turns of attempt {key.Attempt} at '{key.InstanceId}': it was recorded with other limits");

        public Turn Timed(Turn turn)
        {
            if (turn.Number > turns.Count) return turn;
            var recorded = turns[turn.Number - 1];
            return turn with { At = recorded.At, Observations = [.. turn.Observations.Select((seen, i) => i < recorded.Observations.Count ? seen with { Seconds = recorded.Observations[i].Seconds } : seen with { Seconds = 0 })] };
        }
    }
}
