using System.Text.Json.Nodes;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// TRL's conversational prompt-completion rows with tools (docs/source/dataset_formats.md), arguments as objects; with <c>label</c> they are its unpaired preferences too, and <c>reward</c> is the whole reward. TRL
/// has no mask for single messages: <c>assistant_only_loss</c> leaves out what tools said.
/// </summary>
internal sealed class TrlRows : TrajectoryFormat
{
    public override string Name => "trl";

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        var messages = ChatMessages.UpToLastReply(ChatMessages.Of(trajectory.Conversation, ArgumentForm.Object));
        if (messages.Count == 0) return "no replies";
        var first = messages.FindIndex(message => message.Turn is not null);
        WriteLine(
            new JsonObject
            {
                ["prompt"] = new JsonArray([.. messages.Take(first).Select(message => message.Json)]), ["completion"] = new JsonArray([.. messages.Skip(first).Select(message => message.Json)]),
                ["tools"] = ChatMessages.Tools(trajectory.Conversation.Tools), ["label"] = trajectory.Rollout.IsKept, ["reward"] = AttemptFacts.Reward(trajectory),
            },
            into);
        return null;
    }
}
