using System.Text;
using System.Text.Json;
using Runproof.Agents;
using Runproof.Catalogue;

namespace Runproof.Rollouts;

/// <summary>One attempt as Runproof keeps it: what it was, each turn, how it ended. All other formats are made from it.</summary>
internal sealed record Trajectory(RolloutPlan Plan, Rollout Rollout, Conversation Conversation)
{
    public IReadOnlyList<Turn> Turns => Conversation.Turns;
}

/// <summary>
/// Attempts as JSON lines: a line for the attempt (<c>rollout</c>), one for each <c>turn</c>. It is what <c>--model replay:FILE</c> reads.
/// </summary>
internal static class EventLog
{
    private sealed record Line(string Type, string InstanceId, int Attempt, RolloutPlan? Plan = null, Rollout? Rollout = null, Turn? Turn = null);

    public static void Write(Trajectory trajectory, TextWriter into)
    {
        var key = trajectory.Rollout.Key;
        into.Write(JsonSerializer.Serialize(new Line("rollout", key.InstanceId, key.Attempt, trajectory.Plan, trajectory.Rollout), Json.Compact) + "\n");
        foreach (var turn in trajectory.Turns) into.Write(JsonSerializer.Serialize(new Line("turn", key.InstanceId, key.Attempt, Turn: turn), Json.Compact) + "\n");
    }

    /// <summary>Attempts of a file, by task and number.</summary>
    /// <exception cref="InputException">There is no such file, or it holds something else.</exception>
    public static IReadOnlyDictionary<(string InstanceId, int Attempt), (RolloutPlan Plan, Rollout Rollout, IReadOnlyList<Turn> Turns)> Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"'{path}' does not exist: 'runproof trajectories export --format runproof --out FILE' makes one");
        Dictionary<(string, int), (RolloutPlan, Rollout, List<Turn>)> all = [];
        var number = 0;
        foreach (var text in File.ReadLines(path, Encoding.UTF8))
        {
            number++;
            Line? line;
            try
            {
                line = JsonSerializer.Deserialize<Line>(text, Json.Compact);
            }
            catch (JsonException error)
            {
                throw new InputException($"'{path}' line {number} is none of an event log: make the file with 'runproof trajectories export --format runproof'", error);
            }

            if (line is { Type: "rollout", Plan: { } plan, Rollout: { } rollout }) all[(line.InstanceId, line.Attempt)] = (plan, rollout, []);
            else if (line is { Type: "turn", Turn: { } turn } && all.TryGetValue((line.InstanceId, line.Attempt), out var one)) one.Item3.Add(turn);
            else throw new InputException($"'{path}' line {number} is none of an event log: make the file with 'runproof trajectories export --format runproof'");
        }

        return all.Count == 0 ? throw new InputException($"'{path}' holds no attempts") : all.ToDictionary(one => one.Key, one => (one.Value.Item1, one.Value.Item2, (IReadOnlyList<Turn>)one.Value.Item3));
    }
}
