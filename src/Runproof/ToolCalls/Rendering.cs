namespace Runproof.ToolCalls;

/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c>, or the format's own for results.</param>
internal sealed record RenderedMessage(string Role, string Content);

/// <summary>A conversation in a format.</summary>
/// <param name="LeftOut">What the format has no place for, and so is not among the messages.</param>
internal sealed record RenderedConversation(IReadOnlyList<RenderedMessage> Messages, IReadOnlyList<string> LeftOut);

/// <summary>A conversation read from messages.</summary>
/// <param name="Problems">What was wrong with its replies.</param>
internal sealed record ReadConversation(ToolConversation ToolConversation, IReadOnlyList<string> Problems);

/// <summary>Renders one conversation into any format, and reads it back: what comes back is what went in, but for what is told.</summary>
internal static class Rendering
{
    private const string System = "system";
    private const string User = "user";
    private const string Assistant = "assistant";

    /// <exception cref="FormatException">The format cannot hold a turn; the message says which and why.</exception>
    public static RenderedConversation Render(ToolCallFormat format, ToolConversation conversation, IReadOnlyList<ToolDefinition> tools)
    {
        var leftOut = new List<string>();
        var kept = Kept(format, conversation, leftOut);
        var declared = format.Declare(tools);
        List<RenderedMessage> messages = [new(System, conversation.System.Length == 0 ? declared : $"{conversation.System}\n\n{declared}")];
        for (var i = 0; i < kept.Turns.Count; i++)
        {
            try
            {
                messages.AddRange(Messages(format, kept.Turns[i], i == 0 ? null : kept.Turns[i - 1], tools));
            }
            catch (FormatException error)
            {
                throw new FormatException($"turn {i + 1}: {error.Message}", error);
            }
        }

        return Read(format, messages, tools).ToolConversation.Equals(kept) ? new(messages, leftOut) : throw new FormatException($"{format.Name} cannot hold this conversation: what it would write is read as something else");
    }

    /// <summary>The conversation that messages hold.</summary>
    /// <exception cref="FormatException">They are none of this format and these tools.</exception>
    public static ReadConversation Read(ToolCallFormat format, IReadOnlyList<RenderedMessage> messages, IReadOnlyList<ToolDefinition> tools)
    {
        var declared = format.Declare(tools);
        if (messages is not [{ Role: System } system, ..] || !system.Content.EndsWith(declared, StringComparison.Ordinal)) throw new FormatException($"no system message that declares these tools as {format.Name} does");
        var (turns, problems) = (new List<ConversationTurn>(), new List<string>());
        foreach (var message in messages.Skip(1))
        {
            if (turns is [.., AssistantTurn { Calls.Count: > 0 } before] && message.Role == format.Results.Role) turns.Add(Results(format, message.Content, before.Calls, 0));
            else if (format.Results.IsOne && message.Role == format.Results.Role && turns is [.., AssistantTurn { Calls: var calls }, ResultsTurn { Results: var seen }] && seen.Count < calls.Count)
                turns[^1] = new ResultsTurn([.. seen, .. Results(format, message.Content, calls, seen.Count).Results]);
            else if (message.Role == User) turns.Add(new UserTurn(message.Content));
            else if (message.Role == Assistant)
            {
                var read = format.Parse(message.Content, tools);
                problems.AddRange(read.Problems);
                turns.Add(new AssistantTurn(read.Text, read.Calls, read.Thought));
            }
            else throw new FormatException($"message {turns.Count + 2}: '{message.Role}' has no turn here");
        }

        var said = system.Content[..^declared.Length];
        return new(new(said.Length == 0 ? "" : said[..^2], turns), problems);
    }

