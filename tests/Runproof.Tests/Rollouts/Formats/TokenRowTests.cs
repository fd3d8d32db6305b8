using System.Text.Json.Nodes;
using Runproof.Rollouts;
using Runproof.Rollouts.Formats;

namespace Runproof.Tests.Rollouts.Formats;

/// <summary>Rows of recorded tokens: nothing moves against anything else.</summary>
public class TokenRowTests
{
    private static readonly int[] Response = [10, 11, 4, 12, 5, 6, 13, 14, 7, 15];
    private static readonly int[] Mask = [1, 1, 0, 1, 0, 0, 1, 1, 0, 1];
    private static readonly double[] Logprobs = [-0.1, -0.2, 0, -0.3, 0, 0, -0.4, -0.5, 0, -0.6];

    private static List<T> List<T>(JsonNode? node) => [.. node!.AsArray().Select(one => one!.GetValue<T>())];

    [Fact]
    public void Verl_gets_one_row_of_one_sequence()
    {
        var row = SampleAttempt.Rows(new VerlRows(), SampleAttempt.Make(tokens: SampleAttempt.OneSequence)).ShouldHaveSingleItem();
        List<int>(row["prompt_ids"]).ShouldBe([1, 2, 3]);
        List<int>(row["response_ids"]).ShouldBe(Response);
        List<int>(row["response_mask"]).ShouldBe(Mask);
        List<double>(row["response_logprobs"]).ShouldBe(Logprobs);
        row["reward_score"]!.GetValue<double>().ShouldBe(1.15, 1e-9);
        row["num_turns"]!.GetValue<int>().ShouldBe(9);
        row["metrics"]!["generate_sequences"]!.GetValue<double>().ShouldBe(6);
    }

    [Fact]
    public void A_question_that_lacks_what_came_before_begins_another_sequence()
    {
        var rows = SampleAttempt.Rows(new VerlRows(), SampleAttempt.Make(tokens: SampleAttempt.TwoSequences));
        rows.Select(row => List<int>(row["prompt_ids"])).ShouldBe([[1, 2, 3], [1, 2, 3, 5, 6]]);
        rows.Select(row => List<int>(row["response_ids"])).ShouldBe([[10, 11, 4, 12], [13, 14, 7, 15]]);
        rows.Select(row => List<int>(row["response_mask"])).ShouldBe([[1, 1, 0, 1], [1, 1, 0, 1]]);
        rows.Select(row => row["extra_fields"]!["sequence"]!.GetValue<int>()).ShouldBe([0, 1]);
    }

    [Fact]
    public void Slime_gets_whole_tokens_and_masks_of_the_response_and_siblings_share_their_rollout()
    {
        var row = SampleAttempt.Rows(new SlimeRows(), SampleAttempt.Make(tokens: SampleAttempt.OneSequence)).ShouldHaveSingleItem();
        List<int>(row["tokens"]).ShouldBe([1, 2, 3, .. Response]);
        row["response_length"]!.GetValue<int>().ShouldBe(Response.Length);
        List<int>(row["loss_mask"]).ShouldBe(Mask);
        List<double>(row["rollout_log_probs"]).ShouldBe(Logprobs);
        row["status"]!.GetValue<string>().ShouldBe("completed");
        var two = SampleAttempt.Rows(new SlimeRows(), SampleAttempt.Make(tokens: SampleAttempt.TwoSequences));
        two.Select(one => one["rollout_id"]!.GetValue<long>()).Distinct().Count().ShouldBe(1);
        two.Select(one => one["index"]!.GetValue<long>()).Distinct().Count().ShouldBe(2);
        var other = SampleAttempt.Rows(new SlimeRows(), SampleAttempt.Make(tokens: SampleAttempt.OneSequence, attempt: 2))[0];
        (other["group_index"]!.GetValue<long>() == row["group_index"]!.GetValue<long>(), other["rollout_id"]!.GetValue<long>() == row["rollout_id"]!.GetValue<long>()).ShouldBe((true, false));
    }

