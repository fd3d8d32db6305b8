using Runproof.Agents;
using Runproof.Agents.Repair;
using Runproof.Environments;

namespace Runproof.Rollouts.Sources;

/// <summary>The repair agent decides: no model.</summary>
internal sealed class RepairSource : IPolicySource
{
    public IPolicy Create(Scaffold scaffold, AgentLimits limits, Assignment assignment, EnvironmentContext context, RolloutKey key, int seed) =>
        new RepairPolicy(scaffold, limits, assignment, new(context.Environment.Suites, context.Workspace.Root), seed);

    public void Dispose()
    {
        // It holds nothing open.
    }
}