    private static IReadOnlyList<RenderedMessage> Messages(ToolCallFormat format, ConversationTurn turn, ConversationTurn? before, IReadOnlyList<ToolDefinition> tools)
    {
        var calls = (before as AssistantTurn)?.Calls ?? [];
        if (turn is ResultsTurn results)
        {
            if (results.Results.Count == 0 || results.Results.Count > calls.Count) throw new FormatException($"{results.Results.Count} results of {calls.Count} calls");
            string[] written = format.Results.IsOne ? [.. results.Results.Select((result, i) => format.WriteResults([result], calls[i]))] : [format.WriteResults(results.Results, calls)];
            var read = written.SelectMany((text, i) => Results(format, text, calls, i).Results);
            return read.SequenceEqual(results.Results) ? [.. written.Select(text => new RenderedMessage(format.Results.Role, text))] : throw new FormatException($"{format.Name} cannot tell {(results.Results.Count == 1 ? "this result from its marks" : "these results apart")}");
        }

        if (calls.Count > 0) throw new FormatException("the calls before it have no results");
        return [turn is AssistantTurn reply ? new(Assistant, format.Write(reply.Text, reply.Calls, tools, reply.Thought)) : new(User, ((UserTurn)turn).Text)];
    }

    /// <summary>Results; what a format does not write of them follows from the calls.</summary>
    private static ResultsTurn Results(ToolCallFormat format, string text, IReadOnlyList<ToolCall> calls, int first) => new(
        [.. (format.Results.Read(text) ?? []).Select((result, i) => new ToolResult(
            NameOf(format, result, first + i, calls), result.Content, format.KeepsIds ? result.CallId : null, result.IsError))]);

    private static string NameOf(ToolCallFormat format, ToolResult result, int place, IReadOnlyList<ToolCall> calls)
    {
        if (result.Name.Length > 0) return calls.FirstOrDefault(call => format.Described(call) == result.Name)?.Name ?? result.Name;
        return (calls.FirstOrDefault(call => call.Id is not null && call.Id == result.CallId) ?? calls.ElementAtOrDefault(place))?.Name ?? "";
    }

    /// <summary>The conversation without what the format has no place for.</summary>
    private static ToolConversation Kept(ToolCallFormat format, ToolConversation conversation, List<string> leftOut)
    {
        var turns = conversation.Turns.Select((turn, i) => turn switch
        {
            AssistantTurn reply => Kept(format, reply, i + 1, leftOut),
            ResultsTurn results when !format.KeepsIds && i > 0 && conversation.Turns[i - 1] is AssistantTurn before && results.Results.Where((result, place) => result.CallId is not null && result.CallId != before.Calls.ElementAtOrDefault(place)?.Id).Any() =>
                throw new FormatException($"turn {i + 1}: {format.Name} tells results apart by their order, and they are not in that of their calls"),
            ResultsTurn results => new ResultsTurn([.. results.Results.Select(result => Kept(format, result, i + 1, leftOut))]),
            _ => turn,
        }).ToList();
        return conversation with { Turns = turns };
    }

    private static AssistantTurn Kept(ToolCallFormat format, AssistantTurn reply, int turn, List<string> leftOut)
    {
        if (!format.KeepsIds && reply.Calls.Any(call => call.Id is not null)) leftOut.Add($"turn {turn}: ids of calls");
        if (!format.KeepsThought && reply.Thought.Trim().Length > 0) leftOut.Add($"turn {turn}: the thought");
        if (reply.Text.Trim().Length < reply.Text.Length || reply.Thought.Trim().Length < reply.Thought.Length) leftOut.Add($"turn {turn}: white space at the ends of its text");
        return new(reply.Text.Trim(), [.. reply.Calls.Select(format.Kept)], format.KeepsThought ? reply.Thought.Trim() : "");
    }

    private static ToolResult Kept(ToolCallFormat format, ToolResult result, int turn, List<string> leftOut)
    {
        if (result.IsError && !format.Results.KeepsErrors) leftOut.Add($"turn {turn}: that the result of '{result.Name}' is an error");
        return result with { CallId = format.KeepsIds ? result.CallId : null, IsError = result.IsError && format.Results.KeepsErrors };
    }
}
