using System.Text.Json.Nodes;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// Messages of OpenAI's chat completions with tools, a conversation a line, arguments as JSON in a text. <c>weight</c> of a reply (OpenAI's fine-tuning) and <c>loss_mask</c> (an entry for each message) are 1 for the
/// model's own understood replies in attempts that are kept, and 0 for all else.
/// </summary>
internal sealed class OpenAiRows : TrajectoryFormat
{
    public override string Name => "openai";

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        var messages = ChatMessages.Of(trajectory.Conversation, ArgumentForm.Text);
        var mask = messages.Select(message => message.Turn is { } turn && ChatMessages.IsExample(trajectory, turn) ? 1 : 0).ToList();
        foreach (var (message, weight) in messages.Zip(mask).Where(pair => pair.First.Turn is not null)) message.Json["weight"] = weight;
        WriteLine(
            new JsonObject
            {
                ["messages"] = new JsonArray([.. messages.Select(message => message.Json)]), ["tools"] = ChatMessages.Tools(trajectory.Conversation.Tools), ["loss_mask"] = Numbers(mask), ["metadata"] = AttemptFacts.Of(trajectory),
            },
            into);
        return null;
    }
}
