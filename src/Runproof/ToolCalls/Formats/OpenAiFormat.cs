using System.Text.Json.Nodes;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>A message of OpenAI's chat completions: <c>tool_calls</c> with ids, their arguments as a string that holds JSON; a thought as servers of open models give it, <c>reasoning_content</c>.</summary>
internal sealed class OpenAiFormat : MessageFormat
{
    public override string Name => "openai";

    public override string Declare(IReadOnlyList<ToolDefinition> tools) => $"[{string.Join(", ", tools.Select(JsonText.OfFunction))}]";

    public override ResultStyle Results { get; } = new JsonResults(
        ResultStyle.Tool, result => new JsonObject { ["role"] = "tool", ["tool_call_id"] = result.CallId, ["name"] = result.Name, ["content"] = result.Content },
        node => JsonResults.Text(node, "content") is { } content ? new(JsonResults.Text(node, "name") ?? "", content, JsonResults.Text(node, "tool_call_id")) : null);

    protected override JsonObject Message(string thought, string text, IReadOnlyList<ToolCall> calls)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = text };
        if (thought.Length > 0) message["reasoning_content"] = thought;
        if (calls.Count > 0) message["tool_calls"] = new JsonArray([.. calls.Select(One)]);
        return message;
    }

    protected override bool IsMessage(JsonObject message) => message["role"]?.ToString() == "assistant" && (message["tool_calls"] is JsonArray || message["content"] is JsonValue);

    protected override void Read(JsonObject message, BlockResult into)
    {
        into.Thought = JsonResults.Text(message, "reasoning_content") ?? JsonResults.Text(message, "reasoning") ?? "";
        into.Text = message["content"] is JsonValue content && content.TryGetValue<string>(out var text) ? text : "";
        foreach (var call in message["tool_calls"] as JsonArray ?? [])
        {
            if (call is not JsonObject || call["function"] is not JsonObject function || function["name"] is not JsonValue named || !named.TryGetValue<string>(out var name))
            {
                into.Faults.Add("a call without a function's name");
                continue;
            }

            var id = call["id"] is JsonValue value && value.TryGetValue<string>(out var said) ? said : null;
            if (function["arguments"] is JsonObject given)
            {
                into.Repairs.Add($"the arguments of '{name}' are an object, not a string");
                into.Calls.Add(new(name, (JsonObject)given.DeepClone(), id));
                continue;
            }

            var read = new BlockResult();
            JsonCall.ReadArguments(name, function["arguments"] is JsonValue json && json.TryGetValue<string>(out var written) ? written : "", read);
            into.Calls.AddRange(read.Calls.Select(one => one with { Id = id }));
            into.Repairs.AddRange(read.Repairs);
            into.Faults.AddRange(read.Faults);
        }
    }

    private static JsonObject One(ToolCall call) => new()
    {
        ["id"] = call.Id, ["type"] = "function", ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = JsonText.Of(call.Arguments) },
    };
}
