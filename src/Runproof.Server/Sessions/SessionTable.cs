using System.Collections.Concurrent;
using Runproof.Rollouts.Sessions;

namespace Runproof.Server.Sessions;

/// <summary>All slots are taken.</summary>
internal sealed class CapacityException(int active, int most) : Exception($"all {most} sessions are in use ({active} active): close one, or start the server with more (--max-sessions)")
{
    public int Active => active;

    public int Most => most;
}

/// <summary>
/// The sessions of a server. One takes a slot from its beginning until it is closed, idle for too long, or, where it belongs to no connection, judged. A slot is given back only when its sandbox is gone, and whatever
/// happens to a client, one of these comes.
/// </summary>
internal sealed class SessionTable(SessionWorld world, int most, TimeSpan idle) : IAsyncDisposable
{
    /// <summary>Judged sessions whose end can still be asked for.</summary>
    private const int MostJudged = 4096;

    private readonly ConcurrentDictionary<string, EnvironmentSession> _sessions = [];
    private readonly ConcurrentDictionary<string, SessionResult> _judged = [];
    private readonly ConcurrentQueue<string> _judgedOrder = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _reaping = Task.CompletedTask;
    private int _active;

    /// <summary>An episode was judged.</summary>
    public event Action<SessionResult>? Judging;

    public int Active => Volatile.Read(ref _active);

    public int Most => most;

    /// <summary>Begins to look for idle sessions.</summary>
    public void Start() => _reaping = ReapAsync();

    /// <param name="id">The client's own name for it; null: a new one that cannot be guessed.</param>
    /// <exception cref="CapacityException">All slots are taken.</exception>
    /// <exception cref="InputException">There is a session of that name.</exception>
    public EnvironmentSession Open(string? id = null)
    {
        Take();
        var session = new EnvironmentSession(world, id ?? Guid.NewGuid().ToString("n"), result => Judging?.Invoke(result));
        if (_sessions.TryAdd(session.Id, session)) return session;
        Interlocked.Decrement(ref _active);
        throw new InputException($"there is a session '{session.Id}' already: close it first");
    }

    /// <summary>A slot without a session, until it is disposed of.</summary>
    /// <exception cref="CapacityException">All slots are taken.</exception>
    public IDisposable Reserve()
    {
        Take();
        return new Slot(this);
    }

    public EnvironmentSession? Find(string id) => _sessions.GetValueOrDefault(id);

    /// <summary>How a session ended that holds no slot any more; null where none of that name was judged.</summary>
    public SessionResult? Judged(string id) => _judged.GetValueOrDefault(id);

    /// <summary>Gives the slot back of a session that no connection holds, once its episode is judged.</summary>
    public async Task<SessionResult> SettleAsync(EnvironmentSession session, SessionResult result)
    {
        if (!result.Done) return result;
        if (_judged.TryAdd(session.Id, result)) _judgedOrder.Enqueue(session.Id);
        while (_judgedOrder.Count > MostJudged && _judgedOrder.TryDequeue(out var oldest)) _judged.TryRemove(oldest, out _);
        await CloseAsync(session, "its episode is over");
        return result;
    }

    public async Task CloseAsync(EnvironmentSession session, string why)
    {
        if (!_sessions.TryRemove(KeyValuePair.Create(session.Id, session)))
        {
            await session.CloseAsync(why);
            return;
        }

        try
        {
            await session.CloseAsync(why);
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }

    /// <summary>A new episode under an old name.</summary>
    public void Forget(string id) => _judged.TryRemove(id, out _);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reaping;

        // One that cannot be ended keeps no other from it; the next start removes what is left of it.
        while (!_sessions.IsEmpty) await ((Task)Task.WhenAll(_sessions.Values.Select(session => CloseAsync(session, "the server stops")))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Take()
    {
        var active = Interlocked.Increment(ref _active);
        if (active <= most && !_stop.IsCancellationRequested) return;
        Interlocked.Decrement(ref _active);
        throw new CapacityException(active - 1, most);
    }

    private async Task ReapAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Clamp(idle.TotalMilliseconds / 4, 20, 5000)));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                // Not one after the other: one that is slow to end holds up no other.
                foreach (var session in _sessions.Values.Where(session => session.Idle > idle)) _ = CloseAsync(session, $"no call came for {idle.TotalSeconds:0.###} s");
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private sealed class Slot(SessionTable table) : IDisposable
    {
        private int _isFree;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isFree, 1) == 0) Interlocked.Decrement(ref table._active);
        }
    }
}
