using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Agents.Scaffolds;
using Runproof.Rollouts.Formats;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Imports;

/// <summary>
/// SWE-agent's <c>.traj</c>. The steps say what happened; the history what the model saw, and its calls with names and arguments. A step that the history lacks is a reply that was asked for again. Where calls are text,
/// the action is the command that SWE-agent's shell ran. The file has no declaration of tools: of those that SWE-agent's default has, ours are taken.
/// </summary>
internal sealed class SweAgentReader : ForeignReader
{
    private const string Shell = "bash", Parameter = "command";

    public override string Name => "swe-agent";

    public override bool Reads(JsonObject root) => Steps(root) is not null && root["messages"] is null;

    public override ForeignTrajectory Read(JsonObject root, DateTimeOffset now)
    {
        // Of several attempts the file repeats the one that was chosen; one that was cut off has only the list.
        var one = root["trajectory"] is JsonArray ? root : (JsonObject)root["attempts"].Last()!;
        var history = one["history"].List().Where(item => item.At("is_demo") is not JsonValue demo || !demo.TryGetValue<bool>(out var isDemo) || !isDemo).ToList();
        var first = history.FindIndex(item => item.At("role").Text() == "assistant");
        var opening = first < 0 ? history : history[..first];
        string Begun(bool isSystem) => string.Join("\n\n", opening.Where(item => item.At("role").Text() == "system" == isSystem).Select(item => item.At("content").Content()).Where(text => text.Length > 0));
        var status = one.At("info", "exit_status").Text() ?? "";
        var turns = Turns(Steps(root)!, first < 0 ? [] : history[first..], now, status);
        if (turns.Count == 0) throw new FormatException("it has no step");
        var used = turns.SelectMany(turn => turn.Reply.Calls).Select(call => call.Name).ToHashSet();
        return new(
            Name, ForeignJson.FirstText(root.At("runproof", "agent")) is { Length: > 0 } agent ? agent : "swe-agent", Model(root, turns), [.. new[] { root.At("runproof", "instance_id").Text() }.OfType<string>()],
            new(Begun(true), Begun(false), used.IsSubsetOf(new SweAgent().Tools.Select(tool => tool.Name)) ? new SweAgent().Tools : [.. new SweAgent().Tools.Where(tool => used.Contains(tool.Name))]), turns,
            new(Words.Read<ExitReason>(root.At("runproof", "exit").Text()) ?? Reason(status), root.At("runproof", "exit_detail").Text() ?? (status.Length > 0 ? status : "no exit status")), one.At("info", "submission").Text() ?? "");
    }

    private static JsonArray? Steps(JsonObject root) => root["trajectory"] as JsonArray ?? root["attempts"].Last().At("trajectory") as JsonArray;

    private static List<Turn> Turns(JsonArray steps, List<JsonNode?> history, DateTimeOffset now, string status)
    {
        List<Turn> turns = [];
        var next = 0;
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            now = step.At("extra_info", "timestamp").Time() ?? now;
            var place = Place(history, next, step);
            var item = place < 0 ? null : history[place];
            List<JsonNode?> answers = item is null ? [] : [.. history.Skip(place + 1).TakeWhile(later => later.At("role").Text() != "assistant")];
            if (item is not null) next = place + 1 + answers.Count;

            // SWE-agent's own word when it hands in for an agent that an error ended: no model said it.
            if (i == steps.Count - 1 && status.Contains("exit_", StringComparison.Ordinal) && item.At("tool_calls") is null && (step.At("action").Text() ?? "").Trim().Length == 0 && i > 0 && step.At("extra_info", "outcomes") is null) continue;
            turns.Add(CallIds.Named(item is not null ? TurnOf(step, item, answers, turns.Count + 1, now) : WasRun(step, i == steps.Count - 1) ? Run(step, turns.Count + 1, now) : Unread(step, turns.Count + 1, now)));
        }

