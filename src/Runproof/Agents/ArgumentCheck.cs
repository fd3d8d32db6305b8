using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.ToolCalls;

namespace Runproof.Agents;

/// <summary>Whether the arguments of a call are what its tool declares: nothing missing, nothing unknown, the right kinds, one of the words. One line says what is wrong.</summary>
internal static class ArgumentCheck
{
    public static string? Problem(ToolDefinition tool, JsonObject arguments)
    {
        var properties = tool.Parameters["properties"] as JsonObject ?? [];
        foreach (var name in (tool.Parameters["required"] as JsonArray ?? []).Select(one => one!.GetValue<string>()))
        {
            if (arguments[name] is null) return $"{tool.Name}: the parameter '{name}' is missing";
        }

        foreach (var (name, value) in arguments)
        {
            if (properties[name] is not JsonObject schema) return $"{tool.Name}: there is no parameter '{name}': there is {string.Join(", ", properties.Select(one => one.Key))}";
            if (value is null) continue;
            if (schema["type"]?.GetValue<string>() is { } wanted && !Is(wanted, value)) return $"{tool.Name}: '{name}' must be of type {wanted}";
            if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value))) return $"{tool.Name}: '{name}' must be one of {string.Join(", ", words.Select(word => word!.ToString()))}";
        }

        return null;
    }

    private static bool Is(string wanted, JsonNode value) => (wanted, value.GetValueKind()) switch
    {
        ("string", JsonValueKind.String) or ("boolean", JsonValueKind.True or JsonValueKind.False) or ("array", JsonValueKind.Array) or ("object", JsonValueKind.Object) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => double.IsInteger(value.GetValue<JsonElement>() is { } element ? element.GetDouble() : 0),
        _ => false,
    };
}
