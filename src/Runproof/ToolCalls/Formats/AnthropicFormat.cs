using System.Text.Json.Nodes;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>A message of Anthropic's API: content blocks, among them <c>tool_use</c>.</summary>
internal sealed class AnthropicFormat : MessageFormat
{
    private static readonly JsonCall Call = new("name", "input", "id");

    public override string Name => "anthropic";

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        JsonText.Of(new JsonArray([.. tools.Select(tool => new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["input_schema"] = tool.Parameters.DeepClone() })]));

    public override ResultStyle Results { get; } = new JsonResults(
        ResultStyle.User, result => new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = result.CallId, ["content"] = result.Content, ["is_error"] = result.IsError },
        node => JsonResults.Text(node, "content") is { } content ? new("", content, JsonResults.Text(node, "tool_use_id"), node["is_error"] is JsonValue flag && flag.TryGetValue<bool>(out var isError) && isError) : null, keepsErrors: true);

    protected override JsonObject Message(string thought, string text, IReadOnlyList<ToolCall> calls)
    {
        var content = new JsonArray();
        if (thought.Length > 0) content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = thought });
        if (text.Length > 0) content.Add(new JsonObject { ["type"] = "text", ["text"] = text });
        foreach (var call in calls)
        {
            var written = Call.Write(call);
            written.Insert(0, "type", "tool_use");
            content.Add(written);
        }

        return new() { ["role"] = "assistant", ["content"] = content };
    }

    protected override bool IsMessage(JsonObject message) => message["role"]?.ToString() == "assistant" && message["content"] is JsonArray;

    protected override void Read(JsonObject message, BlockResult into)
    {
        foreach (var block in (JsonArray)message["content"]!)
        {
            switch (JsonResults.Text(block, "type"))
            {
                case "text":
                    into.Text += JsonResults.Text(block, "text") ?? "";
                    break;
                case "thinking":
                    into.Thought += JsonResults.Text(block, "thinking") ?? "";
                    break;
                case "tool_use":
                    Call.Add(block, into);
                    break;
                default:
                    into.Repairs.Add("a content block of another kind is left out");
                    break;
            }
        }
    }
}
