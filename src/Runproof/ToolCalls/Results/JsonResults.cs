using System.Text.Json.Nodes;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Results;

/// <summary>Results as JSON: a list of objects, or an object each between marks.</summary>
/// <param name="write">One result.</param>
/// <param name="read">The result again; null where it is none.</param>
/// <param name="begin">The mark before the list, or before each object; <paramref name="end"/>: the one behind it.</param>
internal sealed class JsonResults(string role, Func<ToolResult, JsonNode> write, Func<JsonNode, ToolResult?> read, string begin = "", string end = "", bool isList = true, bool keepsErrors = false) : ResultStyle(role)
{
    public override bool KeepsErrors => keepsErrors;

    public override string Write(IReadOnlyList<ToolResult> results) =>
        isList ? begin + JsonText.Of(new JsonArray([.. results.Select(write)])) + end : string.Concat(results.Select(result => begin + JsonText.Of(write(result)) + end));

    public override IReadOnlyList<ToolResult>? Read(string turn)
    {
        List<ToolResult> results = [];
        for (var at = 0; at < turn.Length;)
        {
            if (string.CompareOrdinal(turn, at, begin, 0, begin.Length) != 0) return null;
            at += begin.Length;
            var scan = new JsonScan();
            var from = at;
            while (at < turn.Length && !scan.IsEnded && !scan.IsBroken) scan.Take(turn[at++]);
            if (JsonReading.Read(turn[from..at], out var repair) is not { } node || repair is not null || string.CompareOrdinal(turn, at, end, 0, end.Length) != 0) return null;
            at += end.Length;
            if (isList && (node is not JsonArray || at < turn.Length)) return null;
            foreach (var one in isList ? (JsonArray)node : [node.DeepClone()])
            {
                if (one is null || read(one) is not { } result) return null;
                results.Add(result);
            }
        }

        return results;
    }

    /// <summary>The text under a key; null where there is none.</summary>
    public static string? Text(JsonNode? node, string key) => node is JsonObject pairs && pairs[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
