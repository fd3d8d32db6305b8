using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Rollouts;
using Runproof.Rollouts.Formats;

namespace Runproof.Tests.Rollouts.Formats;

/// <summary>The rules of ATIF that its schema cannot say (Harbor's validators).</summary>
public class AtifTests
{
    private static readonly string[] AgentOnly = ["model_name", "reasoning_effort", "reasoning_content", "tool_calls", "metrics"];
    private static readonly string[] ModelOnly = ["metrics", "reasoning_content", "model_name", "reasoning_effort"];

    private static JsonArray Steps(Trajectory trajectory) => SampleAttempt.File(new AtifFormat(), trajectory)["steps"]!.AsArray();

    [Fact]
    public void Steps_are_numbered_from_1_and_only_an_agent_has_what_is_an_agents()
    {
        foreach (var attempt in SchemaTests.Attempts())
        {
            var steps = Steps(attempt);
            steps.Select(step => step!["step_id"]!.GetValue<int>()).ShouldBe(Enumerable.Range(1, steps.Count));
            steps.Select(step => step!["source"]!.GetValue<string>()).ShouldBe(["system", "user", "agent", "agent", "agent", "agent"]);
            foreach (var step in steps.Where(step => step!["source"]!.GetValue<string>() != "agent")) AgentOnly.Where(step!.AsObject().ContainsKey).ShouldBeEmpty();
            steps.Select(step => DateTimeOffset.Parse(step!["timestamp"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture)).ShouldBeInOrder();
        }
    }

    [Fact]
    public void A_result_names_a_call_of_its_own_step_or_none()
    {
        foreach (var step in Steps(SampleAttempt.Make()))
        {
            var calls = (step!["tool_calls"] as JsonArray ?? []).Select(call => call!["tool_call_id"]!.GetValue<string>()).ToList();
            foreach (var result in step["observation"]?["results"]?.AsArray() ?? [])
            {
                if (result!["source_call_id"] is { } id) calls.ShouldContain(id.GetValue<string>());
            }
        }
    }

    [Fact]
    public void Tokens_and_costs_stand_at_their_step_and_add_up()
    {
        var root = SampleAttempt.File(new AtifFormat(), SampleAttempt.Make(tokens: SampleAttempt.OneSequence));
        var metrics = root["steps"]!.AsArray().Select(step => step!["metrics"]).OfType<JsonNode>().ToList();
        metrics.Select(one => one["prompt_token_ids"]!.AsArray().Count).ShouldBe([3, 6, 9, 12]);
        metrics[0]["completion_token_ids"]!.AsArray().Count.ShouldBe(metrics[0]["logprobs"]!.AsArray().Count);
        (root["final_metrics"]!["total_prompt_tokens"]!.GetValue<long>(), root["final_metrics"]!["total_completion_tokens"]!.GetValue<long>(), root["final_metrics"]!["total_cost_usd"]!.GetValue<double>()).ShouldBe((4600L, 125L, 0.0125));
        root["final_metrics"]!["total_steps"]!.GetValue<int>().ShouldBe(6);
        (root["extra"]!["patch"]!.GetValue<string>(), root["agent"]!["model_name"]!.GetValue<string>()).ShouldBe((SampleAttempt.Patch, "qwen3-coder-480b"));
    }

    [Fact]
    public void What_no_model_said_in_this_attempt_is_marked_and_has_nothing_of_a_model()
    {
        var attempt = SampleAttempt.Make();
        var turns = attempt.Turns.Select((turn, i) => i == 0 ? turn with { Reply = turn.Reply with { Ended = Reply.Copied } } : i == 2 ? turn with { Reply = turn.Reply with { Ended = Reply.Dispatched } } : turn).ToList();
        var steps = Steps(attempt with { Conversation = attempt.Conversation with { Turns = turns } });
        steps[2]!["is_copied_context"]!.GetValue<bool>().ShouldBeTrue();
        steps.Skip(2).Select(step => step!["llm_call_count"]!.GetValue<int>()).ShouldBe([0, 1, 0, 1]);
        foreach (var step in steps.Skip(2).Where(step => step!["llm_call_count"]!.GetValue<int>() == 0)) ModelOnly.Where(step!.AsObject().ContainsKey).ShouldBeEmpty();
    }

    [Fact]
    public void A_policy_that_gives_its_calls_no_ids_gets_them()
    {
        var attempt = SampleAttempt.Make();
        var bare = attempt.Turns.Select(turn => turn with { Reply = turn.Reply with { Calls = [.. turn.Reply.Calls.Select(call => call with { Id = null })] }, Observations = [.. turn.Observations.Select(seen => seen with { CallId = null })] }).ToList();
        var step = Steps(attempt with { Conversation = attempt.Conversation with { Turns = bare } })[2]!;
        step["tool_calls"]!.AsArray().Select(call => call!["tool_call_id"]!.GetValue<string>()).ShouldBe(["call_1_1", "call_1_2"]);
        step["observation"]!["results"]!.AsArray().Select(result => result!["source_call_id"]!.GetValue<string>()).ShouldBe(["call_1_1", "call_1_2"]);
    }
}
