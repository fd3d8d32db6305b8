using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>
/// One call of a model as rllm's gateway records it (rllm-model-gateway, models.py: TraceRecord), with two things more: <c>extends</c>, the earlier call whose prompt and completion are a beginning of this prompt, token by
/// token (none: a branch, or a history that was cut down), and <c>dropped</c>, what was not kept because nobody knows what it belongs to. A call holds what is new in it alone: of a rollout of hundreds of turns each prompt
/// holds all that came before.
/// </summary>
/// <param name="Messages">Of the request, each as JSON; those that an earlier call has too are the same bytes.</param>
/// <param name="Extends">See above.</param>
/// <param name="Prompt">Tokens of the prompt behind those that it goes on from; all of them where it goes on from none.</param>
internal sealed record Trace(
    string Id, string Session, int Choice, string? Model, IReadOnlyList<byte[]> Messages, byte[]? Tools, CapturedChoice Captured, JsonObject? Usage, JsonNode? WeightVersion, Trace? Extends, IReadOnlyList<int> Prompt,
    double LatencyMs, DateTimeOffset At, string? Problem)
{
    /// <summary>Log probabilities without a token each, or that are no numbers, teach something wrong.</summary>
    public string? Dropped { get; } = Captured.Logprobs.Count == 0 ? null
        : Captured.Tokens.Count == 0 ? "logprobs without token ids"
        : Captured.Tokens.Contains(-1) ? "a token id is no number"
        : Captured.Logprobs.Count != Captured.Tokens.Count ? $"{Captured.Logprobs.Count} logprobs for {Captured.Tokens.Count} token ids"
        : Captured.Logprobs.Any(one => one is not { } value || !double.IsFinite(value) || value > 1e-6) ? "a logprob is no log probability"
        : null;

    public IReadOnlyList<int> Tokens => Captured.Tokens.Contains(-1) ? [] : Captured.Tokens;

    /// <summary>The record of a choice behind those that a session has.</summary>
    /// <param name="before">The latest first.</param>
    public static Trace Of(IEnumerable<Trace> before, string session, int number, JsonObject request, CapturedChoice choice, Capture capture, double latency, DateTimeOffset at, string? problem)
    {
        IReadOnlyList<int> prompt = capture.PromptTokens ?? [];
        var earlier = before as IReadOnlyList<Trace> ?? [.. before];
        var (parent, taken) = earlier.Select(trace => (Trace: trace, Length: trace.LengthIn(prompt))).FirstOrDefault(one => one.Length > 0);
        var last = earlier.Count > 0 ? earlier[0] : null;
        return new(
            Guid.NewGuid().ToString(), session, number, request["model"]?.ToString() ?? capture.Model, Shared(request["messages"] as JsonArray ?? [], last?.Messages ?? []), Shared(request["tools"], last?.Tools), choice, capture.Usage,
            capture.WeightVersion, parent, parent is null ? prompt : [.. prompt.Skip(taken)], latency, at, problem);
    }

    /// <summary>The tokens of the whole prompt.</summary>
    public List<int> WholePrompt()
    {
        Stack<Trace> chain = [];
        for (var one = this; one is not null; one = one.Extends) chain.Push(one);
        List<int> all = [];
        foreach (var one in chain)
        {
            if (one.Extends is { } parent) all.AddRange(parent.Tokens);
            all.AddRange(one.Prompt);
        }

        return all;
    }

    public JsonObject Json(JsonObject? metadata)
    {
        var counts = new JsonObject();
        if (Usage?["prompt_tokens"] is { } prompt) counts["prompt"] = prompt.DeepClone();
        if (Usage?["completion_tokens"] is { } completion) counts["completion"] = completion.DeepClone();
        return new()
        {
            ["trace_id"] = Id,
            ["session_id"] = Session,
            ["model"] = Model,
            ["messages"] = new JsonArray([.. Messages.Select(message => JsonNode.Parse(message))]),
            ["tools"] = Tools is null ? null : JsonNode.Parse(Tools),
            ["prompt_token_ids"] = Numbers(WholePrompt()),
            ["response_message"] = Captured.Message(),
            ["completion_token_ids"] = Numbers(Tokens),
            ["logprobs"] = Captured.Logprobs.Count == 0 || Dropped is not null ? null : new JsonArray([.. Captured.Logprobs.Select(one => (JsonNode)one!.Value)]),
            ["finish_reason"] = Captured.FinishReason,
            ["weight_version"] = WeightVersion?.DeepClone(),
            ["latency_ms"] = Math.Round(LatencyMs, 3),
            ["token_counts"] = counts,
            ["timestamp"] = At.ToUnixTimeMilliseconds() / 1000.0,
            ["metadata"] = metadata?.DeepClone() ?? new JsonObject(),
            ["choice"] = Choice,
            ["extends"] = Extends?.Id,
            ["dropped"] = Dropped,
            ["error"] = Problem,
        };
    }

    /// <summary>How many tokens of a prompt are this call's prompt and completion; 0 where the prompt does not go on from it.</summary>
    private int LengthIn(IReadOnlyList<int> prompt)
    {
        if (Tokens.Count == 0 || prompt.Count < Tokens.Count) return 0;
        var own = WholePrompt();
        if (own.Count == 0) return 0;
        own.AddRange(Tokens);
        return prompt.Count >= own.Count && own.SequenceEqual(prompt.Take(own.Count)) ? own.Count : 0;
    }

    private static List<byte[]> Shared(JsonArray messages, IReadOnlyList<byte[]> before) => [.. messages.Select((message, i) => Shared(message, i < before.Count ? before[i] : null) ?? "null"u8.ToArray())];

    private static byte[]? Shared(JsonNode? node, byte[]? before)
    {
        if (node is null) return null;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(node, Catalogue.Json.Compact);
        return before is not null && before.AsSpan().SequenceEqual(bytes) ? before : bytes;
    }

    private static JsonArray Numbers(IReadOnlyList<int> numbers) => new([.. numbers.Select(one => (JsonNode)one)]);
}
