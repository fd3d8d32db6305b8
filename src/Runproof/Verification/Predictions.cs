using System.Text.Json;

namespace Runproof.Verification;

/// <summary>An answer of somebody else's agent, as the SWE-bench family writes them.</summary>
/// <param name="Model"><c>model_name_or_path</c>; empty where nobody said.</param>
/// <param name="Patch">Null or empty: it handed in nothing.</param>
public sealed record Prediction(string InstanceId, string Model, string? Patch);

/// <summary>Reads predictions: JSON lines, a list, or an object with a member for each instance.</summary>
internal static class Predictions
{
    /// <exception cref="InputException">There is no such file, or no predictions in it.</exception>
    public static async Task<IReadOnlyList<Prediction>> ReadAsync(string file, IProgressLog log, CancellationToken cancel)
    {
        if (!File.Exists(file)) throw new InputException($"'{file}' does not exist: give a file of predictions (instance_id, model_patch, model_name_or_path)");
        var text = await File.ReadAllTextAsync(file, cancel);
        var found = Whole(text) ?? Lines(text, Path.GetFileName(file), log);
        if (found.Count == 0) throw new InputException($"'{file}' holds no predictions: each is an object with instance_id and model_patch");
        if (found.GroupBy(one => one.InstanceId).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new InputException($"'{file}' holds '{twice.Key}' more than once");
        return found;
    }

    private static List<Prediction>? Whole(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array) return [.. root.EnumerateArray().Select(one => Of(one, null)).OfType<Prediction>()];
            if (root.ValueKind != JsonValueKind.Object) return null;
            return Of(root, null) is { } single ? [single] : [.. root.EnumerateObject().Select(member => Of(member.Value, member.Name)).OfType<Prediction>()];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<Prediction> Lines(string text, string name, IProgressLog log)
    {
        List<Prediction> found = [];
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using var document = JsonDocument.Parse(line);
                if (Of(document.RootElement, null) is { } one) found.Add(one);
                else log.Say($"note: {name} line {number}: no instance_id and model_patch");
            }
            catch (JsonException)
            {
                log.Say($"note: {name} line {number}: not JSON");
            }
        }

        return found;
    }

    private static Prediction? Of(JsonElement one, string? name)
    {
        if (one.ValueKind != JsonValueKind.Object || !one.TryGetProperty("model_patch", out var patch)) return null;
        string? Text(string key) => one.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return (Text("instance_id") ?? name) is { Length: > 0 } id ? new(id, Text("model_name_or_path") ?? "", patch.ValueKind == JsonValueKind.String ? patch.GetString() : null) : null;
    }
}
