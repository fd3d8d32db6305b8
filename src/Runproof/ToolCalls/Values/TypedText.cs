using System.Globalization;
using System.Text.Json.Nodes;

namespace Runproof.ToolCalls;

/// <summary>Values of arguments as plain text, whose type the tool's schema tells: what formats without JSON write.</summary>
internal static class TypedText
{
    /// <summary>Strings as they are, all else as JSON.</summary>
    public static string Write(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var said) ? said : value?.ToJsonString() ?? "null";

    /// <param name="schema">Of the parameter; null where it is not declared: its value is a string.</param>
    /// <param name="repair">What was wrong with it; the value is then what the text most plainly says.</param>
    public static JsonNode? Read(string text, JsonObject? schema, out string? repair)
    {
        repair = null;
        var types = Types(schema).ToHashSet();
        var bare = text.Trim();
        if (types.Count == 0 || types.Contains("string")) return types.Contains("null") && bare == "null" ? null : JsonValue.Create(text);
        if (types.Contains("null") && bare == "null") return null;
        if (types.Contains("boolean") && bare is "true" or "false") return JsonValue.Create(bare == "true");
        if (types.Contains("integer") && long.TryParse(bare, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        if (JsonReading.Read(bare, out var wrong) is { } node && IsOf(node, types))
        {
            repair = wrong;
            return node;
        }

        return Python(bare, types, ref repair, text);
    }

    /// <summary>Whether a value is of a type that the schema allows.</summary>
    public static bool IsOf(JsonNode? value, JsonObject schema)
    {
        var types = Types(schema).ToHashSet();
        return value is null ? types.Contains("null") : (types.Contains("string") && value is JsonValue one && one.TryGetValue<string>(out _)) || IsOf(value, types);
    }

    /// <summary>Models write Python's literals where JSON is due.</summary>
    private static JsonNode? Python(string bare, HashSet<string> types, ref string? repair, string text)
    {
        try
        {
            var value = PythonLiteral.Read(bare);
            if (value is null || IsOf(value, types))
            {
                repair = $"'{Short(bare)}' is Python and not JSON";
                return value;
            }
        }
        catch (FormatException)
        {
            // A text, then.
        }

        repair = $"'{Short(bare)}' is not of the type {string.Join(" or ", types.Order(StringComparer.Ordinal))}";
        return JsonValue.Create(text);
    }

    private static bool IsOf(JsonNode node, HashSet<string> types) => node switch
    {
        JsonObject => types.Contains("object"),
        JsonArray => types.Contains("array"),
        JsonValue value when value.TryGetValue<bool>(out _) => types.Contains("boolean"),
        JsonValue value when value.TryGetValue<string>(out _) => false,
        _ => types.Contains("number") || (types.Contains("integer") && node.ToJsonString().All(letter => char.IsAsciiDigit(letter) || letter == '-')),
    };

    /// <summary>The types that a schema allows; none where it does not say.</summary>
    private static IEnumerable<string> Types(JsonObject? schema)
    {
        switch (schema?["type"])
        {
            case JsonValue one when one.TryGetValue<string>(out var type):
                return [Standard(type)];
            case JsonArray list:
                return list.OfType<JsonValue>().Select(one => one.TryGetValue<string>(out var type) ? Standard(type) : "").Where(type => type.Length > 0);
            default:
                var choices = schema?["anyOf"] as JsonArray ?? schema?["oneOf"] as JsonArray;
                return choices?.OfType<JsonObject>().SelectMany(Types) ?? [];
        }
    }

    /// <summary>Names that schemas use beside those of JSON Schema.</summary>
    private static string Standard(string type) => type.ToLowerInvariant() switch
    {
        "str" or "text" or "varchar" or "char" or "enum" => "string",
        "bool" or "binary" => "boolean",
        "list" or "tuple" => "array",
        var other when other.StartsWith("int", StringComparison.Ordinal) || other.StartsWith("uint", StringComparison.Ordinal) || other is "long" or "short" => "integer",
        var other when other.StartsWith("num", StringComparison.Ordinal) || other.StartsWith("float", StringComparison.Ordinal) || other == "double" => "number",
        var other when other.StartsWith("dict", StringComparison.Ordinal) || other == "map" => "object",
        var other => other,
    };

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
