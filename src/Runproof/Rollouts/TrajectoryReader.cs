using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Rollouts.Imports;
using Runproof.Tasks;

namespace Runproof.Rollouts;

/// <summary>Whole attempts out of the catalogue. What an imported one was told first came with it.</summary>
internal sealed class TrajectoryReader(Workspace workspace, TimeProvider clock)
{
    private readonly RolloutTable _table = new(workspace, clock);
    private readonly Dictionary<string, RolloutPlan> _plans = [];
    private readonly Dictionary<string, RepositoryEnvironment?> _environments = [];

    /// <exception cref="InputException">Its task, or the task's environment, is not here any more.</exception>
    public Trajectory Read(RolloutKey key)
    {
        var rollout = _table.Find(key) ?? throw new InputException($"'{key.Name}' has not ended: 'runproof rollout' goes on with it");
        if (!_plans.TryGetValue(key.Plan, out var plan)) _plans[key.Plan] = plan = _table.Plan(key.Plan);
        var opening = plan.Origin == RolloutPlan.Imported ? new ImportTable(workspace, clock).Record(key).Opening : rollout.Opening ?? Made(key, plan);
        return new(plan, rollout, new(opening.System, opening.Task, opening.Tools, _table.Turns(key)));
    }

    private Opening Made(RolloutKey key, RolloutPlan plan)
    {
        var task = new TaskTable(workspace).Find(key.InstanceId) ?? throw new InputException($"the task of '{key.Name}' is not in this workspace any more: what its agent was told cannot be made again");
        if (!_environments.TryGetValue(task.EnvironmentHash, out var environment)) _environments[task.EnvironmentHash] = environment = new EnvironmentTable(workspace).Find(task.EnvironmentHash);
        var assignment = Attempt.AssignmentOf(environment ?? throw new InputException($"the environment of '{key.Name}' is not in this workspace any more: what its agent was told cannot be made again"), task with { Tests = plan.Tests });
        var scaffold = ScaffoldList.Of(plan.Agent);
        return new(scaffold.SystemPrompt(assignment), scaffold.TaskPrompt(assignment), scaffold.Tools);
    }
}
