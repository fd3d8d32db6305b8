using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Sandboxes;
using Runproof.Tasks;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Sessions;

/// <summary>One episode whose policy is somewhere else: its sandbox and tools live until it is judged or given up.</summary>
internal sealed class LiveEpisode(SessionWorld world, EpisodeRequest request, CodingTask task, Scaffold scaffold, ToolCallFormat? format, AgentLimits limits) : IAsyncDisposable
{
    private readonly List<Turn> _turns = [];
    private readonly DateTimeOffset _begun = world.Clock.GetUtcNow();
    private readonly long _started = world.Clock.GetTimestamp();
    private TaskState? _state;
    private ISandbox? _sandbox;
    private Toolbox? _tools;

    public CodingTask Task => task;

    public Scaffold Scaffold => scaffold;

    public string EpisodeId { get; } = request.EpisodeId ?? Guid.NewGuid().ToString("n");

    public int Steps => _turns.Count;

    /// <summary>Null while it goes on.</summary>
    public SessionResult? Over { get; private set; }

    private TimeSpan Elapsed => world.Clock.GetElapsedTime(_started);

    public async Task<SessionResult> BeginAsync(CancellationToken cancel)
    {
        try
        {
            _state = await world.States.TakeAsync(task, cancel);
            var assignment = Attempt.AssignmentOf(_state.Context.Environment, task, _state.Files);
            _sandbox = await _state.SandboxAsync(cancel);
            _tools = scaffold.Open(_sandbox, assignment, limits);
            var seen = ObservationJson.Begun(new(scaffold.SystemPrompt(assignment), scaffold.TaskPrompt(assignment), scaffold.Tools, []), format);
            return new(Named(seen), null, false);
        }
        catch (SandboxException error)
        {
            return await EndAsync(new(ExitReason.Sandbox, error.Message), new() { ["text"] = "the sandbox failed" }, cancel);
        }
    }

    /// <exception cref="InputException">It is no action, or the episode is over.</exception>
    public async Task<SessionResult> StepAsync(JsonObject action, CancellationToken cancel)
    {
        if (Over is not null) throw new InputException("the episode is over: a reset begins another");
        var (reply, written) = ActionReading.Read(action, scaffold.Tools, format, _turns.Count + 1);
        var left = limits.Total - Elapsed;
        if (left <= TimeSpan.Zero) return await EndAsync(OfTime(), new() { ["text"] = "the time of the attempt is over" }, cancel);
        using var time = new CancellationTokenSource(left, world.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, time.Token);
        try
        {
            var turn = new Turn(_turns.Count + 1, world.Clock.GetUtcNow(), Episode.Shortened(reply), []);
            turn = turn with { Observations = await _tools!.ActAsync(turn.Reply, both.Token) };
            _turns.Add(turn);
            var seen = ObservationJson.Of(turn, written, scaffold.Tools);
            return Episode.EndOf(_turns, limits) is { } end ? await EndAsync(end, seen, cancel) : new(Named(seen), null, false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return await EndAsync(OfTime(), new() { ["text"] = "the time of the attempt is over" }, cancel);
        }
        catch (SandboxException error)
        {
            return await EndAsync(new(ExitReason.Sandbox, error.Message), new() { ["text"] = "the sandbox failed" }, cancel);
        }
    }

    /// <summary>Ends it without an action of its tools: the files are the answer as they are. Where it is over already, nothing changes.</summary>
    public async Task<SessionResult> FinishAsync(ExitReason reason, CancellationToken cancel) =>
        Over ?? await EndAsync(new(reason, reason == ExitReason.Submitted ? $"submitted after {_turns.Count} turns" : $"the client ended it after {_turns.Count} turns"), new() { ["text"] = "" }, cancel);

    public async ValueTask DisposeAsync()
    {
        var (tools, sandbox, state) = (_tools, _sandbox, _state);
        (_tools, _sandbox, _state) = (null, null, null);
        try
        {
            if (tools is not null) await tools.DisposeAsync();
        }
        finally
        {
            try
            {
                if (sandbox is not null) await sandbox.DisposeAsync();
            }
            finally
            {
                if (state is not null) await world.States.ReturnAsync(task);
            }
        }
    }

    private EpisodeEnd OfTime() => new(ExitReason.Time, $"the attempt did not end within {limits.Total.TotalSeconds:0.#} s");

    private async Task<SessionResult> EndAsync(EpisodeEnd end, JsonObject seen, CancellationToken cancel)
    {
        try
        {
            var changes = "";
            try
            {
                // What runs inside must be at rest when its files are taken.
                if (_tools is not null) await _tools.DisposeAsync();
                _tools = null;
                if (!end.IsInfrastructure) changes = await _state!.ChangesAsync(_sandbox!, cancel);
                if (_sandbox is not null) await _sandbox.DisposeAsync();
                _sandbox = null;
            }
            catch (SandboxException error)
            {
                end = new(ExitReason.Sandbox, error.Message);
            }

            return Ended(await JudgedAsync(end, changes, cancel), seen);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A disk that is full, for example: nothing that the agent did.
            return Ended(Masked(new(ExitReason.Sandbox, error.Message)), seen);
        }
        finally
        {
            await DisposeAsync();
        }
    }

    private async Task<Rollout> JudgedAsync(EpisodeEnd end, string changes, CancellationToken cancel)
    {
        if (_state is null) return Masked(end);
        await world.Grading.WaitAsync(cancel);
        try
        {
            return await world.Judgement.JudgeAsync(_state, Key, end, changes, _turns, 0, _begun, () => Elapsed.TotalSeconds, cancel);
        }
        finally
        {
            world.Grading.Release();
        }
    }

    private RolloutKey Key => new("served--", task.InstanceId, 1);

    private Rollout Masked(EpisodeEnd end) =>
        new(Key, RolloutOutcome.Infrastructure, $"{Words.Of(end.Reason)}: {end.Detail}", end, "", null, [], ["infrastructure"], new Dictionary<string, double>(), RolloutCounts.Of(_turns), 0, _begun, Elapsed.TotalSeconds);

    private SessionResult Ended(Rollout rollout, JsonObject seen)
    {
        ObservationJson.Add(seen, rollout);
        return Over = new(Named(seen), rollout.Outcome == RolloutOutcome.Infrastructure ? null : rollout.Rewards["total"], true, rollout);
    }

    private JsonObject Named(JsonObject seen)
    {
        seen["task_id"] = task.InstanceId;
        seen["repo"] = task.Repo;
        seen["agent"] = scaffold.Name;
        seen["tests"] = Words.Of(task.Tests);
        seen["episode_id"] = EpisodeId;
        seen["step_count"] = _turns.Count;
        if (!seen.ContainsKey("infrastructure")) seen["infrastructure"] = false;
        return seen;
    }
}
