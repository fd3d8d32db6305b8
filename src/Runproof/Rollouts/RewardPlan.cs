using Runproof.Agents;
using Tomlyn;
using Tomlyn.Model;

namespace Runproof.Rollouts;

/// <summary>What rewards are computed from.</summary>
/// <param name="Tests">0 to 1.</param>
internal sealed record RewardFacts(bool Resolved, double Tests, ExitReason End, int Turns, int Malformed, long OutputTokens, bool Hacked);

/// <summary>
/// How components make a reward: each times its weight, added. A cheating attempt gets the penalty alone. An attempt that infrastructure ended has no reward at all.
/// </summary>
/// <param name="Resolved">For a verdict of resolved.</param>
/// <param name="Tests">For the part of the tests that pass.</param>
/// <param name="Unfinished">For an attempt that did not submit (the penalty of Qwen3-Coder-Next).</param>
/// <param name="MalformedTurn">For each turn whose call could not be read; trainers take it at that turn's tokens.</param>
/// <param name="Length">For output tokens, as a part of <paramref name="LengthTokens"/>, at most 1.</param>
/// <param name="Hack">In the place of all others where the scan found something.</param>
internal sealed record RewardPlan(double Resolved = 1, double Tests = 0, double Unfinished = -0.5, double MalformedTurn = -0.1, double Length = 0, double LengthTokens = 32_768, double Hack = -1)
{
    /// <summary>Every component, and their <c>total</c>.</summary>
    public IReadOnlyDictionary<string, double> Of(RewardFacts facts)
    {
        Dictionary<string, double> parts = new()
        {
            ["resolved"] = facts.Resolved ? Resolved : 0,
            ["tests"] = Tests * facts.Tests,
            ["unfinished"] = facts.End == ExitReason.Submitted ? 0 : Unfinished,
            ["malformed"] = MalformedTurn * facts.Malformed,
            ["length"] = Length * Math.Min(1, facts.OutputTokens / LengthTokens),
            ["hack"] = facts.Hacked ? Hack : 0,
        };
        parts["total"] = facts.Hacked ? Hack : Math.Round(parts.Values.Sum(), 9);
        return parts;
    }

    /// <summary>A TOML file with any of the weights: <c>resolved = 1.0</c>, <c>malformed_turn = -0.2</c>.</summary>
    /// <exception cref="InputException">It cannot be read, or holds something else.</exception>
    public static RewardPlan Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"--rewards: '{path}' does not exist");
        TomlTable table;
        try
        {
            table = TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(path)) ?? [];
        }
        catch (TomlException error)
        {
            throw new InputException($"'{path}' is no TOML: {error.Message.Split('\n')[0]}", error);
        }

        var plan = new RewardPlan();
        foreach (var (key, value) in table)
        {
            var number = value is double real && double.IsFinite(real) ? real : value is long whole ? whole : throw new InputException($"'{path}': {key} must be a number");
            plan = key switch
            {
                "resolved" => plan with { Resolved = number },
                "tests" => plan with { Tests = number },
                "unfinished" => plan with { Unfinished = number },
                "malformed_turn" => plan with { MalformedTurn = number },
                "length" => plan with { Length = number },
                "length_tokens" => plan with { LengthTokens = number > 0 ? number : throw new InputException($"'{path}': length_tokens must be greater than 0") },
                "hack" => plan with { Hack = number },
                _ => throw new InputException($"'{path}': no reward '{key}': there is resolved, tests, unfinished, malformed_turn, length, length_tokens, hack"),
            };
        }

        return plan;
    }
}
