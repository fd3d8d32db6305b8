using Runproof.Environments;

namespace Runproof.Mining;

/// <summary>What commits with the same build and dependency files share.</summary>
/// <param name="Environment">Null where none could be built.</param>
/// <param name="Failure">Why not.</param>
/// <param name="Draft">Built as a model says, and not shown yet to tell any change from its base.</param>
internal sealed record Era(RepositoryEnvironment? Environment, string Failure, EraDraft? Draft = null);

/// <summary>What a model says of an era.</summary>
/// <param name="Key">Names the era.</param>
/// <param name="Options">A <c>runproof.toml</c>.</param>
internal sealed record EraDraft(string Key, string Options)
{
    private int _doubts;

    /// <summary>Counts a change that it does not tell from its base.</summary>
    public int Doubt() => Interlocked.Increment(ref _doubts);
}
