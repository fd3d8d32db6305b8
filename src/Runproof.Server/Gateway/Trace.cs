using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>
/// One call of a model as rllm's gateway records it (rllm-model-gateway, models.py: TraceRecord), with two things more: <c>extends</c>, the earlier call whose prompt and completion are a beginning of this prompt, token by
/// token (none: a branch, or a history that was cut down), and <c>dropped</c>, what was not kept because nobody knows what it belongs to.
/// </summary>
internal sealed record Trace(string Id, string Session, int Choice, JsonObject Request, CapturedChoice Captured, Capture Capture, double LatencyMs, DateTimeOffset At, string? Problem)
{
    /// <summary>Log probabilities without a token each, or that are no numbers, teach something wrong.</summary>
    public string? Dropped { get; } = Captured.Logprobs.Count == 0 ? null
        : Captured.Tokens.Count == 0 ? "logprobs without token ids"
        : Captured.Tokens.Contains(-1) ? "a token id is no number"
        : Captured.Logprobs.Count != Captured.Tokens.Count ? $"{Captured.Logprobs.Count} logprobs for {Captured.Tokens.Count} token ids"
        : Captured.Logprobs.Any(one => one is not { } value || !double.IsFinite(value) || value > 1e-6) ? "a logprob is no log probability"
        : null;

    public IReadOnlyList<int> Tokens => Captured.Tokens.Contains(-1) ? [] : Captured.Tokens;

    public string? Extends { get; init; }

    /// <summary>Whether a prompt goes on where this call ended.</summary>
    public bool Begins(IReadOnlyList<int> prompt)
    {
        if (Capture.PromptTokens is not { } own || Tokens.Count == 0 || prompt.Count < own.Count + Tokens.Count) return false;
        for (var i = 0; i < own.Count; i++)
        {
            if (prompt[i] != own[i]) return false;
        }

        for (var i = 0; i < Tokens.Count; i++)
        {
            if (prompt[own.Count + i] != Tokens[i]) return false;
        }

        return true;
    }

    public JsonObject Json(JsonObject? metadata)
    {
        var counts = new JsonObject();
        if (Capture.Usage?["prompt_tokens"] is { } prompt) counts["prompt"] = prompt.DeepClone();
        if (Capture.Usage?["completion_tokens"] is { } completion) counts["completion"] = completion.DeepClone();
        return new()
        {
            ["trace_id"] = Id,
            ["session_id"] = Session,
            ["model"] = Request["model"]?.DeepClone() ?? Capture.Model,
            ["messages"] = Request["messages"]?.DeepClone() ?? new JsonArray(),
            ["tools"] = Request["tools"]?.DeepClone(),
            ["prompt_token_ids"] = Numbers(Capture.PromptTokens ?? []),
            ["response_message"] = Captured.Message(),
            ["completion_token_ids"] = Numbers(Tokens),
            ["logprobs"] = Captured.Logprobs.Count == 0 || Dropped is not null ? null : new JsonArray([.. Captured.Logprobs.Select(one => (JsonNode)one!.Value)]),
            ["finish_reason"] = Captured.FinishReason,
            ["weight_version"] = Capture.WeightVersion?.DeepClone(),
            ["latency_ms"] = Math.Round(LatencyMs, 3),
            ["token_counts"] = counts,
            ["timestamp"] = At.ToUnixTimeMilliseconds() / 1000.0,
            ["metadata"] = metadata?.DeepClone() ?? new JsonObject(),
            ["choice"] = Choice,
            ["extends"] = Extends,
            ["dropped"] = Dropped,
            ["error"] = Problem,
        };
    }

    private static JsonArray Numbers(IReadOnlyList<int> numbers) => new([.. numbers.Select(one => (JsonNode)one)]);
}
