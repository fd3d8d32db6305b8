using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Agents.Scaffolds;
using Runproof.Rollouts.Formats;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Imports;

/// <summary>
/// mini-swe-agent's <c>.traj.json</c>: versions 1.1 (calls of tools, of chat completions or of responses; commands as text) and 1 (commands as text). A user's message that says <c>FormatError</c> is the reply before it,
/// which could not be read.
/// </summary>
internal sealed class MiniReader : ForeignReader
{
    private const string Tool = "bash", Parameter = "command", OwnAgent = "runproof.";

    /// <summary>How versions without calls of tools write a command.</summary>
    private static readonly (string Open, string Close)[] Fences = [("```mswea_bash_command\n", "\n```"), ("<mswea_bash_command>", "</mswea_bash_command>"), ("```bash\n", "\n```")];

    public override string Name => "mini";

    public override bool Reads(JsonObject root) => root["messages"] is JsonArray && (root.At("trajectory_format").Text()?.StartsWith("mini-swe-agent", StringComparison.Ordinal) == true || root.At("info", "mini_version").Text() is not null);

    public override ForeignTrajectory Read(JsonObject root, DateTimeOffset now)
    {
        List<string> system = [], task = [];
        List<Turn> turns = [];
        JsonNode? exit = null;
        foreach (var message in root["messages"].List())
        {
            now = message.At("extra", "timestamp").Time() ?? now;
            var role = message.At("role").Text();
            if (role == "exit") exit = message;
            else if (role == "assistant" || message.At("object").Text() == "response") turns.Add(TurnOf(message, turns.Count + 1, now));
            else if (message.At("extra", "interrupt_type").Text() == MiniFormat.FormatError) turns.Add(Unread(message, turns.Count + 1, now));
            else if (turns.Count > 0) turns[^1] = turns[^1] with { Observations = [.. turns[^1].Observations, Seen(message, turns[^1])] };
            else (role == "system" ? system : task).Add(message.At("content").Content());
        }

        if (turns.Count == 0) throw new FormatException("it has no reply of a model");
        var info = root["info"];
        var status = ForeignJson.FirstText(info.At("exit_status"), exit.At("extra", "exit_status"));
        var kind = info.At("config", "agent_type").Text();
        return new(
            Name, kind?.StartsWith(OwnAgent, StringComparison.Ordinal) == true ? kind[OwnAgent.Length..] : "mini-swe-agent", ForeignJson.FirstText(info.At("config", "model", "model_name")) is { Length: > 0 } model ? model : "unknown",
            [.. new[] { root.At("instance_id").Text() }.OfType<string>()], new(string.Join("\n\n", system), string.Join("\n\n", task), new Mini().Tools), [.. turns.Select(CallIds.Named)],
            new(Words.Read<ExitReason>(root.At("runproof", "exit").Text()) ?? Reason(status), root.At("runproof", "exit_detail").Text() ?? (status.Length > 0 ? status : "no exit status")),
            ForeignJson.FirstText(info.At("submission"), exit.At("extra", "submission")));
    }

    private static Turn TurnOf(JsonNode? message, int number, DateTimeOffset at)
    {
        var extra = message.At("extra");

        // The responses API: the message is the response, its parts lie in its output.
        var output = message.At("output").List();
        JsonNode? Parts(string kind) => new JsonArray([.. output.Where(part => part.At("type").Text() == kind).Select(part => part!.DeepClone())]);
        var text = output.Count == 0 ? message.At("content").Content() : string.Concat(Parts("message").List().Select(part => part.At("content").Content()));
        var (calls, problems) = (output.Count == 0 ? message.At("tool_calls") : Parts("function_call")).Calls();
        string? raw = null;
        if (calls.Count == 0 && problems.Count == 0 && Command(extra, text) is { } written) (calls, raw, text) = ([new(Tool, new() { [Parameter] = written.Command })], text, written.Before);
        var response = output.Count == 0 ? extra.At("response") : message;
        var choice = response.At("choices").Item(0);
        var thought = ForeignJson.FirstText([message.At("reasoning_content"), message.At("reasoning"), .. message.At("thinking_blocks").List().Select(block => block.At("thinking"))]);
        if (thought.Length == 0) thought = string.Concat(Parts("reasoning").List().Select(part => part.At("summary").Content()));
        var reply = new Reply(
            text, thought, calls, problems.Count > 0 ? ParseOutcome.Rejected : ParseOutcome.Clean, problems, raw, choice.At("finish_reason").Text() ?? response.At("status").Text(), response.At("model").Text(),
            response.At("usage").Usage(extra.At("cost").Number()), 0, TokensOf(response, choice));

        // What follows is matched to its call by id: those without one get theirs now.
        return CallIds.Named(new(number, at, reply, []));
    }

