using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>One choice of a reply, put together from its pieces: the message, the tokens that were sampled, their log probabilities, as the backend names them.</summary>
internal sealed class CapturedChoice
{
    private readonly StringBuilder _content = new(), _thought = new();
    private readonly SortedDictionary<int, JsonObject> _calls = [];
    private readonly List<int> _tokens = [];
    private readonly List<double?> _logprobs = [];
    private JsonObject? _message;

    public string? FinishReason { get; private set; }

    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>Null in the place of one that is no number.</summary>
    public IReadOnlyList<double?> Logprobs => _logprobs;

    /// <summary>As chat completions have it, with calls whole.</summary>
    public JsonObject Message()
    {
        if (_message is not null) return (JsonObject)_message.DeepClone();
        var message = new JsonObject { ["role"] = "assistant", ["content"] = _content.Length > 0 || _calls.Count == 0 ? _content.ToString() : null };
        if (_thought.Length > 0) message["reasoning_content"] = _thought.ToString();
        if (_calls.Count > 0) message["tool_calls"] = new JsonArray([.. _calls.Values.Select(call => call.DeepClone())]);
        return message;
    }

    public void Add(JsonObject choice)
    {
        if (choice["finish_reason"] is JsonValue reason && reason.TryGetValue<string>(out var ended)) FinishReason = ended;
        foreach (var token in choice["token_ids"] as JsonArray ?? []) _tokens.Add(token is JsonValue id && id.TryGetValue<int>(out var number) ? number : -1);
        foreach (var one in choice["logprobs"]?["content"] as JsonArray ?? []) _logprobs.Add(one?["logprob"] is JsonValue value && value.TryGetValue<double>(out var logprob) ? logprob : null);
        if (choice["message"] is JsonObject whole) _message = (JsonObject)whole.DeepClone();
        if (choice["delta"] is not JsonObject delta) return;
        _content.Append(Text(delta["content"]));
        _thought.Append(Text(delta["reasoning_content"] ?? delta["reasoning"]));
        foreach (var part in (delta["tool_calls"] as JsonArray ?? []).OfType<JsonObject>()) AddCall(part);
    }

    private void AddCall(JsonObject part)
    {
        var index = part["index"] is JsonValue at && at.TryGetValue<int>(out var number) ? number : _calls.Count;
        if (!_calls.TryGetValue(index, out var call)) _calls[index] = call = new() { ["id"] = null, ["type"] = "function", ["function"] = new JsonObject { ["name"] = "", ["arguments"] = "" } };
        if (Text(part["id"]) is { Length: > 0 } id) call["id"] = id;
        var function = call["function"]!;
        function["name"] = function["name"]!.GetValue<string>() + Text(part["function"]?["name"]);
        function["arguments"] = function["arguments"]!.GetValue<string>() + Text(part["function"]?["arguments"]);
    }

    public static string Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
}
