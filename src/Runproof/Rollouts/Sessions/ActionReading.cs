using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Sessions;

/// <summary>
/// An action as clients send it, as a reply of an agent: one call (<c>tool</c> or <c>tool_name</c>, <c>arguments</c>), calls as chat completions have them (<c>tool_calls</c>, or a whole <c>message</c>), or what a model
/// wrote (<c>text</c>, in a <c>format</c> of tool calls).
/// </summary>
internal static class ActionReading
{
    private static readonly HashSet<string> Known = ["type", "tool", "tool_name", "arguments", "tool_calls", "message", "text", "format", "content", "metadata"];

    /// <param name="format">Of texts that name none; null where the client said none for the episode.</param>
    /// <param name="turn">Number of the turn, for calls that come without an id.</param>
    /// <exception cref="InputException">It is no action: says nothing about the agent.</exception>
    public static (Reply Reply, ToolCallFormat? Format) Read(JsonObject action, IReadOnlyList<ToolDefinition> tools, ToolCallFormat? format, int turn)
    {
        if (action.Select(one => one.Key).FirstOrDefault(key => !Known.Contains(key)) is { } odd) throw new InputException($"an action has no '{odd}': give tool and arguments, tool_calls, or text and format");
        if (action["message"] is JsonObject message) return (OfMessage(message, turn), null);
        if (action["tool_calls"] is not null) return (OfMessage(action, turn), null);
        if ((action["tool"] ?? action["tool_name"]) is { } name)
            return (OfMessage(new() { ["content"] = action["content"]?.DeepClone(), ["tool_calls"] = new JsonArray(new JsonObject { ["name"] = name.DeepClone(), ["arguments"] = action["arguments"]?.DeepClone() ?? new JsonObject() }) }, turn), null);
        if (action["text"] is not JsonValue said || !said.TryGetValue<string>(out var text)) throw new InputException("an action needs tool and arguments, tool_calls, or text (a string)");
        if (action["format"] is JsonValue named) format = ToolCallFormats.Of(named.ToString());
        return format is null ? throw new InputException("a text needs the format of its tool calls: give 'format', here or at the reset, for example hermes or qwen3-coder") : (OfText(text, tools, format, turn), format);
    }

    /// <summary>What a model wrote.</summary>
    public static Reply OfText(string text, IReadOnlyList<ToolDefinition> tools, ToolCallFormat format, int turn)
    {
        var (thought, rest) = Agents.Policies.Thoughts.Split(text);
        var read = format.Parse(rest, tools);
        return new(read.Text, string.Concat(thought, read.Thought), [.. read.Calls.Select((call, i) => call with { Id = call.Id ?? IdOf(turn, i) })], read.Outcome, read.Problems, rest);
    }

    /// <summary>A message of chat completions; calls may also be plain (<c>name</c>, <c>arguments</c>), their arguments an object or a string that holds one.</summary>
    public static Reply OfMessage(JsonObject message, int turn)
    {
        List<ToolCall> calls = [];
        List<string> problems = [];
        var outcome = ParseOutcome.Clean;
        if (message["tool_calls"] is { } given and not JsonArray && given.GetValueKind() != JsonValueKind.Null) throw new InputException("'tool_calls' must be a list");
        foreach (var one in message["tool_calls"] as JsonArray ?? [])
        {
            var function = one?["function"] as JsonObject ?? one as JsonObject;
            if (function?["name"] is not JsonValue named || !named.TryGetValue<string>(out var name)) throw new InputException("a tool call needs a 'name' that is a string");
            string? repair = null;
            var arguments = function["arguments"] switch
            {
                null => [],
                JsonObject plain => (JsonObject)plain.DeepClone(),
                JsonValue text when text.TryGetValue<string>(out var json) => json.Trim().Length == 0 ? [] : JsonReading.Read(json, out repair) as JsonObject,
                _ => throw new InputException($"the arguments of '{name}' must be an object, or a string that holds one"),
            };
            if (repair is not null) problems.Add($"'{name}': {repair}");
            if (arguments is null)
            {
                problems.Add($"the arguments of '{name}' are no JSON object");
                outcome = ParseOutcome.Rejected;
                continue;
            }

            if (repair is not null && outcome == ParseOutcome.Clean) outcome = ParseOutcome.Repaired;
            calls.Add(new(name, arguments, one?["id"] is JsonValue id && id.TryGetValue<string>(out var said) && said.Length > 0 ? said : IdOf(turn, calls.Count)));
        }

        return new(TextOf(message["content"]), TextOf(message["reasoning_content"] ?? message["reasoning"]), calls, outcome, problems);
    }

    private static string IdOf(int turn, int call) => $"call_{turn}_{call + 1}";

    private static string TextOf(JsonNode? content) => content switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonArray parts => string.Concat(parts.Select(part => part?["text"]?.ToString() ?? "")),
        _ => "",
    };
}
