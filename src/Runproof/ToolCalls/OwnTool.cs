using System.Text.Json.Nodes;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls;

/// <summary>Tools of formats that hold calls of these alone.</summary>
internal static class OwnTool
{
    /// <param name="parameters">Name, type and description; a name that ends with <c>?</c> need not be given.</param>
    public static ToolDefinition Of(string name, string description, params ReadOnlySpan<(string Name, string Type, string Description)> parameters)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var (key, type, said) in parameters)
        {
            properties[key.TrimEnd('?')] = new JsonObject { ["type"] = type, ["description"] = said };
            if (!key.EndsWith('?')) required.Add(key);
        }

        return new(name, description, new() { ["type"] = "object", ["properties"] = properties, ["required"] = required });
    }

    /// <summary>Why a call is none of these tools, with their arguments; null where it is one.</summary>
    public static string? WhyNot(ToolCall call, IReadOnlyList<ToolDefinition> tools)
    {
        if (tools.FirstOrDefault(tool => tool.Name == call.Name) is not { } tool) return $"'{call.Name}' is not {string.Join(" or ", tools.Select(own => $"'{own.Name}'"))}";
        if (call.Arguments.Select(pair => pair.Key).FirstOrDefault(key => tool.Parameter(key) is null) is { } unknown) return $"'{tool.Name}' has no argument '{unknown}'";
        if (((JsonArray)tool.Parameters["required"]!).Select(key => key!.GetValue<string>()).FirstOrDefault(key => !call.Arguments.ContainsKey(key)) is { } missing) return $"'{tool.Name}' needs '{missing}'";
        return call.Arguments.Where(pair => !TypedText.IsOf(pair.Value, tool.Parameter(pair.Key)!)).Select(pair => $"'{pair.Key}' of '{tool.Name}' is no {tool.Parameter(pair.Key)!["type"]}").FirstOrDefault();
    }

    /// <summary>The text of an argument.</summary>
    public static string Text(this ToolCall call, string key) => call.Arguments[key]!.GetValue<string>();
}
