using Runproof.Agents;
using Runproof.Rollouts;
using Runproof.ToolCalls;

namespace Runproof.Tests.Rollouts;

/// <summary>Rewards by configuration, and why a trajectory is not kept.</summary>
public sealed class RewardTests
{
    private static readonly EpisodeEnd Submitted = new(ExitReason.Submitted, ""), Cut = new(ExitReason.Turns, "");

    private static Turn Turn(int number, string text, string command, string seen = "", ParseOutcome outcome = ParseOutcome.Clean) =>
        new(number, default, new(text, "", [new("bash", new() { ["command"] = command }, "c")], outcome, []), [new("c", "bash", seen, ActionOutcome.Done)]);

    [Fact]
    public void Each_component_counts_and_a_hack_takes_all()
    {
        var plan = new RewardPlan(Resolved: 1, Tests: 0.5, Unfinished: -0.5, MalformedTurn: -0.1, Length: -0.2, LengthTokens: 1000);
        var parts = plan.Of(new(true, 0.5, ExitReason.Submitted, 10, 2, 500, false));
        parts.ShouldBe(new Dictionary<string, double> { ["resolved"] = 1, ["tests"] = 0.25, ["unfinished"] = 0, ["malformed"] = -0.2, ["length"] = -0.1, ["hack"] = 0, ["total"] = 0.95 }, ignoreOrder: true);
        plan.Of(new(false, 0, ExitReason.Turns, 10, 0, 0, false))["total"].ShouldBe(-0.5);
        var hacked = plan.Of(new(true, 1, ExitReason.Submitted, 10, 0, 0, true));
        (hacked["resolved"], hacked["hack"], hacked["total"]).ShouldBe((1, -1, -1));
    }

    [Fact]
    public async Task Weights_come_from_a_file_and_what_is_wrong_in_it_is_told()
    {
        await using var bench = new Workbench();
        string File(string text)
        {
            var path = Path.Combine(bench.Root, "rewards.toml");
            System.IO.File.WriteAllText(path, text);
            return path;
        }

        RewardPlan.Read(File("resolved = 2\nmalformed_turn = -0.25\n")).ShouldBe(new RewardPlan() with { Resolved = 2, MalformedTurn = -0.25 });
        Should.Throw<InputException>(() => RewardPlan.Read(File("resolve = 2"))).Message.ShouldContain("no reward 'resolve'");
        Should.Throw<InputException>(() => RewardPlan.Read(File("resolved = 'much'"))).Message.ShouldContain("must be a number");
        Should.Throw<InputException>(() => RewardPlan.Read(File("resolved ="))).Message.ShouldContain("no TOML");
        Should.Throw<InputException>(() => RewardPlan.Read("/nowhere")).Message.ShouldContain("does not exist");
    }

    [Fact]
    public void What_is_kept_is_resolved_ended_well_formed_and_honest()
    {
        IReadOnlyList<Turn> good = [Turn(1, "Look.", "ls"), Turn(2, "Mend.", "sed"), Turn(3, "Done.", "submit")];
        TrajectoryFilter.Losses(true, Submitted, good, []).ShouldBeEmpty();
        TrajectoryFilter.Losses(false, Cut, good, []).ShouldBe(["unresolved", "no_end"]);
        TrajectoryFilter.Losses(true, Submitted, [.. good, Turn(4, "?", "ls", outcome: ParseOutcome.Rejected)], [new("network", 1, "curl")]).ShouldBe(["malformed_call", "hack"]);
        TrajectoryFilter.Losses(true, Submitted, [Turn(1, "a", "ls"), Turn(2, "b", "ls"), Turn(3, "c", "ls")], []).ShouldBe(["loop"]);
        TrajectoryFilter.Losses(true, Submitted, [.. Enumerable.Range(1, 8).Select(i => Turn(i, "a", i % 2 == 0 ? "ls" : "pwd", "x"))], []).ShouldBe(["loop"]);
        TrajectoryFilter.Losses(true, Submitted, [.. Enumerable.Range(1, 8).Select(i => Turn(i, "a", i % 2 == 0 ? "ls" : "pwd", $"{i}"))], []).ShouldBeEmpty();
        TrajectoryFilter.Losses(true, Submitted, [Turn(1, "", "ls"), Turn(2, "", "pwd"), Turn(3, "c", "id")], []).ShouldBe(["empty_thoughts"]);
    }
}
