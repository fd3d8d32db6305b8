using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Formats;

/// <summary>How the arguments of calls are written: as OpenAI's wire has them (JSON in a text), or as chat templates want them (an object).</summary>
internal enum ArgumentForm
{
    Text,
    Object,
}

/// <summary>A message of a conversation.</summary>
/// <param name="Turn">Whose reply it is; null for all others.</param>
internal sealed record ChatMessage(JsonObject Json, Turn? Turn = null);

/// <summary>
/// A conversation as messages of OpenAI's chat completions, in the order in which a model sees them: a reply, the results of its calls, what else it is told. Thoughts are <c>reasoning_content</c>. A reply whose calls
/// could not be read is shown as it came, and what it is answered as a user's message.
/// </summary>
internal static class ChatMessages
{
    public static List<ChatMessage> Of(Conversation conversation, ArgumentForm form)
    {
        List<ChatMessage> all = [];
        if (conversation.System.Length > 0) all.Add(new(Said("system", conversation.System)));
        all.Add(new(Said("user", conversation.Task)));
        foreach (var turn in conversation.Turns.Select(CallIds.Named))
        {
            all.Add(new(Assistant(turn.Reply, form), turn));
            all.AddRange(Answers(turn, form).Select(message => new ChatMessage(message)));
        }

        return all;
    }

    /// <summary>Without what comes behind the last reply: nothing learns from it.</summary>
    public static List<ChatMessage> UpToLastReply(List<ChatMessage> messages) => messages[..(messages.FindLastIndex(message => message.Turn is not null) + 1)];

    /// <summary>A reply that is an example: of an attempt that is kept, made by the model, and understood.</summary>
    public static bool IsExample(Trajectory trajectory, Turn turn) => trajectory.Rollout.IsKept && turn.Reply.IsSampled && !IsMalformed(turn);

    /// <summary>Nothing in it could be run.</summary>
    public static bool IsMalformed(Turn turn) => turn.Reply.Outcome == ParseOutcome.Rejected || (turn.Observations.Count > 0 && turn.Observations.All(seen => seen.Outcome == ActionOutcome.NotRun));

    public static JsonObject Assistant(Reply reply, ArgumentForm form)
    {
        var calls = IsUnread(reply) ? [] : reply.Calls;
        var text = IsUnread(reply) ? reply.Raw! : reply.Text;
        var message = Said("assistant", text.Length > 0 || calls.Count > 0 ? text : "(no answer)");
        if (reply.Thought.Length > 0) message["reasoning_content"] = reply.Thought;
        if (calls.Count > 0) message["tool_calls"] = new JsonArray([.. calls.Select(call => Call(call, form))]);
        return message;
    }

    public static JsonArray Tools(IReadOnlyList<ToolDefinition> tools) => new([.. tools.Select(tool => new JsonObject { ["type"] = "function", ["function"] = tool.Plain() })]);

    private static JsonObject Call(ToolCall call, ArgumentForm form) => new()
    {
        ["id"] = call.Id, ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = form == ArgumentForm.Text ? JsonText.Of(call.Arguments) : call.Arguments.DeepClone() },
    };

    private static IEnumerable<JsonObject> Answers(Turn turn, ArgumentForm form)
    {
        if (IsUnread(turn.Reply))
        {
            if (turn.Observations.Count > 0) yield return Said("user", string.Join("\n\n", turn.Observations.Select(seen => seen.Content)));
            yield break;
        }

        foreach (var seen in turn.Observations.Where(seen => seen.CallId is not null))
        {
            var message = Said("tool", seen.Content);
            message["tool_call_id"] = seen.CallId;

            // Templates go by the name; OpenAI's wire by the id alone.
            if (form == ArgumentForm.Object) message["name"] = seen.Tool;
            yield return message;
        }

        foreach (var seen in turn.Observations.Where(seen => seen.CallId is null)) yield return Said("user", seen.Content);
    }

    private static bool IsUnread(Reply reply) => reply.Outcome == ParseOutcome.Rejected && reply.Raw is { Length: > 0 };

    private static JsonObject Said(string role, string content) => new() { ["role"] = role, ["content"] = content };
}

/// <summary>Ids of calls, for what has none of its own: results name the call that they answer.</summary>
internal static class CallIds
{
    public static Turn Named(Turn turn)
    {
        if (turn.Reply.Calls.All(call => call.Id is { Length: > 0 })) return turn;
        var calls = turn.Reply.Calls.Select((call, i) => call.Id is { Length: > 0 } ? call : call with { Id = $"call_{turn.Number}_{i + 1}" }).ToList();
        var open = new Queue<ToolCall>(calls.Where((_, i) => turn.Reply.Calls[i].Id is not { Length: > 0 }));
        var seen = turn.Observations.Select(one => string.IsNullOrEmpty(one.CallId) && one.Tool.Length > 0 && open.TryPeek(out var call) && call.Name == one.Tool ? one with { CallId = open.Dequeue().Id } : one).ToList();
        return turn with { Reply = turn.Reply with { Calls = calls }, Observations = seen };
    }
}
