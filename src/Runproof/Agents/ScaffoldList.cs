using Runproof.Agents.Scaffolds;

namespace Runproof.Agents;

/// <summary>All scaffolds, by name.</summary>
internal static class ScaffoldList
{
    public static IReadOnlyList<Scaffold> All { get; } = [new Mini(), new SweAgent(), new OpenHands(), new Terminus(), new Aider()];

    /// <exception cref="InputException">There is none of that name.</exception>
    public static Scaffold Of(string name) => All.FirstOrDefault(scaffold => scaffold.Name == name) ?? throw new InputException($"no agent '{name}': there is {string.Join(", ", All.Select(scaffold => scaffold.Name))}");
}
