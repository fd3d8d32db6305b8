using Runproof.ToolCalls;

namespace Runproof.Rollouts.Formats;

/// <summary>All forms in which attempts leave a workspace, by name.</summary>
internal static class TrajectoryFormats
{
    public static IReadOnlyList<TrajectoryFormat> All { get; } =
    [
        new RunproofFormat(),
        new AtifFormat(),
        new MiniFormat(),
        new SweAgentFormat(),
        new PredictionRows(),
        new OpenAiRows(),
        new TrlRows(),
        new VerlRows(),
        new SlimeRows(),
        new SkyRlRows(),
        new PrimeRlTraces(),
    ];

    /// <exception cref="InputException">There is none of that name.</exception>
    public static TrajectoryFormat Of(string name) =>
        name.StartsWith(TextRows.Prefix, StringComparison.Ordinal) ? new TextRows(ToolCallFormats.Of(name[TextRows.Prefix.Length..]))
            : All.FirstOrDefault(format => format.Name == name) ?? throw new InputException($"no format '{name}': there is {string.Join(", ", All.Select(format => format.Name))}, and {TextRows.Prefix}NAME for each format of tool calls");
}
