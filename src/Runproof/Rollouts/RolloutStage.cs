using System.Collections.Concurrent;
using System.Globalization;
using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Rollouts;

/// <summary>
/// Many attempts at many tasks. Each is kept as it happens: killed at any moment, the same call goes on in the middle of what was under way and does none twice. One that takes long holds no other up. What infrastructure
/// ended is tried again, then told apart.
/// </summary>
internal sealed class RolloutStage(Workspace workspace, IProgressLog log, TimeProvider clock, int jobs)
{
    /// <summary>How often an attempt is begun that infrastructure ends.</summary>
    private const int Tries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private volatile bool _hasAnswered;

    public async Task<RolloutReport> RunAsync(RolloutPlan plan, IReadOnlyList<CodingTask> tasks, int attempts, IPolicySource policies, RewardPlan rewards, CancellationToken cancel)
    {
        var table = new RolloutTable(workspace, clock);
        table.AddPlan(plan);
        var scaffold = ScaffoldList.Of(plan.Agent);
        var attempt = new Attempt(plan, scaffold, policies, table, new(rewards), clock);
        List<(CodingTask Task, RolloutKey Key)> all = [.. tasks.SelectMany(task => Enumerable.Range(1, attempts).Select(number => (task with { Tests = plan.Tests }, new RolloutKey(plan.Hash, task.InstanceId, number))))];
        var ended = new ConcurrentDictionary<RolloutKey, Rollout>();
        foreach (var (_, key) in all)
        {
            if (table.Find(key) is { Outcome: not RolloutOutcome.Infrastructure } known) ended[key] = known;
        }

        if (!ended.IsEmpty && ended.Count < all.Count) log.Say($"going on with attempts that were cut off: {ended.Count} of {all.Count} are done");
        using var progress = log.Begin("rollouts", all.Count);
        progress.Skip(ended.Count);
        await using var states = new TaskStates(workspace, new EnvironmentTable(workspace));
        var todo = all.Where(one => !ended.ContainsKey(one.Key)).ToList();
        foreach (var (task, _) in todo) states.Expect(task);
        await Parallel.ForEachAsync(todo, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (one, token) =>
        {
            var rollout = await OneAsync(attempt, states, one.Task, one.Key, token);
            table.End(rollout);
            ended[one.Key] = rollout;
            var judged = ended.Values.Count(known => known.Outcome != RolloutOutcome.Infrastructure);
            var resolved = ended.Values.Count(known => known.Outcome == RolloutOutcome.Resolved);
            progress.Advance(1, string.Create(CultureInfo.InvariantCulture, $"{resolved} of {judged} resolved"));
        });
        return RolloutReport.Of(plan, tasks, [.. all.Where(one => ended.ContainsKey(one.Key)).Select(one => ended[one.Key])], workspace);
    }

    private async Task<Rollout> OneAsync(Attempt attempt, TaskStates states, CodingTask task, RolloutKey key, CancellationToken cancel)
    {
        try
        {
            var state = await states.TakeAsync(task, cancel);
            for (var tries = 1; ; tries++)
            {
                var rollout = await attempt.RunAsync(state, key, cancel);
                if (rollout.Counts.Turns > 0) _hasAnswered = true;
                if (rollout.End.Fault is Chat.ModelFault.Refused or Chat.ModelFault.Unreachable && !_hasAnswered) throw new InputException(rollout.End.Detail);
                if (rollout.Outcome != RolloutOutcome.Infrastructure || tries == Tries) return rollout;
                log.Say($"{key.Name}: {rollout.Reason}: tried again");
                await Task.Delay(Pause, clock, cancel);
            }
        }
        finally
        {
            await states.ReturnAsync(task);
        }
    }
}
