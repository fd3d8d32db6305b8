using System.Text;
using System.Text.Json;

namespace Runproof.Statements;

/// <summary>How a failing test shows that something is wrong.</summary>
public enum BehaviourKind
{
    /// <summary>A value came out that was not expected.</summary>
    Value,

    /// <summary>The code raised an error where a value was expected.</summary>
    Raises,

    /// <summary>The code raised nothing where an error was expected.</summary>
    NotRaised,

    /// <summary>Only the message of the failure is known.</summary>
    Other,
}

/// <summary>What was called, what came out, and what was expected, as one failing test shows it. Never from a patch.</summary>
/// <param name="Call">Source text of the call; null where it is not known.</param>
/// <param name="SetUp">Lines that come before the call and make what it is called with.</param>
/// <param name="Inputs">Values of names that stand in the call.</param>
public sealed record Behaviour(
    string Test, BehaviourKind Kind, string? Call, string? Actual, string? Expected, string Message, IReadOnlyList<string> SetUp, IReadOnlyDictionary<string, string> Inputs)
{
    private const int LongestField = 1_000;
    private const int MostLines = 5_000;

    /// <summary>Reads the JSON lines of <c>runproof_behaviour.py</c>. Code under test may have written to the file: bad lines are passed over, long values cut.</summary>
    public static IReadOnlyList<Behaviour> ReadLines(ReadOnlyMemory<byte> bytes)
    {
        List<Behaviour> behaviours = [];
        foreach (var line in Encoding.UTF8.GetString(bytes.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(MostLines))
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                behaviours.Add(Read(document.RootElement));
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                // Cut off, or not ours.
            }
        }

        return behaviours;
    }

    private static Behaviour Read(JsonElement record)
    {
        string? Text(string name) => record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text.Length <= LongestField ? text : text[..LongestField] : null;
        var inputs = new Dictionary<string, string>();
        if (record.TryGetProperty("inputs", out var values) && values.ValueKind == JsonValueKind.Object)
        {
            foreach (var input in values.EnumerateObject().Take(20)) inputs[input.Name] = input.Value.GetString() ?? "";
        }

        IReadOnlyList<string> setUp = record.TryGetProperty("setup", out var lines) && lines.ValueKind == JsonValueKind.Array ? [.. lines.EnumerateArray().Take(12).Select(line => line.GetString() ?? "")] : [];
        var kind = Text("kind") switch { "value" => BehaviourKind.Value, "raises" or "error" => BehaviourKind.Raises, "not-raised" => BehaviourKind.NotRaised, _ => BehaviourKind.Other };
        return new(Text("test") ?? throw new KeyNotFoundException("test"), kind, Text("call"), Text("actual"), Text("expected"), Text("message") ?? "", setUp, inputs);
    }
}
