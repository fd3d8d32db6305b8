using Runproof.Agents;
using Runproof.Tasks;

namespace Runproof.Rollouts.Sessions;

/// <summary>What an episode has that asks for nothing else, and the most that it may ask for.</summary>
/// <param name="Turns">Null: as the scaffold's original has them; <paramref name="Seconds"/> and <paramref name="CommandSeconds"/> likewise.</param>
internal sealed record EpisodeDefaults(string Agent = "mini", TestVisibility Tests = TestVisibility.Hidden, int? Turns = null, double? Seconds = null, double? CommandSeconds = null)
{
    /// <summary>Where a client asks for less than it may have, it gets that.</summary>
    public AgentLimits Limits(Scaffold scaffold, EpisodeRequest request)
    {
        var own = scaffold.Limits;
        return own with
        {
            Turns = Math.Min(request.Turns ?? int.MaxValue, Turns ?? own.Turns),
            Total = TimeSpan.FromSeconds(Math.Min(request.Seconds ?? double.MaxValue, Seconds ?? own.Total.TotalSeconds)),
            Command = TimeSpan.FromSeconds(Math.Min(request.CommandSeconds ?? double.MaxValue, CommandSeconds ?? own.Command.TotalSeconds)),
            Dollars = null,
        };
    }
}

/// <summary>What all sessions of a server share.</summary>
/// <param name="Grading">So many verdicts at once: test suites have time limits, and a crowd of them would run into those.</param>
internal sealed record SessionWorld(TaskDraw Tasks, WarmStates States, Judgement Judgement, EpisodeDefaults Defaults, SemaphoreSlim Grading, TimeProvider Clock);
