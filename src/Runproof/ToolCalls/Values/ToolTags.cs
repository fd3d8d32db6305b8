using System.Text;
using System.Text.Json.Nodes;

namespace Runproof.ToolCalls;

/// <summary>Tools declared by tags, as Qwen3-Coder's chat template does.</summary>
internal static class ToolTags
{
    public static string Of(ToolDefinition tool)
    {
        var text = new StringBuilder($"<function>\n<name>{tool.Name}</name>\n<description>{tool.Description.Trim()}</description>\n<parameters>");
        foreach (var (name, schema) in tool.Parameters["properties"] as JsonObject ?? [])
        {
            text.Append($"\n<parameter>\n<name>{name}</name>");
            foreach (var (key, value) in schema as JsonObject ?? []) text.Append($"\n<{key}>{(value is JsonValue ? TypedText.Write(value).Trim() : JsonText.Of(value))}</{key}>");
            text.Append("\n</parameter>");
        }

        if (tool.Parameters["required"] is { } required) text.Append($"\n<required>{JsonText.Of(required)}</required>");
        return text.Append("\n</parameters>\n</function>").ToString();
    }
}
