using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Formats;

/// <summary>
/// mini-swe-agent 2's <c>.traj.json</c> (<c>mini-swe-agent-1.1</c>; agents/default.py, models/litellm_model.py, models/utils/actions_toolcall.py): its messages with <c>extra</c>, arguments as JSON in a text. A reply
/// that could not be read is the user's message that answers it, with the whole response in its <c>extra</c>, as there. It knows one tool, <c>bash</c>.
/// </summary>
internal sealed class MiniFormat : TrajectoryFormat
{
    public const string Version = "mini-swe-agent-1.1";

    /// <summary>In <c>extra.interrupt_type</c>, of a reply that could not be read.</summary>
    public const string FormatError = "FormatError";

    private const string Tool = "bash", Parameter = "command";

    public override string Name => "mini";

    public override string FileEnding => ".traj.json";

    public override string? Write(Trajectory trajectory, TextWriter into)
    {
        var (plan, rollout, conversation) = (trajectory.Plan, trajectory.Rollout, trajectory.Conversation);
        if (conversation.Tools.FirstOrDefault(tool => tool.Name != Tool) is { } other)
            throw new InputException($"'{rollout.Key.Name}' cannot be written as mini-swe-agent's: that knows the tool {Tool} alone, and '{plan.Agent}' has '{other.Name}': take --format atif or swe-agent");
        var messages = new JsonArray(Plain("system", conversation.System), Plain("user", conversation.Task));
        foreach (var turn in conversation.Turns.Select(CallIds.Named))
        {
            foreach (var message in ChatMessages.IsMalformed(turn) ? Malformed(turn) : Understood(turn)) messages.Add((JsonNode)message);
        }

        var status = Status(rollout.End.Reason);
        messages.Add((JsonNode)new JsonObject { ["role"] = "exit", ["content"] = status == "Submitted" ? rollout.Patch : status, ["extra"] = new JsonObject { ["exit_status"] = status, ["submission"] = rollout.Patch } });
        WriteFile(
            new JsonObject
            {
                ["info"] = new JsonObject
                {
                    ["model_stats"] = new JsonObject { ["instance_cost"] = (double)(rollout.Counts.Dollars ?? 0), ["api_calls"] = conversation.Turns.Count(turn => turn.Reply.IsSampled) },
                    ["config"] = Configuration(trajectory), ["mini_version"] = $"runproof-{ProductVersion.Text}", ["exit_status"] = status, ["submission"] = rollout.Patch,
                },
                ["messages"] = messages, ["trajectory_format"] = Version, ["instance_id"] = rollout.Key.InstanceId, ["runproof"] = AttemptFacts.Of(trajectory),
            },
            into);
        return null;
    }

