using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.ToolCalls;

/// <summary>JSON as models see it: letters of other scripts as they are, a space behind colons and commas, as Python writes it.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonNode? node) => node switch
    {
        JsonObject pairs => $"{{{string.Join(", ", pairs.Select(pair => $"{JsonSerializer.Serialize(pair.Key, Plain)}: {Of(pair.Value)}"))}}}",
        JsonArray list => $"[{string.Join(", ", list.Select(Of))}]",
        null => "null",
        _ => node.ToJsonString(Plain),
    };

    /// <summary>JSON in which no mark of a format stands: within a string, the only place where it can, its first character is escaped. Parsers that look for marks before they read JSON, and tokenizers, are not misled.</summary>
    public static string Of(JsonNode? node, IReadOnlyList<string> marks) => marks.Aggregate(Of(node), (text, mark) => mark.Length == 0 || char.IsLetterOrDigit(mark[0]) ? text : text.Replace(mark, $"\\u{(int)mark[0]:x4}{mark[1..]}", StringComparison.Ordinal));

    /// <summary>A tool as OpenAI's <c>tools</c> have it.</summary>
    public static string OfFunction(ToolDefinition tool) => Of(new JsonObject { ["type"] = "function", ["function"] = tool.Plain() });
}