        return turns;
    }

    /// <summary>Where the history has a step: the next reply if it says or does the same, else the first that does both; -1 where it lacks it.</summary>
    private static int Place(List<JsonNode?> history, int next, JsonNode? step)
    {
        static bool Same(JsonNode? item, JsonNode? step, string name) => (item.At(name).Text() ?? "").Trim() == (step.At(name).Text() ?? "").Trim();
        for (var i = next; i < history.Count; i++)
        {
            if (history[i].At("role").Text() != "assistant") continue;
            var (says, does) = (Same(history[i], step, "thought"), Same(history[i], step, "action"));
            if ((says && does) || (i == next && (step.At("action").Text() ?? "").Trim().Length > 0 && (says || does))) return i;
        }

        return -1;
    }

    /// <summary>A step that the history lacks ran all the same if something came back; and the last one, with which a history may end before its answer.</summary>
    private static bool WasRun(JsonNode? step, bool isLast) => (step.At("action").Text() ?? "").Trim().Length > 0 && (isLast || (step.At("observation").Text() ?? "").Length > 0) && step.At("extra_info", "outcomes") is null;

    private static Turn Run(JsonNode? step, int number, DateTimeOffset at)
    {
        var call = Action(step, number)!;
        var (text, response) = (step.At("thought").Text() ?? "", step.At("response").Text() ?? "");
        return new(
            number, at, new(text, "", [call], ParseOutcome.Clean, [], response == text ? null : response, null, step.At("extra_info", "model").Text()),
            step.At("observation").Text() is { Length: > 0 } seen ? [new(call.Id, call.Name, seen, ActionOutcome.Done, step.At("execution_time").Number() ?? 0)] : []);
    }

    /// <summary>A command as text; null where there is none.</summary>
    private static ToolCall? Action(JsonNode? step, int number) => (step.At("action").Text() ?? "").TrimEnd('\n') switch
    {
        "" => null,
        "submit" => new("submit", [], $"call_{number}_1"),
        var command => new(Shell, new() { [Parameter] = command }, $"call_{number}_1"),
    };

    private static Turn TurnOf(JsonNode? step, JsonNode? item, List<JsonNode?> answers, int number, DateTimeOffset at)
    {
        var (calls, problems) = item.At("tool_calls").Calls();
        var (text, response) = (step.At("thought").Text() ?? "", step.At("response").Text() ?? "");
        var isText = item.At("tool_calls") is not JsonArray;
        if (isText && Action(step, number) is { } action) calls = [action];
        var thought = string.Concat(item.At("thinking_blocks").List().Select(block => block.At("thinking").Text()));
        var extra = step.At("extra_info");
        var reply = new Reply(text, thought, calls, problems.Count > 0 ? ParseOutcome.Rejected : ParseOutcome.Clean, problems, response == text ? null : response, null, extra.At("model").Text());
        var seen = answers.Select((answer, i) => Seen(answer, calls, extra, i, answers.Count == 1 ? step.At("execution_time").Number() ?? 0 : 0)).ToList();

        // The history may end before the last answer.
        if (seen.Count == 0 && calls is [var last, ..] && step.At("observation").Text() is { Length: > 0 } output) seen.Add(new(last.Id, last.Name, output, ActionOutcome.Done, step.At("execution_time").Number() ?? 0));
        return new(number, at, reply, seen);
    }

    private static Observation Seen(JsonNode? answer, List<ToolCall> calls, JsonNode? extra, int place, double seconds)
    {
        var id = answer.At("tool_call_ids").Item(0).Text();
        var call = calls.FirstOrDefault(call => call.Id == id && id is not null) ?? (calls.Count == 1 && calls[0].Id is { } only && only.StartsWith("call_", StringComparison.Ordinal) && id is null ? calls[0] : null);
        var code = extra.At("exit_codes").Item(place).Number();
        return new(call?.Id, call?.Name ?? "", answer.At("content").Content(), Words.Read<ActionOutcome>(extra.At("outcomes").Item(place).Text()) ?? ActionOutcome.Done, seconds, (int?)code);
    }

    private static Turn Unread(JsonNode? step, int number, DateTimeOffset at)
    {
        var extra = step.At("extra_info");
        List<string> problems = [.. extra.At("problems").List().Select(problem => problem.Text()).OfType<string>()];
        var (text, response) = (step.At("thought").Text() ?? "", step.At("response").Text() ?? "");

        // Of ours a reply without problems had no call; SWE-agent does not say why it asked again.
        var isRead = problems.Count == 0 && extra.At("outcomes") is not null;
        if (problems.Count == 0 && !isRead) problems.Add("SWE-agent asked for another reply");
        var reply = new Reply(text, "", extra.At("unread_calls").Calls().Calls, isRead ? ParseOutcome.Clean : ParseOutcome.Rejected, problems, response == text ? null : response, null, extra.At("model").Text());
        return new(number, at, reply, step.At("observation").Text() is { Length: > 0 } seen ? [new(null, "", seen, ActionOutcome.NotRun)] : []);
    }

    /// <summary>It stands in the configuration, which is JSON in a text; else where we write it.</summary>
    private static string Model(JsonObject root, List<Turn> turns)
    {
        var configuration = root["replay_config"];
        if (configuration.Text() is { } text)
        {
            try
            {
                configuration = JsonNode.Parse(text);
            }
            catch (JsonException)
            {
                configuration = null;
            }
        }

        var named = ForeignJson.FirstText(configuration.At("agent", "model", "name"));
        return named.Length > 0 ? named : turns.Select(turn => turn.Reply.Model).FirstOrDefault(model => model is { Length: > 0 }) ?? "unknown";
    }

    private static ExitReason Reason(string status)
    {
        if (status == "submitted") return ExitReason.Submitted;
        return status.Replace("submitted (", "", StringComparison.Ordinal).TrimEnd(')') switch
        {
            "exit_cost" => ExitReason.Cost,
            "exit_context" => ExitReason.Context,
            "exit_format" => ExitReason.Format,
            "exit_forfeit" or "" => ExitReason.GaveUp,
            "exit_total_execution_time" => ExitReason.Time,
            "exit_command_timeout" => ExitReason.Commands,
            "exit_environment_error" => ExitReason.Sandbox,
            _ => ExitReason.Model,
        };
    }
}
