using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Rollouts.Formats;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Imports;

/// <summary>
/// ATIF, any version: the steps before the agent's first are how it begins, each of the agent's a turn, what others say later an observation of the turn before. ATIF has no place for a patch or for how an attempt ended: ours
/// stand in the root's <c>extra</c>, where several agents of others put a patch as well; without a word about its end an attempt counts as submitted.
/// </summary>
internal sealed class AtifReader : ForeignReader
{
    private static readonly string[] PatchNames = ["patch", "model_patch", "git_patch", "submission"];
    private static readonly string[] TaskNames = ["instance_id", "task_id", "task_name"];

    public override string Name => "atif";

    public override bool Reads(JsonObject root) => root.At("schema_version").Text()?.StartsWith("ATIF-", StringComparison.Ordinal) == true && root["steps"] is JsonArray;

    public override ForeignTrajectory Read(JsonObject root, DateTimeOffset now)
    {
        List<string> system = [], task = [];
        List<Turn> turns = [];
        foreach (var step in root["steps"].List())
        {
            now = step.At("timestamp").Time() ?? now;
            var source = step.At("source").Text();
            if (source == "agent") turns.Add(TurnOf(step, turns.Count + 1, now, root));
            else if (turns.Count > 0) turns[^1] = turns[^1] with { Observations = [.. turns[^1].Observations, .. Said(step).Select(text => new Observation(null, "", text, ActionOutcome.Done))] };
            else (source == "system" ? system : task).AddRange(Said(step));
        }

        if (turns.Count == 0) throw new FormatException("it has no step of an agent");
        var extra = root["extra"];
        var patch = ForeignJson.FirstText(PatchNames.Select(name => extra.At(name)));
        if (patch.Length == 0) patch = turns.SelectMany(turn => turn.Observations).LastOrDefault(seen => seen.Submission is { Length: > 0 })?.Submission ?? "";
        var end = Words.Read<ExitReason>(extra.At("exit").Text()) ?? ExitReason.Submitted;
        return new(
            Name, ForeignJson.FirstText(root.At("agent", "name")) is { Length: > 0 } agent ? agent : "unknown", ForeignJson.FirstText([root.At("agent", "model_name"), .. root["steps"].List().Select(step => step.At("model_name"))]) is { Length: > 0 } model ? model : "unknown",
            [.. TaskNames.Select(name => extra.At(name).Text()).OfType<string>()], new(string.Join("\n\n", system), string.Join("\n\n", task), root.At("agent", "tool_definitions").Tools()), turns,
            new(end, extra.At("exit_detail").Text() ?? $"as ATIF tells it, after {turns.Count} turns"), patch);
    }

    private static IEnumerable<string> Said(JsonNode? step) =>
        step.At("observation", "results").List().Select(result => result.At("content").Content()).Prepend(step.At("message").Content()).Where(text => text.Length > 0);

    private static Turn TurnOf(JsonNode? step, int number, DateTimeOffset at, JsonObject root)
    {
        var extra = step.At("extra").As<AtifFormat.ReplyExtra>() ?? new();
        var (calls, problems) = step.At("tool_calls").Calls();
        var results = step.At("observation", "results").List();
        var isInOrder = calls.Count == results.Count && results.All(result => result.At("source_call_id") is null);
        var seen = results.Select((result, i) => Seen(result, calls, isInOrder ? calls[i] : null)).ToList();
        var metrics = step.At("metrics");
        var ended = step.At("is_copied_context") is JsonValue copied && copied.TryGetValue<bool>(out var isCopied) && isCopied ? Reply.Copied : step.At("llm_call_count").Number() is 0 ? Reply.Dispatched : extra.Ended;
        var reply = new Reply(
            step.At("message").Content(), step.At("reasoning_content").Text() ?? extra.Thought ?? "", calls, problems.Count > 0 ? ParseOutcome.Rejected : extra.Parse ?? ParseOutcome.Clean, problems.Count > 0 ? problems : extra.Problems ?? [], extra.Raw, ended,
            step.At("model_name").Text() ?? (ended is Reply.Copied or Reply.Dispatched ? null : root.At("agent", "model_name").Text()), UsageOf(metrics), extra.Seconds, ForeignJson.Tokens(metrics.At("prompt_token_ids"), metrics.At("completion_token_ids"), metrics.At("logprobs").List()));
        return CallIds.Named(new(number, at, reply, seen));
    }

    private static Observation Seen(JsonNode? result, List<ToolCall> calls, ToolCall? inOrder)
    {
        var extra = result.At("extra").As<AtifFormat.SeenExtra>() ?? new();
        var call = calls.FirstOrDefault(call => call.Id is not null && call.Id == result.At("source_call_id").Text()) ?? inOrder;
        return new(call?.Id, extra.Tool ?? call?.Name ?? "", result.At("content").Content(), extra.Outcome ?? ActionOutcome.Done, extra.Seconds, extra.ExitCode, extra.Submission);
    }

    private static ReplyUsage? UsageOf(JsonNode? metrics)
    {
        if (metrics.At("prompt_tokens") is null && metrics.At("completion_tokens") is null) return null;
        return new(metrics.At("prompt_tokens").Whole(), metrics.At("completion_tokens").Whole(), metrics.At("cached_tokens").Whole(), metrics.At("cost_usd").Number() is { } dollars and >= 0 and < 1e9 ? (decimal)dollars : null);
    }
}