    private static JsonObject Plain(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private static IEnumerable<JsonObject> Understood(Turn turn)
    {
        var message = ChatMessages.Assistant(turn.Reply, ArgumentForm.Text);
        message["extra"] = new JsonObject
        {
            ["actions"] = new JsonArray([.. turn.Reply.Calls.Where(call => call.Arguments[Parameter] is not null).Select(call => new JsonObject { [Parameter] = call.Arguments[Parameter]!.DeepClone(), ["tool_call_id"] = call.Id })]),
            ["response"] = Response(turn.Reply), ["cost"] = (double)(turn.Reply.Usage?.Dollars ?? 0), ["timestamp"] = Seconds(turn.At),
        };
        yield return message;
        var at = Seconds(turn.At) + turn.Reply.Seconds;
        foreach (var seen in turn.Observations)
        {
            at += seen.Seconds;
            var answer = new JsonObject
            {
                ["content"] = seen.Content,
                ["extra"] = new JsonObject
                {
                    ["raw_output"] = MiniOutput.Of(seen.Content), ["returncode"] = seen.ExitCode ?? -1, ["timestamp"] = at, ["exception_info"] = MiniOutput.Exception(seen.Content), ["outcome"] = Words.Of(seen.Outcome), ["seconds"] = seen.Seconds,
                },
            };
            if (seen.Submission is { } submission) answer["extra"]!["submission"] = submission;
            answer["role"] = seen.CallId is null ? "user" : "tool";
            if (seen.CallId is not null) answer["tool_call_id"] = seen.CallId;
            yield return answer;
        }
    }

    private static IEnumerable<JsonObject> Malformed(Turn turn)
    {
        yield return new()
        {
            ["role"] = "user", ["content"] = string.Join("\n\n", turn.Observations.Select(seen => seen.Content)),
            ["extra"] = new JsonObject
            {
                ["interrupt_type"] = FormatError, ["cost"] = (double)(turn.Reply.Usage?.Dollars ?? 0), ["response"] = Response(turn.Reply), ["model_response"] = turn.Reply.Raw ?? turn.Reply.Text, ["timestamp"] = Seconds(turn.At),
                ["problems"] = new JsonArray([.. turn.Reply.Problems.Select(problem => (JsonNode)problem)]),
            },
        };
    }

    /// <summary>As a server of OpenAI's chat completions says it; tokens as vLLM names them.</summary>
    private static JsonObject Response(Reply reply)
    {
        var choice = new JsonObject { ["index"] = 0, ["finish_reason"] = reply.Ended, ["message"] = ChatMessages.Assistant(reply with { Raw = null }, ArgumentForm.Text) };
        if (reply.Tokens?.Completion is { } completion) choice["token_ids"] = Numbers(completion);
        if (reply.Tokens?.Logprobs is { } known) choice["logprobs"] = new JsonObject { ["content"] = new JsonArray([.. known.Select(one => new JsonObject { ["logprob"] = one })]) };
        var response = new JsonObject { ["object"] = "chat.completion", ["model"] = reply.Model, ["choices"] = new JsonArray(choice) };
        if (reply.Tokens?.Prompt is { } prompt) response["prompt_token_ids"] = Numbers(prompt);
        if (reply.Usage is { } usage)
        {
            response["usage"] = new JsonObject
            {
                ["prompt_tokens"] = usage.Input, ["completion_tokens"] = usage.Output, ["total_tokens"] = usage.Input + usage.Output, ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached },
            };
        }

        return response;
    }

    private static JsonObject Configuration(Trajectory trajectory)
    {
        var plan = trajectory.Plan;
        var model = new JsonObject();
        if (plan.Temperature is { } temperature) model["temperature"] = temperature;
        if (plan.MostTokens is { } most) model["max_tokens"] = most;
        return new()
        {
            ["agent"] = new JsonObject
            {
                ["system_template"] = trajectory.Conversation.System, ["instance_template"] = trajectory.Conversation.Task, ["step_limit"] = plan.Turns, ["cost_limit"] = (double)(plan.Dollars ?? 0), ["wall_time_limit_seconds"] = (int)plan.TotalSeconds,
            },
            ["agent_type"] = "runproof." + plan.Agent, ["model"] = new JsonObject { ["model_name"] = ModelName.Of(trajectory), ["model_kwargs"] = model }, ["model_type"] = "runproof.model",
            ["environment"] = new JsonObject { ["cwd"] = Sandboxes.SandboxPaths.Testbed, ["timeout"] = (int)plan.CommandSeconds }, ["environment_type"] = "runproof.sandbox",
        };
    }

    /// <summary>mini-swe-agent's words; an exception's name where it has none.</summary>
    private static string Status(ExitReason reason) => reason switch
    {
        ExitReason.Submitted => "Submitted",
        ExitReason.Turns or ExitReason.Cost => "LimitsExceeded",
        ExitReason.Time => "TimeExceeded",
        ExitReason.Format => "RepeatedFormatError",
        ExitReason.Context => "ContextWindowExceededError",
        _ => reason.ToString(),
    };

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}

/// <summary>What a command printed, out of what mini-swe-agent's observation makes of it.</summary>
internal static class MiniOutput
{
    private const string Open = "<output>\n", Close = "</output>", OpenException = "<exception>", CloseException = "</exception>";

    /// <summary>The whole text where it is no such observation.</summary>
    public static string Of(string content)
    {
        var start = content.IndexOf(Open, StringComparison.Ordinal);
        return start >= 0 && content.EndsWith(Close, StringComparison.Ordinal) && content.Length - Close.Length >= start + Open.Length ? content[(start + Open.Length)..^Close.Length] : content;
    }

    public static string Exception(string content)
    {
        var end = content.IndexOf(CloseException, StringComparison.Ordinal);
        return content.StartsWith(OpenException, StringComparison.Ordinal) && end > 0 ? content[OpenException.Length..end] : "";
    }
}
