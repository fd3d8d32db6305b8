using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.ToolCalls;

namespace Runproof.Rollouts.Sessions;

/// <summary>
/// One client's environment: episodes one after the other, each with a sandbox of its own. All protocols are ways into it. It takes one call at a time; a second one is told so and changes nothing. A call belongs to the
/// session, not to who waits for it: a client that goes away does not cut an action in two.
/// </summary>
/// <param name="judged">Told each episode that is judged.</param>
internal sealed class EnvironmentSession(SessionWorld world, string id, Action<SessionResult>? judged = null) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _life = new();
    private readonly Lock _using = new();
    private LiveEpisode? _episode;
    private (string Id, Task<SessionResult> Step)? _last;
    private long _used = world.Clock.GetTimestamp();
    private string _gone = "the session was closed";
    private Task? _closing;

    public string Id => id;

    /// <summary>Ends with the session.</summary>
    public CancellationToken Life => _life.Token;

    /// <summary>Why it ended.</summary>
    public string Gone => _gone;

    /// <summary>Since its last call ended; zero while one is under way.</summary>
    public TimeSpan Idle => _one.CurrentCount == 0 ? TimeSpan.Zero : world.Clock.GetElapsedTime(Volatile.Read(ref _used));

    /// <summary>The judged end of its episode; null where none has been begun, or one goes on.</summary>
    public SessionResult? Over => _episode?.Over;

    /// <summary>The tools of its episode; those of the usual agent where none has been begun.</summary>
    public IReadOnlyList<ToolDefinition> Tools => (_episode?.Scaffold ?? ScaffoldList.Of(world.Defaults.Agent)).Tools;

    public bool HasBegun => _episode is not null;

    /// <summary>Begins an episode; one that goes on is given up unjudged.</summary>
    /// <exception cref="InputException">There is no such task, agent or format.</exception>
    public Task<SessionResult> ResetAsync(EpisodeRequest request, CancellationToken cancel)
    {
        var scaffold = ScaffoldList.Of(request.Agent ?? world.Defaults.Agent);
        var format = (request.Format ?? scaffold.Format) is { } name ? ToolCallFormats.Of(name) : null;
        return AloneAsync(async token =>
        {
            var task = world.Tasks.Choose(request) with { Tests = request.Tests ?? world.Defaults.Tests };
            if (_episode is { } before) await before.DisposeAsync();
            _last = null;
            _episode = new(world, request, task, scaffold, format, world.Defaults.Limits(scaffold, request));
            try
            {
                return await _episode.BeginAsync(token);
            }
            catch
            {
                await _episode.DisposeAsync();
                _episode = null;
                throw;
            }
        }, cancel);
    }

    /// <summary>One action. Who asks again under the same number gets the same answer.</summary>
    /// <param name="requestId">The client's number of the request; null where it has none.</param>
    /// <exception cref="InputException">It is no action, or no episode goes on.</exception>
    public Task<SessionResult> StepAsync(JsonObject action, string? requestId, CancellationToken cancel)
    {
        lock (_using)
        {
            if (requestId is not null && _last is { } last && last.Id == requestId && !last.Step.IsFaulted) return last.Step.WaitAsync(cancel);
            var step = AloneAsync(token => Going().StepAsync(action, token), CancellationToken.None);
            if (requestId is not null && !step.IsFaulted) _last = (requestId, step);
            return step.WaitAsync(cancel);
        }
    }

    /// <summary>Judges the files as they are.</summary>
    public Task<SessionResult> FinishAsync(ExitReason reason, CancellationToken cancel) => AloneAsync(token => Going().FinishAsync(reason, token), cancel);

    public JsonObject State() => _episode is not { } episode
        ? new() { ["episode_id"] = null, ["step_count"] = 0, ["session_id"] = id, ["done"] = false }
        : new()
        {
            ["episode_id"] = episode.EpisodeId, ["step_count"] = episode.Steps, ["session_id"] = id, ["task_id"] = episode.Task.InstanceId, ["agent"] = episode.Scaffold.Name, ["tests"] = Words.Of(episode.Task.Tests),
            ["done"] = episode.Over is not null, ["reward"] = episode.Over?.Reward, ["busy"] = _one.CurrentCount == 0,
        };

    /// <param name="why">Told to who calls it later.</param>
    public Task CloseAsync(string why)
    {
        lock (_using)
        {
            if (_closing is not null) return _closing;
            _gone = why;
            return _closing = Task.Run(EndAsync);
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync("the session was closed");

    private LiveEpisode Going() => _episode ?? throw new InputException("no episode has begun: reset first");

    private async Task EndAsync()
    {
        await _life.CancelAsync();

        // Never released: what still waits for its turn is told that the session is gone.
        await _one.WaitAsync();
        if (_episode is { } episode) await episode.DisposeAsync();
    }

    private async Task<SessionResult> AloneAsync(Func<CancellationToken, Task<SessionResult>> work, CancellationToken cancel)
    {
        if (_life.IsCancellationRequested) throw new SessionGoneException(_gone);
        if (!await _one.WaitAsync(0, CancellationToken.None)) throw _life.IsCancellationRequested ? new SessionGoneException(_gone) : new SessionBusyException(id);
        return await Task.Run(() => OneAsync(work), CancellationToken.None).WaitAsync(cancel);
    }

    private async Task<SessionResult> OneAsync(Func<CancellationToken, Task<SessionResult>> work)
    {
        try
        {
            var result = await work(_life.Token);
            if (result.Done && result.Observation.TryAdd("session_id", id)) judged?.Invoke(result);
            else result.Observation["session_id"] = id;
            return result;
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            throw new SessionGoneException(_gone);
        }
        finally
        {
            Volatile.Write(ref _used, world.Clock.GetTimestamp());
            _one.Release();
        }
    }
}
