using Runproof.Agents;
using Runproof.Agents.Policies;
using Runproof.Chat;
using Runproof.Environments;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Sources;

/// <summary>A chat model decides, by way of its server.</summary>
internal sealed class ModelSource(ModelClient model, ToolCallFormat? format, Sampling sampling, ModelPrice? price) : IPolicySource
{
    public IPolicy Create(Scaffold scaffold, AgentLimits limits, Assignment assignment, EnvironmentContext context, RolloutKey key, int seed) => new ModelPolicy(model.Chat, format, sampling with { Seed = seed }, price);

    public void Dispose() => model.Dispose();
}
