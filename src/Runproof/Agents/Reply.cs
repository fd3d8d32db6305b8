using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Runproof.ToolCalls;

namespace Runproof.Agents;

/// <summary>What a reply cost.</summary>
/// <param name="Cached">Of the input, what the server had already.</param>
/// <param name="Dollars">By the price that was given; null without one.</param>
internal sealed record ReplyUsage(long Input, long Output, long Cached = 0, decimal? Dollars = null);

/// <summary>The tokens that a server sampled, as it named them; never made again from text.</summary>
internal sealed record SampledTokens(IReadOnlyList<int>? Prompt, IReadOnlyList<int>? Completion, IReadOnlyList<double>? Logprobs)
{
    /// <summary>As vLLM names them (<c>prompt_token_ids</c>, <c>token_ids</c> of a choice, <c>logprobs.content</c>); null where a reply has none.</summary>
    public static SampledTokens? Read(JsonNode? reply, JsonNode? choice)
    {
        var prompt = Numbers<int>(reply?["prompt_token_ids"] ?? choice?["prompt_token_ids"]);
        var completion = Numbers<int>(choice?["token_ids"] ?? choice?["completion_token_ids"]);
        var logprobs = (choice?["logprobs"]?["content"] as JsonArray)?.Select(one => one?["logprob"]?.GetValue<double>() ?? 0).ToList();
        return prompt is null && completion is null && logprobs is null ? null : new(prompt, completion, logprobs);
    }

    private static List<T>? Numbers<T>(JsonNode? node) => node is JsonArray { Count: > 0 } list && list.All(one => one is JsonValue value && value.TryGetValue<T>(out _)) ? [.. list.Select(one => one!.GetValue<T>())] : null;
}

/// <summary>What a policy answered in one turn.</summary>
/// <param name="Text">What it says beside its calls.</param>
/// <param name="Thought">What it thinks, where that is set apart.</param>
/// <param name="Outcome">How its calls were read; the <paramref name="Problems"/> say what was wrong.</param>
/// <param name="Raw">The text as it came, in formats that write calls as text; null where calls come apart from it.</param>
/// <param name="Ended">Why the model stopped, in its server's word.</param>
/// <param name="Seconds">From the question to the end of the answer.</param>
internal sealed record Reply(
    string Text, string Thought, IReadOnlyList<ToolCall> Calls, ParseOutcome Outcome, IReadOnlyList<string> Problems, string? Raw = null, string? Ended = null, string? Model = null,
    ReplyUsage? Usage = null, double Seconds = 0, SampledTokens? Tokens = null)
{
    /// <summary><see cref="Ended"/> of a policy that knows nothing more to try.</summary>
    public const string GaveUp = "gave_up";

    /// <summary><see cref="Ended"/> of a reply that was taken over from another attempt: part of the conversation, sampled elsewhere.</summary>
    public const string Copied = "copied_context";

    /// <summary><see cref="Ended"/> of a reply that a program made, without asking a model.</summary>
    public const string Dispatched = "dispatched";

    /// <summary>A model made it in this attempt.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsSampled => Ended is not (Copied or Dispatched);
}

/// <summary>How an action ended.</summary>
internal enum ActionOutcome
{
    /// <summary>It did what it should.</summary>
    Done,

    /// <summary>The command ended with another exit code than 0.</summary>
    Failed,

    /// <summary>It was used wrongly: an argument that is missing, a text that is not found, a path that does not exist.</summary>
    Misused,

    /// <summary>There is no such tool.</summary>
    UnknownTool,

    TimedOut,

    /// <summary>The shell, or all that ran, was ended by it.</summary>
    ShellLost,

    /// <summary>It was not run: too many calls at once, or the reply could not be read.</summary>
    NotRun,
}

/// <summary>What came back of one action.</summary>
/// <param name="CallId">Of the call that it answers; null where the reply held none.</param>
/// <param name="Submission">The action ended the attempt, with this as its answer; empty where the files are the answer.</param>
internal sealed record Observation(string? CallId, string Tool, string Content, ActionOutcome Outcome, double Seconds = 0, int? ExitCode = null, string? Submission = null)
{
    /// <summary>Nothing was done: what a format marks as an error.</summary>
    [JsonIgnore]
    public bool IsRefused => Outcome is ActionOutcome.Misused or ActionOutcome.UnknownTool or ActionOutcome.NotRun;
}

/// <summary>One turn: act, observe.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Observations">None while its actions are under way.</param>
internal sealed record Turn(int Number, DateTimeOffset At, Reply Reply, IReadOnlyList<Observation> Observations);
