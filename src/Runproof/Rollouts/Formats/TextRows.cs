using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// The attempt as a model of another family would have had it: tools declared, calls and results written as text in one of the <see cref="ToolCallFormats"/> (<c>text:hermes</c>), read back before it is written. An attempt
/// that the format cannot hold is left out and told.
/// </summary>
internal sealed class TextRows(ToolCallFormat calls) : TrajectoryFormat
{
    public const string Prefix = "text:";

    public override string Name => Prefix + calls.Name;

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        RenderedConversation rendered;
        try
        {
            rendered = Rendering.Render(calls, ConversationOf(trajectory.Conversation), trajectory.Conversation.Tools);
        }
        catch (FormatException error)
        {
            return error.Message;
        }

        // The turns that the reader did not understand hold no call: what they look like in this format nobody knows.
        var isExample = trajectory.Turns.Select(turn => ChatMessages.IsExample(trajectory, turn)).ToList();
        var reply = 0;
        var mask = rendered.Messages.Select(message => message.Role == "assistant" && isExample[reply++] ? 1 : 0).ToList();
        WriteLine(
            new JsonObject
            {
                ["messages"] = new JsonArray([.. rendered.Messages.Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]), ["tool_format"] = calls.Name, ["loss_mask"] = Numbers(mask),
                ["left_out"] = Numbers(rendered.LeftOut), ["metadata"] = AttemptFacts.Of(trajectory),
            },
            into);
        return null;
    }

    public static ToolConversation ConversationOf(Conversation conversation)
    {
        List<ConversationTurn> turns = [new UserTurn(conversation.Task)];
        foreach (var turn in conversation.Turns)
        {
            var results = turn.Observations.Where(seen => seen.CallId is not null).Select(seen => new ToolResult(seen.Tool, seen.Content, seen.CallId, seen.IsRefused)).ToList();
            turns.Add(new AssistantTurn(turn.Reply.Text, turn.Reply.Calls, turn.Reply.Thought));
            if (results.Count > 0) turns.Add(new ResultsTurn(results));
            if (turn.Observations.Where(seen => seen.CallId is null).Select(seen => seen.Content).ToList() is { Count: > 0 } told) turns.Add(new UserTurn(string.Join("\n\n", told)));
        }

        return new(conversation.System, turns);
    }
}
