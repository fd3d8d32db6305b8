using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>
/// Takes from a reply what trainers want, as it passes, and gives the client only what it asked for itself. Tokens come from the backend alone: nothing is ever made into tokens again.
/// </summary>
internal sealed class Capture
{
    private readonly bool _wantsLogprobs, _wantsTokens, _wantsUsage, _isStream;
    private readonly SortedDictionary<int, CapturedChoice> _choices = [];
    private List<int>? _prompt;

    private Capture(JsonObject request)
    {
        _isStream = IsTrue(request["stream"]);
        _wantsLogprobs = IsTrue(request["logprobs"]);
        _wantsTokens = IsTrue(request["return_token_ids"]);
        _wantsUsage = !_isStream || IsTrue(request["stream_options"]?["include_usage"]);
    }

    public bool IsStream => _isStream;

    public IReadOnlyDictionary<int, CapturedChoice> Choices => _choices;

    public IReadOnlyList<int>? PromptTokens => _prompt;

    public JsonObject? Usage { get; private set; }

    public string? Model { get; private set; }

    public JsonNode? WeightVersion { get; private set; }

    /// <summary>Adds to the request what is to be recorded.</summary>
    public static Capture Begin(JsonObject request)
    {
        var capture = new Capture(request);
        request["logprobs"] = true;
        request["return_token_ids"] = true;
        if (capture._isStream)
        {
            var options = request["stream_options"] as JsonObject ?? [];
            options["include_usage"] = true;
            request["stream_options"] = options.Parent is null ? options : (JsonNode)options.DeepClone();
        }

        return capture;
    }

    /// <summary>Records a reply or a chunk, and takes out of it what the client did not ask for.</summary>
    /// <returns>Whether anything is left for the client.</returns>
    public bool Take(JsonObject part)
    {
        Model ??= part["model"]?.ToString();
        WeightVersion ??= part["weight_version"]?.DeepClone();
        _prompt ??= Ids(part["prompt_token_ids"]);
        if (part["usage"] is JsonObject usage) Usage = (JsonObject)usage.DeepClone();
        var choices = (part["choices"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var choice in choices)
        {
            _prompt ??= Ids(choice["prompt_token_ids"]);
            var index = choice["index"] is JsonValue at && at.TryGetValue<int>(out var number) ? number : 0;
            if (!_choices.TryGetValue(index, out var captured)) _choices[index] = captured = new();
            captured.Add(choice);
            if (!_wantsLogprobs && choice.ContainsKey("logprobs")) choice["logprobs"] = null;
            if (!_wantsTokens) _ = choice.Remove("token_ids") | choice.Remove("prompt_token_ids");
        }

        if (!_wantsTokens) part.Remove("prompt_token_ids");
        if (_wantsUsage) return true;
        part.Remove("usage");
        return choices.Count > 0;
    }

    /// <summary>Read at once: as nodes, thousands of tokens would cost more than all else of a reply.</summary>
    private static List<int>? Ids(JsonNode? node)
    {
        if (node is not JsonArray list) return null;
        try
        {
            return list.Deserialize<List<int>>() is { Count: > 0 } ids ? ids : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsTrue(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;
}
