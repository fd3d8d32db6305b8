using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Catalogue;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// slime: a row is what <c>Sample.from_dict</c> takes (slime/utils/types.py), one for each sequence, with the <c>rollout_id</c> of its attempt. Without tokens it is a row of its supervised data (<c>--input-key
/// messages --tool-key tools</c>), with <c>step_loss_mask</c> for each reply, arguments as objects.
/// </summary>
internal sealed class SlimeRows : TrajectoryFormat
{
    /// <summary>Numbers that any reader of JSON keeps exact.</summary>
    private const long Most = (1L << 53) - 1;

    public override string Name => "slime";

    public override bool TakesTokens => true;

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        if (TokenSequence.Of(trajectory.Turns) is { } sequences)
        {
            for (var i = 0; i < sequences.Count; i++) WriteLine(Sample(trajectory, sequences[i], i), into);
            return null;
        }

        var messages = ChatMessages.UpToLastReply(ChatMessages.Of(trajectory.Conversation, ArgumentForm.Object));
        if (messages.Count == 0) return "no replies";
        if (!trajectory.Rollout.IsKept) return MessageRow.NoExample;
        foreach (var message in messages.Where(message => message.Turn is not null)) message.Json["step_loss_mask"] = ChatMessages.IsExample(trajectory, message.Turn!) ? 1 : 0;
        WriteLine(
            new JsonObject
            {
                ["messages"] = new JsonArray([.. messages.Select(message => message.Json)]), ["tools"] = ChatMessages.Tools(trajectory.Conversation.Tools), ["label"] = trajectory.Rollout.Key.InstanceId, ["metadata"] = AttemptFacts.Of(trajectory),
            },
            into);
        return null;
    }

    private static JsonObject Sample(Trajectory trajectory, TokenSequence sequence, int index)
    {
        var key = trajectory.Rollout.Key;
        var conversation = trajectory.Conversation;
        var facts = AttemptFacts.Of(trajectory);
        facts["tools"] = ChatMessages.Tools(conversation.Tools);
        return new()
        {
            ["group_index"] = Number($"{key.Plan} {key.InstanceId}"), ["index"] = Number($"{key.Name} {index}"), ["rollout_id"] = Number(key.Name),
            ["prompt"] = new JsonArray([.. ChatMessages.Of(conversation with { Turns = [] }, ArgumentForm.Object).Select(message => message.Json)]),
            ["tokens"] = Numbers([.. sequence.Prompt, .. sequence.Response]), ["response"] = string.Join("\n\n", sequence.Turns.Select(span => span.Turn.Reply.Raw ?? span.Turn.Reply.Text)), ["response_length"] = sequence.Response.Count,
            ["label"] = key.InstanceId, ["reward"] = AttemptFacts.Reward(trajectory), ["loss_mask"] = Numbers(sequence.Mask), ["weight_versions"] = new JsonArray(), ["rollout_log_probs"] = sequence.Logprobs is { } known ? Numbers(known) : null,
            ["remove_sample"] = false, ["status"] = Status(trajectory.Rollout.End.Reason), ["metadata"] = facts, ["session_id"] = key.Name,
            ["non_generation_time"] = sequence.Turns.Sum(span => span.Turn.Observations.Sum(seen => seen.Seconds)),
        };
    }

    /// <summary>Follows from a name: the attempts of an export are not numbered one after the other.</summary>
    private static long Number(string name) => Blobs.Draw(name) & Most;

    /// <summary>What a limit cut off is truncated; how an attempt ends otherwise is the model's doing.</summary>
    private static string Status(ExitReason reason) => reason is ExitReason.Turns or ExitReason.Time or ExitReason.Cost or ExitReason.Context ? "truncated" : "completed";
}
