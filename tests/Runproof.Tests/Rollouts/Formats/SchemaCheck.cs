using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Tests.Rollouts.Formats;

/// <summary>
/// Checks JSON against a schema: <c>type</c> (with <c>integer</c>), <c>properties</c>, <c>required</c>, <c>additionalProperties</c>, <c>items</c>, <c>enum</c>, <c>const</c>, <c>minItems</c>, <c>anyOf</c>, <c>$ref</c> into
/// <c>$defs</c> and what all schemas share. A word that it does not know is an error of the schema, so that nothing is believed checked that is not.
/// </summary>
internal static class SchemaCheck
{
    private static readonly HashSet<string> Words = ["type", "properties", "required", "additionalProperties", "items", "enum", "const", "minItems", "anyOf", "$ref", "$defs"];

    private static readonly JsonObject Shared = JsonNode.Parse(Schemas.Shared)!.AsObject();

    /// <summary>What is wrong, each with its place.</summary>
    public static List<string> Faults(string schema, JsonNode? value)
    {
        var root = JsonNode.Parse(schema)!.AsObject();
        List<string> faults = [];
        Check(root, root, value, "$", faults);
        return faults;
    }

    public static void ShouldFit(this JsonNode? value, string schema) => Faults(schema, value).ShouldBeEmpty();

    private static void Check(JsonObject root, JsonObject schema, JsonNode? value, string at, List<string> faults)
    {
        schema.Select(word => word.Key).Except(Words).ShouldBeEmpty($"the schema at {at}");
        if (schema["$ref"]?.GetValue<string>() is { } name)
        {
            Check(root, (root["$defs"]?[name] ?? Shared[name])!.AsObject(), value, at, faults);
            return;
        }

        if (schema["anyOf"] is JsonArray any && !any.Any(one => Fits(root, one!.AsObject(), value))) faults.Add($"{at}: fits none of anyOf: {value?.ToJsonString()}");
        if (schema["type"] is { } type && !(type is JsonArray many ? many.Select(one => one!.GetValue<string>()) : [type.GetValue<string>()]).Any(wanted => Is(wanted, value)))
        {
            faults.Add($"{at}: {value?.GetValueKind().ToString() ?? "null"} is not {type.ToJsonString()}");
            return;
        }

        if (schema.ContainsKey("const") && !JsonNode.DeepEquals(schema["const"], value)) faults.Add($"{at}: {value?.ToJsonString()} is not {schema["const"]?.ToJsonString()}");
        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value))) faults.Add($"{at}: {value?.ToJsonString()} is none of {words.ToJsonString()}");
        if (value is JsonObject members)
        {
            var properties = schema["properties"] as JsonObject ?? [];
            faults.AddRange((schema["required"] as JsonArray ?? []).Select(one => one!.GetValue<string>()).Where(one => !members.ContainsKey(one)).Select(one => $"{at}: lacks {one}"));
            foreach (var (key, member) in members)
            {
                if (properties[key] is JsonObject wanted) Check(root, wanted, member, $"{at}.{key}", faults);
                else if (schema["additionalProperties"] is JsonValue open && !open.GetValue<bool>()) faults.Add($"{at}: has {key}, which nobody knows");
            }
        }

        if (value is not JsonArray list) return;
        if (schema["minItems"]?.GetValue<int>() > list.Count) faults.Add($"{at}: {list.Count} items");
        if (schema["items"] is not JsonObject item) return;
        for (var i = 0; i < list.Count; i++) Check(root, item, list[i], $"{at}[{i}]", faults);
    }

    private static bool Fits(JsonObject root, JsonObject schema, JsonNode? value)
    {
        List<string> faults = [];
        Check(root, schema, value, "$", faults);
        return faults.Count == 0;
    }

    private static bool Is(string wanted, JsonNode? value) => (wanted, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", JsonValueKind.Null) or ("string", JsonValueKind.String) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => double.IsInteger(double.Parse(value!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)),
        _ => false,
    };
}

/// <summary>The checker itself.</summary>
public class SchemaCheckTests
{
    private const string Schema = """{"type": "object", "required": ["a"], "additionalProperties": false, "properties": {"a": {"type": ["integer", "null"]}, "b": {"type": "array", "minItems": 1, "items": {"$ref": "word"}}}, "$defs": {"word": {"enum": ["x"]}}}""";

    [Theory]
    [InlineData("""{"a": 1}""", 0)]
    [InlineData("""{"a": null, "b": ["x"]}""", 0)]
    [InlineData("""{"a": 1.5}""", 1)]
    [InlineData("""{"b": []}""", 2)]
    [InlineData("""{"a": 1, "c": 1}""", 1)]
    [InlineData("""{"a": 1, "b": ["x", "y"]}""", 1)]
    [InlineData("""[]""", 1)]
    public void Faults_are_found(string json, int count) => SchemaCheck.Faults(Schema, JsonNode.Parse(json)).Count.ShouldBe(count);
}
