using Microsoft.Extensions.AI;
using Runproof.ToolCalls;

namespace Runproof.Agents.Policies;

/// <summary>A conversation in which tool calls are text, in a format that Runproof writes and reads.</summary>
internal static class TextMessages
{
    public static List<ChatMessage> Write(Conversation conversation, ToolCallFormat format)
    {
        List<ChatMessage> messages = [new(ChatRole.System, $"{conversation.System}\n\n{format.Declare(conversation.Tools)}".Trim()), new(ChatRole.User, conversation.Task)];
        foreach (var turn in conversation.Turns)
        {
            messages.Add(new(ChatRole.Assistant, turn.Reply.Raw is { Length: > 0 } raw ? raw : "(no answer)"));
            var results = turn.Observations.Where(seen => seen.CallId is not null && (seen.Content.Length > 0 || turn.Observations.All(one => one.Content.Length == 0))).Select(seen => new ToolResult(seen.Tool, seen.Content, seen.CallId, seen.IsRefused)).ToList();
            var parts = turn.Observations.Where(seen => seen.CallId is null).Select(seen => seen.Content);
            messages.Add(new(ChatRole.User, string.Join("\n\n", results.Count > 0 ? parts.Prepend(format.WriteResults(results)) : parts)));
        }

        return messages;
    }

    public static Reply Read(ChatResponse response, ToolCallFormat format, Conversation conversation)
    {
        var (thought, text) = Thoughts.Split(response.Text);
        var apart = string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => content.Text));
        var read = format.Parse(text, conversation.Tools);
        var calls = read.Calls.Select((call, i) => call with { Id = call.Id ?? $"call_{conversation.Turns.Count + 1}_{i + 1}" }).ToList();

        // Servers end a reply before a stop word, the closing mark of a call among them: what can mean one thing only is repaired, and told.
        return new(read.Text, string.Concat(apart, thought, read.Thought), calls, read.Outcome, read.Problems, text);
    }
}
