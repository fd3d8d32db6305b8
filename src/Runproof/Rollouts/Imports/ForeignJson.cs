using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Imports;

/// <summary>Looks into JSON that others wrote: what is missing or of another kind is as if it were not there.</summary>
internal static class ForeignJson
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) node = (node as JsonObject)?[name];
        return node;
    }

    public static IReadOnlyList<JsonNode?> List(this JsonNode? node) => node is JsonArray list ? [.. list] : [];

    public static JsonNode? Item(this JsonNode? node, int place) => node is JsonArray list && place >= 0 && place < list.Count ? list[place] : null;

    public static JsonNode? Last(this JsonNode? node) => node is JsonArray { Count: > 0 } list ? list[^1] : null;

    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static double? Number(this JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number) && double.IsFinite(number) ? number : null;

    public static long Whole(this JsonNode? node) => node.Number() is { } number and >= 0 and <= 1L << 53 ? (long)number : 0;

    /// <summary>The first that is a text with something in it; else empty.</summary>
    public static string FirstText(params IEnumerable<JsonNode?> nodes) => nodes.Select(Text).FirstOrDefault(text => text is { Length: > 0 }) ?? "";

    /// <summary>Content of a message: a text, or parts; of a part that is no text its kind alone is told.</summary>
    public static string Content(this JsonNode? node) => node is JsonArray parts
        ? string.Concat(parts.Select(part => part.At("text").Text() ?? (part.At("content") is { } inner ? inner.Content() : part.At("type").Text() is { } kind ? $"[{kind}]" : "")))
        : node.Text() ?? "";

    /// <summary>Seconds since 1970, or a text of ISO 8601.</summary>
    public static DateTimeOffset? Time(this JsonNode? node)
    {
        if (node.Number() is { } seconds and > 0 and < 1e11) return DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
        return DateTimeOffset.TryParse(node.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    /// <summary>As one of our records; null where it is something else.</summary>
    public static T? As<T>(this JsonNode? node) where T : class
    {
        try
        {
            return (node as JsonObject)?.Deserialize<T>(Json.Compact);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Tools as OpenAI declares them, or as plain objects.</summary>
    public static List<ToolDefinition> Tools(this JsonNode? node) =>
        [.. node.List().Select(tool => tool.At("function") ?? tool).Where(tool => tool.At("name").Text() is { Length: > 0 })
            .Select(tool => new ToolDefinition(tool.At("name").Text()!, tool.At("description").Text() ?? "", (tool.At("parameters") ?? tool.At("input_schema")) is JsonObject schema ? (JsonObject)schema.DeepClone() : []))];

    /// <summary>Calls as OpenAI's messages hold them, arguments as an object or as JSON in a text; and what was wrong with those that cannot be read.</summary>
    public static (List<ToolCall> Calls, List<string> Problems) Calls(this JsonNode? node)
    {
        List<ToolCall> calls = [];
        List<string> problems = [];
        foreach (var call in node.List())
        {
            var name = FirstText(call.At("function", "name"), call.At("name"), call.At("function_name"));
            var written = call.At("function", "arguments") ?? call.At("arguments");
            var arguments = written as JsonObject ?? (written.Text() is { } text ? text.Trim().Length == 0 ? [] : JsonReading.Read(text, out _) as JsonObject : written is null ? [] : null);
            if (name.Length == 0) problems.Add("a call without a function's name");
            else if (arguments is null) problems.Add($"the arguments of '{name}' are no JSON object");
            else calls.Add(new(name, (JsonObject)arguments.DeepClone(), FirstText(call.At("id"), call.At("call_id"), call.At("tool_call_id")) is { Length: > 0 } id ? id : null));
        }

        return (calls, problems);
    }

    /// <summary>As OpenAI's chat completions and responses tell it.</summary>
    public static ReplyUsage? Usage(this JsonNode? usage, double? dollars = null) => usage is not JsonObject ? null : new(
        (usage.At("prompt_tokens") ?? usage.At("input_tokens")).Whole(), (usage.At("completion_tokens") ?? usage.At("output_tokens")).Whole(),
        (usage.At("prompt_tokens_details", "cached_tokens") ?? usage.At("input_tokens_details", "cached_tokens")).Whole(), dollars is > 0 and < 1e9 ? (decimal)dollars : null);

    /// <summary>Tokens where lists of numbers name them; null where none does.</summary>
    /// <param name="logprobs">Of the completion, one after the other.</param>
    public static SampledTokens? Tokens(JsonNode? prompt, JsonNode? completion, IReadOnlyList<JsonNode?> logprobs)
    {
        var (asked, answered, chances) = (Ids(prompt), Ids(completion), logprobs.Count > 0 && logprobs.All(one => one.Number() is not null) ? logprobs.Select(one => one.Number()!.Value).ToList() : null);
        return asked is null && answered is null && chances is null ? null : new(asked, answered, chances);
        static List<int>? Ids(JsonNode? node) => node is JsonArray { Count: > 0 } list && list.All(one => one is JsonValue value && value.TryGetValue<int>(out _)) ? [.. list.Select(one => one!.GetValue<int>())] : null;
    }
}
