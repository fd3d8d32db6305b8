using System.Text.Json.Nodes;
using Runproof.ToolCalls;

namespace Runproof.Agents;

/// <summary>Writes the schema of a tool.</summary>
internal static class ToolSchema
{
    public static ToolDefinition Tool(string name, string description, params IReadOnlyList<Parameter> parameters) => new(name, description, new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, (JsonNode?)parameter.Schema()))),
        ["required"] = new JsonArray([.. parameters.Where(parameter => parameter.Required).Select(parameter => (JsonNode)parameter.Name)]),
    });

    /// <param name="Type">Of JSON Schema.</param>
    /// <param name="Words">The only values.</param>
    /// <param name="Items">Type of an array's items.</param>
    internal sealed record Parameter(string Name, string Type, string Description, bool Required = true, IReadOnlyList<string>? Words = null, JsonObject? Items = null)
    {
        public JsonObject Schema()
        {
            var schema = new JsonObject { ["type"] = Type, ["description"] = Description };
            if (Words is not null) schema["enum"] = new JsonArray([.. Words.Select(word => (JsonNode)word)]);
            if (Items is not null) schema["items"] = Items.DeepClone();
            return schema;
        }
    }
}