    /// <summary>As vLLM names them.</summary>
    private static SampledTokens? TokensOf(JsonNode? response, JsonNode? choice) =>
        ForeignJson.Tokens(response.At("prompt_token_ids") ?? choice.At("prompt_token_ids"), choice.At("token_ids"), [.. choice.At("logprobs", "content").List().Select(one => one.At("logprob"))]);

    /// <summary>The only command of a text; null where there is none, or more than one.</summary>
    private static (string Command, string Before)? Command(JsonNode? extra, string text)
    {
        foreach (var (open, close) in Fences)
        {
            var start = text.IndexOf(open, StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf(close, start + open.Length, StringComparison.Ordinal);
            if (end < 0) continue;
            return text.IndexOf(open, end, StringComparison.Ordinal) >= 0 ? null : (text[(start + open.Length)..end].Trim(), text[..start].Trim());
        }

        return extra.At("actions") is JsonArray { Count: 1 } actions && actions[0] is var only && only.At(Parameter).Text() is { } command ? (command, text) : null;
    }

    private static Turn Unread(JsonNode? message, int number, DateTimeOffset at)
    {
        var extra = message.At("extra");
        var choice = extra.At("response", "choices").Item(0);
        var said = choice.At("message");
        var (calls, problems) = said.At("tool_calls").Calls();
        List<string> told = [.. extra.At("problems").List().Select(problem => problem.Text()).OfType<string>(), .. problems];

        // A reply without any call was read, and is answered like one here.
        var reply = new Reply(
            said.At("content").Content() is { Length: > 0 } content ? content : extra.At("model_response").Text() ?? "", said.At("reasoning_content").Text() ?? "", calls,
            told.Count > 0 ? ParseOutcome.Rejected : ParseOutcome.Clean, told, null, choice.At("finish_reason").Text(), extra.At("response", "model").Text(), extra.At("response", "usage").Usage(extra.At("cost").Number()), 0,
            TokensOf(extra.At("response"), choice));
        return new(number, at, reply, [new(null, "", message.At("content").Content(), ActionOutcome.NotRun)]);
    }

    private static Observation Seen(JsonNode? message, Turn turn)
    {
        var extra = message.At("extra");
        var id = ForeignJson.FirstText(message.At("tool_call_id"), message.At("call_id"));
        var call = turn.Reply.Calls.FirstOrDefault(call => call.Id == id) ?? (id.Length == 0 && extra.At("returncode") is not null && turn.Observations.Count < turn.Reply.Calls.Count ? turn.Reply.Calls[turn.Observations.Count] : null);
        var code = extra.At("returncode").Number() is { } number && Math.Abs(number) < 1 << 30 ? (int)number : (int?)null;
        var content = message.At("content") is { } said ? said.Content() : message.At("output").Content();
        return new(call?.Id, call?.Name ?? "", content, Words.Read<ActionOutcome>(extra.At("outcome").Text()) ?? Outcome(code, extra.At("exception_info").Text() ?? ""), extra.At("seconds").Number() ?? 0, code == -1 ? null : code, extra.At("submission").Text());
    }

    private static ActionOutcome Outcome(int? code, string exception) => (code, exception) switch
    {
        (-1, "action was not executed") => ActionOutcome.NotRun,
        (-1, _) when exception.Contains("timed out", StringComparison.OrdinalIgnoreCase) => ActionOutcome.TimedOut,
        (null or 0, _) => ActionOutcome.Done,
        _ => ActionOutcome.Failed,
    };

    private static ExitReason Reason(string status) => status switch
    {
        "Submitted" => ExitReason.Submitted,
        "LimitsExceeded" => ExitReason.Turns,
        "TimeExceeded" => ExitReason.Time,
        "RepeatedFormatError" => ExitReason.Format,
        "ContextWindowExceededError" => ExitReason.Context,
        "UserInterruption" or "" => ExitReason.GaveUp,

        // Else it is the name of what was thrown: by the model's server, or by what ran the commands.
        _ => ExitReason.Model,
    };
}
