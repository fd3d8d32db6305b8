using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Imports;


/// <summary>An attempt that somebody else's agent made, as its file tells it.</summary>
/// <param name="Names">What its task may be called, likeliest first.</param>
/// <param name="Patch">What it handed in; empty where the file holds none.</param>
internal sealed record ForeignTrajectory(string Format, string Agent, string Model, IReadOnlyList<string> Names, Opening Opening, IReadOnlyList<Turn> Turns, EpisodeEnd End, string Patch);

/// <summary>Reads one kind of other people's files. One subclass each; a line in <see cref="All"/>.</summary>
internal abstract class ForeignReader
{
    public static IReadOnlyList<ForeignReader> All { get; } = [new AtifReader(), new MiniReader(), new SweAgentReader()];

    /// <summary>As the format is called when it is written.</summary>
    public abstract string Name { get; }

    public abstract bool Reads(System.Text.Json.Nodes.JsonObject root);

    /// <param name="now">Of turns that say no time.</param>
    /// <exception cref="FormatException">It is broken; the message says how.</exception>
    public abstract ForeignTrajectory Read(System.Text.Json.Nodes.JsonObject root, DateTimeOffset now);
}
