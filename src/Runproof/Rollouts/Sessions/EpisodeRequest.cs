using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.Tasks;

namespace Runproof.Rollouts.Sessions;

/// <summary>What a client wants of an episode; what it leaves open is the server's choice.</summary>
/// <param name="TaskId">A task, or the beginning of its id that belongs to no other; null: by lot.</param>
/// <param name="Seed">Of the lot.</param>
/// <param name="EpisodeId">The client's name of the episode; without a seed the lot follows from it.</param>
/// <param name="Agent">The scaffold whose tools and words it gets.</param>
/// <param name="Format">How the client writes tool calls as text.</param>
/// <param name="Turns">Fewer than the server allows; <paramref name="Seconds"/> and <paramref name="CommandSeconds"/> likewise.</param>
internal sealed record EpisodeRequest(
    string? TaskId = null, long? Seed = null, string? EpisodeId = null, string? Agent = null, TestVisibility? Tests = null, string? Format = null, int? Turns = null, double? Seconds = null, double? CommandSeconds = null)
{
    private const int LongestId = 255;

    /// <summary>As trainers send it: fields beside those that are known here are theirs, and nothing of ours.</summary>
    /// <exception cref="InputException">A field holds something else than it should.</exception>
    public static EpisodeRequest Read(JsonObject data) => new(
        Text(data, "task_id") ?? Text(data, "instance_id"), Whole(data, "seed"), Text(data, "episode_id"), Text(data, "agent"), VisibilityOf(Text(data, "tests")), Text(data, "format"), (int?)Whole(data, "turns", 1),
        Real(data, "seconds"), Real(data, "command_seconds"));

    /// <exception cref="InputException">It is neither.</exception>
    public static TestVisibility? VisibilityOf(string? text) => text switch
    {
        null => null,
        "hidden" => TestVisibility.Hidden,
        "visible" => TestVisibility.Visible,
        _ => throw new InputException($"tests '{text}': it is hidden or visible"),
    };

    private static string? Text(JsonObject data, string name)
    {
        if (data[name] is not { } node) return null;
        if (node.GetValueKind() != JsonValueKind.String) throw new InputException($"'{name}' must be a string");
        var text = node.GetValue<string>();
        return text.Length is > 0 and <= LongestId ? text : throw new InputException($"'{name}' must have 1 to {LongestId} characters");
    }

    private static long? Whole(JsonObject data, string name, long least = 0)
    {
        if (data[name] is not { } node) return null;
        return node is JsonValue value && value.TryGetValue<long>(out var number) && number >= least && number <= int.MaxValue ? number : throw new InputException($"'{name}' must be a whole number of at least {least}");
    }

    private static double? Real(JsonObject data, string name)
    {
        if (data[name] is not { } node) return null;
        return node is JsonValue value && value.TryGetValue<double>(out var number) && number > 0 && double.IsFinite(number) ? number : throw new InputException($"'{name}' must be a number greater than 0");
    }
}
