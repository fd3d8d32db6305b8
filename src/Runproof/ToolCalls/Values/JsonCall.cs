using System.Text.Json.Nodes;
using Runproof.ToolCalls.Reading;

namespace Runproof.ToolCalls.Values;

/// <summary>A call as a JSON object, under the keys of a format.</summary>
/// <param name="Id">Null where calls have no ids.</param>
internal sealed record JsonCall(string Name, string Arguments, string? Id = null)
{
    private static readonly string[] OtherNames = ["name", "function", "tool", "tool_name"];
    private static readonly string[] OtherArguments = ["arguments", "parameters", "args", "input"];

    public JsonObject Write(ToolCall call)
    {
        var written = new JsonObject();
        if (Id is not null && call.Id is not null) written[Id] = call.Id;
        written[Name] = call.Name;
        written[Arguments] = call.Arguments.DeepClone();
        return written;
    }

    /// <summary>Reads one call or a list of them.</summary>
    public void Read(string json, BlockResult into)
    {
        var node = JsonReading.Read(json, out var repair);
        if (node is null)
        {
            into.Faults.Add($"not JSON: {Short(json)}");
            return;
        }

        if (repair is not null) into.Repairs.Add(repair);
        if (node is JsonArray list) foreach (var one in list) Add(one, into);
        else Add(node, into);
    }

    /// <summary>The arguments of a call whose name stands elsewhere.</summary>
    public static void ReadArguments(string name, string json, BlockResult into)
    {
        var node = JsonReading.Read(json, out var repair);
        if (repair is not null) into.Repairs.Add(repair);
        if (node is JsonObject arguments) into.Calls.Add(new(name, arguments));
        else into.Faults.Add($"the arguments of '{name}' are no JSON object: {Short(json)}");
    }

    public void Add(JsonNode? node, BlockResult into)
    {
        if (node is not JsonObject call || Text(call, Name, OtherNames, into) is not { Length: > 0 } name)
        {
            into.Faults.Add($"a call without a '{Name}': {Short(node?.ToJsonString() ?? "null")}");
            return;
        }

        var id = Id is not null && call[Id] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        if (Value(call, Arguments, OtherArguments, into) is not { } found)
        {
            into.Repairs.Add($"a call without '{Arguments}'");
            into.Calls.Add(new(name, [], id));
        }
        else if (found is JsonObject arguments) into.Calls.Add(new(name, (JsonObject)arguments.DeepClone(), id));
        else if (found is JsonValue written && written.TryGetValue<string>(out var inner) && JsonReading.Read(inner, out _) is JsonObject unpacked)
        {
            into.Repairs.Add($"'{Arguments}' is a string that holds an object");
            into.Calls.Add(new(name, unpacked, id));
        }
        else into.Faults.Add($"'{Arguments}' of '{name}' is no object: {Short(found.ToJsonString())}");
    }

    private static string? Text(JsonObject call, string key, string[] others, BlockResult into) => Value(call, key, others, into) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The value under its key, or under one that means the same.</summary>
    private static JsonNode? Value(JsonObject call, string key, string[] others, BlockResult into)
    {
        if (call[key] is { } found) return found;
        if (others.FirstOrDefault(other => call[other] is not null) is not { } other) return null;
        into.Repairs.Add($"'{other}' in the place of '{key}'");
        return call[other];
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
