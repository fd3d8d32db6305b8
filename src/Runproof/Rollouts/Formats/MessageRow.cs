using System.Text.Json.Nodes;

namespace Runproof.Rollouts.Formats;

/// <summary>The row of messages that trainers take for supervised training, in the place of tokens that nobody recorded. It has no reward, so that only an attempt that is kept can stand in one.</summary>
internal static class MessageRow
{
    public const string NoExample = "without token ids only what is kept can be a row (a conversation has no reward to learn from)";

    /// <summary>Null where the attempt is no example.</summary>
    public static JsonObject? Of(Trajectory trajectory)
    {
        if (!trajectory.Rollout.IsKept) return null;
        var messages = ChatMessages.UpToLastReply(ChatMessages.Of(trajectory.Conversation, ArgumentForm.Object));
        return messages.Count == 0 ? null : new() { ["messages"] = new JsonArray([.. messages.Select(message => message.Json)]), ["tools"] = ChatMessages.Tools(trajectory.Conversation.Tools) };
    }
}
