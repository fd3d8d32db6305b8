using System.Globalization;
using Runproof.Agents;
using Runproof.Cli.Terminal;
using Runproof.Rollouts;
using Runproof.ToolCalls;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary>What <c>trajectories show</c> tells: as JSON, and turn by turn for people.</summary>
internal static class TrajectoryView
{
    private const int MostLines = 12, MostLetters = 2000;

    public static object Json(Trajectory trajectory)
    {
        var (plan, rollout, conversation) = (trajectory.Plan, trajectory.Rollout, trajectory.Conversation);
        return new
        {
            id = rollout.Key.Name, instance_id = rollout.Key.InstanceId, attempt = rollout.Key.Attempt, plan, outcome = Words.Of(rollout.Outcome), rollout.Reason, rollout.End, kept = rollout.IsKept, rollout.Losses, rollout.Hacks, rollout.Rewards, rollout.Verdict,
            rollout.Counts, rollout.StartedAt, rollout.Seconds, rollout.Differing, system = conversation.System, task = conversation.Task, tools = conversation.Tools, turns = trajectory.Turns, rollout.Patch,
        };
    }

    public static void Show(IAnsiConsole console, Trajectory trajectory, bool whole)
    {
        var (plan, rollout) = (trajectory.Plan, trajectory.Rollout);
        console.Write(Results.Facts(
            ("attempt", rollout.Key.Name), ("agent", $"{plan.Agent}, {plan.Model}{(plan.Origin is { } origin ? $" ({origin})" : "")}, tests {Words.Of(plan.Tests)}"),
            ("end", $"{Words.Of(rollout.End.Reason)}: {rollout.End.Detail}")));
        foreach (var turn in trajectory.Turns) Show(console, turn, whole);
        console.Write(new Rule("patch") { Justification = Justify.Left });
        console.WriteLine(Shortened(rollout.Patch, whole));
        console.Write(new Rule("verdict") { Justification = Justify.Left });
        console.Write(Results.Facts(
            ("outcome", $"{Words.Of(rollout.Outcome)}: {rollout.Verdict?.Detail ?? rollout.Reason}"),
            ("rewards", rollout.Rewards.Count == 0 ? "none" : string.Join(", ", rollout.Rewards.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:0.###}")))),
            ("hacks", rollout.Hacks.Count == 0 ? "none" : string.Join("; ", rollout.Hacks.Select(hack => $"{hack.Rule} ({(hack.Turn == 0 ? "patch" : $"turn {hack.Turn}")}): {hack.Evidence}"))),
            ("kept", rollout.IsKept ? "yes" : $"no: {string.Join(", ", rollout.Losses)}")));
    }

    private static void Show(IAnsiConsole console, Turn turn, bool whole)
    {
        var cost = turn.Reply.Usage is { } usage ? $", {usage.Input} tokens in, {usage.Output} out" : "";
        console.Write(new Rule(string.Create(CultureInfo.InvariantCulture, $"turn {turn.Number}: {turn.Reply.Seconds:0.0} s{cost}")) { Justification = Justify.Left });
        if (turn.Reply.Thought.Length > 0) console.MarkupLineInterpolated($"[grey]{Shortened(turn.Reply.Thought, whole)}[/]");
        if (turn.Reply.Text.Length > 0) console.WriteLine(Shortened(turn.Reply.Text, whole));
        foreach (var problem in turn.Reply.Problems) console.MarkupLineInterpolated($"[yellow]{(turn.Reply.Outcome == ParseOutcome.Rejected ? "not read" : "repaired")}: {problem}[/]");
        foreach (var call in turn.Reply.Calls) console.MarkupLineInterpolated($"[blue]{call.Name}[/] {Shortened(Told(call), whole)}");
        foreach (var seen in turn.Observations)
        {
            console.MarkupLineInterpolated($"[grey]-> {Words.Of(seen.Outcome)}{(seen.ExitCode is { } code ? $", exit code {code}" : "")}{string.Create(CultureInfo.InvariantCulture, $", {seen.Seconds:0.0} s")}[/]");
            console.WriteLine(Shortened(seen.Content, whole));
        }
    }

    /// <summary>Of a call with one text that text, which may have lines; else its arguments.</summary>
    private static string Told(ToolCall call) => call.Arguments.Count == 1 && call.Arguments.First().Value is System.Text.Json.Nodes.JsonValue value && value.TryGetValue<string>(out var text) ? text : JsonText.Of(call.Arguments);

    private static string Shortened(string text, bool whole)
    {
        // What a terminal would take for a command of its own must not reach it.
        text = string.Concat(text.TrimEnd('\n').Select(letter => char.IsControl(letter) && letter is not ('\n' or '\t') ? '\uFFFD' : letter));
        if (whole) return text;
        var lines = text.Split('\n');
        if (lines.Length > MostLines) text = string.Join('\n', [.. lines.Take(MostLines / 2), $"[... {lines.Length - MostLines} lines ...]", .. lines.TakeLast(MostLines / 2)]);
        return text.Length <= MostLetters ? text : $"{text[..(MostLetters / 2)]} [... {text.Length - MostLetters} characters ...] {text[^(MostLetters / 2)..]}";
    }
}