    [Fact]
    public void SkyRL_gets_what_a_malformed_turn_costs_at_its_last_token()
    {
        var row = SampleAttempt.Rows(new SkyRlRows(), SampleAttempt.Make(tokens: SampleAttempt.OneSequence)).ShouldHaveSingleItem();
        var rewards = List<double>(row["rewards"]![0]);
        rewards.Count.ShouldBe(Response.Length);
        rewards[3].ShouldBe(-0.1, 1e-9);
        rewards[^1].ShouldBe(1.25, 1e-9);
        rewards.Sum().ShouldBe(1.15, 1e-9);
        List<int>(row["loss_masks"]![0]).ShouldBe(Mask);
        row["trajectory_ids"]![0]!["repetition_id"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public void SkyRL_gives_the_whole_reward_in_the_last_of_several_sequences_and_the_penalty_alone_for_cheating()
    {
        var row = SampleAttempt.Rows(new SkyRlRows(), SampleAttempt.Make(tokens: SampleAttempt.TwoSequences)).ShouldHaveSingleItem();
        List<bool>(row["is_last_step"]).ShouldBe([false, true]);
        List<double>(row["rewards"]![1])[^1].ShouldBe(1.25, 1e-9);
        List<double>(row["rewards"]![0]).Sum().ShouldBe(-0.1, 1e-9);
        var hacked = SampleAttempt.Rows(new SkyRlRows(), SampleAttempt.Make(isKept: false, tokens: SampleAttempt.OneSequence, isHacked: true))[0];
        List<double>(hacked["rewards"]![0]).Where(reward => reward != 0).ShouldBe([-1]);
    }

    [Fact]
    public void Paths_of_a_trace_are_the_sequences()
    {
        foreach (var (tokens, wanted) in new[] { (SampleAttempt.OneSequence, 1), (SampleAttempt.TwoSequences, 2) })
        {
            var attempt = SampleAttempt.Make(tokens: tokens);
            var nodes = SampleAttempt.Rows(new PrimeRlTraces(), attempt).ShouldHaveSingleItem()["nodes"]!.AsArray();
            var parents = nodes.Select(node => node!["parent"]?.GetValue<int>()).ToList();
            var leaves = Enumerable.Range(0, nodes.Count).Where(i => !parents.Contains(i)).ToList();
            leaves.Count.ShouldBe(wanted);
            var sequences = TokenSequence.Of(attempt.Turns)!;
            foreach (var (leaf, sequence) in leaves.Zip(sequences))
            {
                List<JsonNode> path = [];
                for (int? at = leaf; at is { } place; at = parents[place]) path.Insert(0, nodes[place]!);
                path.SelectMany(node => List<int>(node["token_ids"])).ShouldBe([.. sequence.Prompt, .. sequence.Response]);
                path.SelectMany(node => List<bool>(node["mask"])).Skip(sequence.Prompt.Count).Select(sampled => sampled ? 1 : 0).ShouldBe(sequence.Mask);
                foreach (var node in path) List<double>(node["logprobs"]).Count.ShouldBe(List<bool>(node["mask"]).Count(sampled => sampled));
            }

            nodes.Count(node => node!["sampled"]!.GetValue<bool>()).ShouldBe(4);
        }
    }

    [Fact]
    public void Rewards_of_a_trace_add_up_to_the_whole()
    {
        foreach (var attempt in new[] { SampleAttempt.Make(), SampleAttempt.Make(isHacked: true) })
        {
            var rewards = SampleAttempt.Rows(new PrimeRlTraces(), attempt)[0]["rewards"]!.AsObject();
            rewards.Sum(one => one.Value!["score"]!.GetValue<double>() * one.Value["weight"]!.GetValue<double>()).ShouldBe(attempt.Rollout.Rewards["total"], 1e-9);
        }
    }

    [Fact]
    public void A_turn_without_tokens_makes_the_attempt_one_of_messages()
    {
        var attempt = SampleAttempt.Make(tokens: SampleAttempt.OneSequence);
        var turns = attempt.Turns.Select((turn, i) => i == 2 ? turn with { Reply = turn.Reply with { Tokens = null } } : turn).ToList();
        TokenSequence.Of(turns).ShouldBeNull();
        SampleAttempt.Rows(new VerlRows(), attempt with { Conversation = attempt.Conversation with { Turns = turns } }).ShouldHaveSingleItem().ContainsKey("messages").ShouldBeTrue();
    }
}
