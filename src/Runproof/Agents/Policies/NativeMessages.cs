using System.ClientModel.Primitives;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Runproof.ToolCalls;

namespace Runproof.Agents.Policies;

/// <summary>A conversation as an API has it in which tool calls come apart from the text (OpenAI's chat completions).</summary>
internal static class NativeMessages
{
    public static List<ChatMessage> Write(Conversation conversation)
    {
        List<ChatMessage> messages = [new(ChatRole.System, conversation.System), new(ChatRole.User, conversation.Task)];
        foreach (var turn in conversation.Turns)
        {
            List<AIContent> said = [];
            if (turn.Reply.Text.Length > 0 || turn.Reply.Calls.Count == 0) said.Add(new TextContent(turn.Reply.Text.Length > 0 ? turn.Reply.Text : "(no answer)"));
            said.AddRange(turn.Reply.Calls.Select(call => new FunctionCallContent(call.Id!, call.Name, call.Arguments.ToDictionary(one => one.Key, one => (object?)one.Value?.DeepClone()))));
            messages.Add(new(ChatRole.Assistant, said));
            foreach (var seen in turn.Observations.Where(seen => seen.CallId is not null)) messages.Add(new(ChatRole.Tool, [new FunctionResultContent(seen.CallId!, seen.Content)]));
            foreach (var seen in turn.Observations.Where(seen => seen.CallId is null)) messages.Add(new(ChatRole.User, seen.Content));
        }

        return messages;
    }

    /// <param name="turn">Number of the turn, for calls that came without an id.</param>
    public static Reply Read(ChatResponse response, int turn)
    {
        var contents = response.Messages.SelectMany(message => message.Contents).ToList();
        var raw = RawMessage(response);
        var (thought, text) = Thoughts.Split(string.Concat(contents.OfType<TextContent>().Select(content => content.Text)));
        thought = string.Concat(contents.OfType<TextReasoningContent>().Select(content => content.Text)) is { Length: > 0 } apart ? apart : thought.Length > 0 ? thought : raw.Thought;
        List<ToolCall> calls = [];
        List<string> problems = [];
        var outcome = ParseOutcome.Clean;
        HashSet<string> ids = [];
        foreach (var content in contents.OfType<FunctionCallContent>())
        {
            var written = raw.Arguments.GetValueOrDefault(content.CallId);
            var (arguments, repair) = Arguments(content, written);

            // What the limit of tokens cut off could have gone on in many ways.
            if (repair is not null && response.FinishReason == ChatFinishReason.Length) arguments = null;
            if (arguments is null)
            {
                problems.Add($"the arguments of '{content.Name}' are no JSON object");
                outcome = ParseOutcome.Rejected;
                continue;
            }

            if (repair is not null)
            {
                problems.Add($"'{content.Name}': {repair}");
                if (outcome == ParseOutcome.Clean) outcome = ParseOutcome.Repaired;
            }

            var id = string.IsNullOrEmpty(content.CallId) || !ids.Add(content.CallId) ? $"call_{turn}_{calls.Count + 1}" : content.CallId;
            calls.Add(new(content.Name, arguments, id));
        }

        return new(text, thought, calls, outcome, problems, Tokens: raw.Tokens);
    }

    private static (JsonObject? Arguments, string? Repair) Arguments(FunctionCallContent content, string? written)
    {
        if (written is not null)
        {
            if (written.Trim().Length == 0) return ([], null);
            var read = JsonReading.Read(written, out var repair) as JsonObject;
            return (read, repair);
        }

        return content.Exception is null ? (JsonSerializer.SerializeToNode(content.Arguments ?? new Dictionary<string, object?>()) as JsonObject, null) : (null, null);
    }

    /// <summary>What a server says beside what the protocol names: arguments as they were written, thoughts, tokens.</summary>
    private static (Dictionary<string, string> Arguments, string Thought, SampledTokens? Tokens) RawMessage(ChatResponse response)
    {
        if (response.RawRepresentation is not OpenAI.Chat.ChatCompletion completion) return ([], "", null);
        var root = JsonNode.Parse(ModelReaderWriter.Write(completion).ToString());
        var choice = root?["choices"]?[0];
        var message = choice?["message"];
        Dictionary<string, string> arguments = [];
        foreach (var call in message?["tool_calls"] as JsonArray ?? [])
        {
            if (call?["id"]?.ToString() is { } id && call["function"]?["arguments"] is { } written) arguments[id] = written.GetValueKind() == JsonValueKind.String ? written.GetValue<string>() : written.ToJsonString();
        }

        var thought = (message?["reasoning_content"] ?? message?["reasoning"]) is JsonValue said && said.GetValueKind() == JsonValueKind.String ? said.GetValue<string>() : "";
        return (arguments, thought, SampledTokens.Read(root, choice));
    }
}
