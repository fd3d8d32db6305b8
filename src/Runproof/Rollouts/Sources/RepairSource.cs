using Runproof.Agents;
using Runproof.Environments;

namespace Runproof.Rollouts.Sources;

/// <summary>The repair agent decides: no model.</summary>
internal sealed class RepairSource : IPolicySource
{
    public IPolicy Create(Scaffold scaffold, Assignment assignment, EnvironmentContext context, RolloutKey key, int seed) => throw new InputException("the repair agent is not built yet: give --model");

    public void Dispose()
    {
        // It holds nothing open.
    }
}
