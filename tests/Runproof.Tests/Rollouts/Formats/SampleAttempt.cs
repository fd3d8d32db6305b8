using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Agents.Scaffolds;
using Runproof.Rollouts;
using Runproof.Rollouts.Formats;
using Runproof.Tasks;
using Runproof.ToolCalls;
using Runproof.Verification;

namespace Runproof.Tests.Rollouts.Formats;

/// <summary>An attempt with what formats stumble over: calls side by side, a reply that could not be read, a command that failed and one that did not end, letters of other scripts, thoughts, tokens or none.</summary>
internal static class SampleAttempt
{
    public const string Patch = "diff --git a/café.py b/café.py\n--- a/café.py\n+++ b/café.py\n@@ -1 +1 @@\n-a\n+ü\n";

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static RolloutPlan Plan { get; } = new("mini", "openai:http://localhost:8000/v1#qwen3-coder", null, TestVisibility.Hidden, 250, 3600, 60, 3, 0.7, 4096, 1);

    /// <param name="tokens">Of each turn: what was asked and answered; null for none.</param>
    /// <param name="hasMalformed">The second reply could not be read.</param>
    public static Trajectory Make(bool isKept = true, SampledTokens[]? tokens = null, bool hasMalformed = true, bool isHacked = false, RolloutOutcome outcome = RolloutOutcome.Resolved, int attempt = 1)
    {
        List<Turn> turns = [Look(), .. hasMalformed ? new[] { Malformed() } : [], Wait(), Submit()];
        turns = [.. turns.Select((turn, i) => turn with { Number = i + 1, Reply = turn.Reply with { Tokens = tokens?[i] } })];
        var key = new RolloutKey(Plan.Hash, "small.x.1", attempt);
        IReadOnlyList<Hack> hacks = isHacked ? [new("git_history", 1, "git log --all")] : [];
        var counts = RolloutCounts.Of(turns);
        var rewards = new RewardPlan(Tests: 0.25).Of(new(true, 1, ExitReason.Submitted, turns.Count, counts.Malformed, counts.OutputTokens, isHacked));
        var rollout = new Rollout(
            key, outcome, "resolved", new(ExitReason.Submitted, $"submitted after {turns.Count} turns", Patch), Patch, new Verdict(VerdictOutcome.Resolved, "resolved", "all pass", [], [], 1.5), hacks, isKept ? [] : ["hack"], rewards, counts, 0, Start, 42.5);
        var scaffold = new Mini();
        var assignment = new Assignment("The lines are too short: «naïve» 文字", "/testbed", [], null);
        return new(Plan, rollout, new(scaffold.SystemPrompt(assignment), scaffold.TaskPrompt(assignment), scaffold.Tools, turns));
    }

    /// <summary>Tokens of four turns, each question of which begins with all before.</summary>
    public static SampledTokens[] OneSequence { get; } =
    [
        new([1, 2, 3], [10, 11], [-0.1, -0.2]), new([1, 2, 3, 10, 11, 4], [12], [-0.3]), new([1, 2, 3, 10, 11, 4, 12, 5, 6], [13, 14], [-0.4, -0.5]), new([1, 2, 3, 10, 11, 4, 12, 5, 6, 13, 14, 7], [15], [-0.6]),
    ];

    /// <summary>The third question lacks what the second reply said.</summary>
    public static SampledTokens[] TwoSequences { get; } = [OneSequence[0], OneSequence[1], new([1, 2, 3, 5, 6], [13, 14], [-0.4, -0.5]), new([1, 2, 3, 5, 6, 13, 14, 7], [15], [-0.6])];

    public static string Written(TrajectoryFormat format, Trajectory trajectory)
    {
        using var writer = new StringWriter();
        format.Write(trajectory, writer).ShouldBeNull();
        return writer.ToString();
    }

    public static List<JsonObject> Rows(TrajectoryFormat format, Trajectory trajectory) => [.. Written(format, trajectory).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    public static JsonObject File(TrajectoryFormat format, Trajectory trajectory) => JsonNode.Parse(Written(format, trajectory))!.AsObject();

    public static string Shown(int code, string output) => $"<returncode>{code}</returncode>\n<output>\n{output}</output>";

    private static Turn Look() => new(
        0, Start.AddSeconds(1),
        new(
            "I look around: naïve café 🙂", "First the files.\nThen the rest.", [Bash("ls \"/testbed/文字\"", "call_a"), Bash("cat nothing", "call_b")], ParseOutcome.Clean, [], null, "tool_calls", "qwen3-coder-480b",
            new(1000, 50, 200, 0.0125m), 2.5),
        [new("call_a", "bash", Shown(0, "a.py\nß\u0001\n"), ActionOutcome.Done, 0.25, 0), new("call_b", "bash", Shown(1, "cat: nothing: No such file\n"), ActionOutcome.Failed, 0.125, 1)]);

    private static Turn Malformed() => new(
        0, Start.AddSeconds(5), new("I want {\"command\": \"ls\"", "", [], ParseOutcome.Rejected, ["the arguments of 'bash' are no JSON object"], null, "stop", "qwen3-coder-480b", new(1100, 20), 1),
        [new(null, "", "Your reply holds no call of `bash` that can be run.", ActionOutcome.NotRun)]);

    private static Turn Wait() => new(
        0, Start.AddSeconds(8), new("I run it.", "", [Bash("sleep 100", "call_c")], ParseOutcome.Clean, [], null, "tool_calls", "qwen3-coder-480b", new(1200, 30), 1.5),
        [new("call_c", "bash", "<exception>the command did not end within 60 s and was killed</exception>\n<returncode>-1</returncode>\n<output>\n</output>", ActionOutcome.TimedOut, 60)]);

    private static Turn Submit() => new(
        0, Start.AddSeconds(70), new("Done.", "All is well.", [Bash("echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && cat patch.txt", "call_d")], ParseOutcome.Clean, [], null, "tool_calls", "qwen3-coder-480b", new(1300, 25), 1),
        [new("call_d", "bash", Shown(0, "COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT\n" + Patch), ActionOutcome.Done, 0.5, 0, Patch)]);

    private static ToolCall Bash(string command, string id) => new("bash", new() { ["command"] = command }, id);
}
