using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Runproof.Agents.Repair;

/// <summary>
/// An agent without a model: it finds suspects by which lines failing and passing tests run, tries small edits there, takes back what does not help, and submits what does. It acts through the tools of its scaffold alone.
/// What it does follows from what it sees and its seed: after a break it goes through the recorded turns, and goes on.
/// </summary>
internal sealed class RepairPolicy(Scaffold scaffold, AgentLimits limits, Assignment assignment, RepairKit kit, int seed) : IPolicy
{
    public const string Name = "repair";

    private readonly Dialogue _dialogue = new(scaffold, limits);
    private Task? _work;
    private Reply? _pending;
    private int _seen;

    /// <exception cref="InvalidOperationException">The recorded turns are those of another policy, or of another seed.</exception>
    public async Task<Reply> ReplyAsync(Conversation conversation, CancellationToken cancel)
    {
        _work ??= Task.Run(() => WorkAsync(cancel), CancellationToken.None);
        for (; _seen < conversation.Turns.Count; _seen++)
        {
            var (turn, own) = (conversation.Turns[_seen], await NextAsync(cancel));
            if (!AreEqual(own, turn.Reply)) throw new InvalidOperationException($"turn {turn.Number} of the recorded attempt is not what the repair agent does there: it was recorded with another version, seed or task; start the attempt anew");
            _pending = null;
            _dialogue.Observe(turn);
        }

        return await NextAsync(cancel);
    }

    private async Task WorkAsync(CancellationToken cancel)
    {
        try
        {
            await new RepairStrategy(_dialogue, assignment, kit, seed, cancel).RunAsync();
            _dialogue.End(null);
        }
        catch (Exception error)
        {
            _dialogue.End(error);
        }
    }

    private async Task<Reply> NextAsync(CancellationToken cancel)
    {
        if (_pending is not null) return _pending;
        try
        {
            return _pending = await _dialogue.NextAsync(cancel);
        }
        catch (ChannelClosedException error) when (error.InnerException is { } cause)
        {
            throw new InvalidOperationException($"the repair agent failed: {cause.Message}", cause);
        }
    }

    private static bool AreEqual(Reply own, Reply recorded) =>
        own.Calls.Count == recorded.Calls.Count && own.Calls.Zip(recorded.Calls).All(pair => pair.First.Name == pair.Second.Name && JsonNode.DeepEquals(pair.First.Arguments, pair.Second.Arguments));
}
