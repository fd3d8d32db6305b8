using System.Diagnostics;
using Runproof.Agents;
using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Rollouts;

/// <summary>What decides in attempts, made anew for each.</summary>
internal interface IPolicySource : IDisposable
{
    /// <param name="seed">Of this attempt alone.</param>
    IPolicy Create(Scaffold scaffold, AgentLimits limits, Assignment assignment, EnvironmentContext context, RolloutKey key, int seed);
}

/// <summary>One attempt at a task: the episode, its changes, the verdict on them in a sandbox of its own.</summary>
internal sealed class Attempt(RolloutPlan plan, Scaffold scaffold, IPolicySource policies, RolloutTable table, Judgement judgement, TimeProvider clock)
{
    public async Task<Rollout> RunAsync(TaskState state, RolloutKey key, CancellationToken cancel)
    {
        var before = table.Begin(key);
        var begun = clock.GetUtcNow();
        var started = Stopwatch.GetTimestamp();
        double Seconds() => before + Stopwatch.GetElapsedTime(started).TotalSeconds;
        var assignment = AssignmentOf(state.Context.Environment, state.Task, state.Files);
        var limits = plan.Limits(scaffold);
        var episode = new Episode(scaffold, policies.Create(scaffold, limits, assignment, state.Context, key, SeedOf(plan.Seed, key)), assignment, limits, new Log(table, key, Seconds), clock);
        EpisodeEnd end;
        var changes = "";
        try
        {
            await using var sandbox = await state.SandboxAsync(cancel);
            end = await episode.RunAsync(sandbox, table.Turns(key), TimeSpan.FromSeconds(before), cancel);
            if (!end.IsInfrastructure) changes = await state.ChangesAsync(sandbox, cancel);
        }
        catch (SandboxException error)
        {
            end = new(ExitReason.Sandbox, error.Message);
        }

        var rollout = await judgement.JudgeAsync(state, key, end, changes, episode.Turns, episode.Differing, begun, Seconds, cancel);
        return rollout with { Opening = new(scaffold.SystemPrompt(assignment), scaffold.TaskPrompt(assignment), scaffold.Tools) };
    }

    /// <summary>The same for the same attempt, whatever else runs.</summary>
    private static int SeedOf(int seed, RolloutKey key) => (int)(Catalogue.Blobs.Draw($"{seed} {key.InstanceId} {key.Attempt}") & int.MaxValue);

    public static Assignment AssignmentOf(RepositoryEnvironment environment, CodingTask task, IReadOnlyList<string>? files = null)
    {
        var variables = environment.Suites.SelectMany(suite => suite.Variables).DistinctBy(variable => variable.Key).ToDictionary();
        if (task.Tests == TestVisibility.Hidden) return new(task.ProblemStatement, SandboxPaths.Testbed, [], null, files, variables);
        var failing = task.FailToPass.ToHashSet();
        return new(task.ProblemStatement, SandboxPaths.Testbed, task.FailToPass, ShellCommand.Of(environment, [.. environment.Tests.Where(test => failing.Contains(test.Id))]), files, variables);
    }

    private sealed class Log(RolloutTable table, RolloutKey key, Func<double> seconds) : IEpisodeLog
    {
        public void Replied(Turn turn) => table.Save(key, turn, seconds());

        public void Observed(Turn turn) => table.Save(key, turn, seconds());
    }
}
