using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>The rollouts whose calls are recorded. One that nobody asks about for long is forgotten.</summary>
internal sealed class GatewaySessions(IBackend backend, TimeSpan idle, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<string, GatewaySession> _sessions = [];

    public int Count => _sessions.Count;

    public IEnumerable<GatewaySession> All => _sessions.Values.OrderBy(session => session.CreatedAt);

    public IBackend Backend => backend;

    public GatewaySession Open(string? id, JsonObject? metadata = null, JsonObject? sampling = null)
    {
        foreach (var old in _sessions.Values.Where(session => session.Idle > idle)) Close(old.Id);
        id ??= Guid.NewGuid().ToString();
        return _sessions.GetOrAdd(id, name => new(name, metadata, sampling, backend, clock));
    }

    public GatewaySession? Find(string id) => _sessions.GetValueOrDefault(id);

    /// <returns>How many calls were recorded of it.</returns>
    public int Close(string id)
    {
        if (!_sessions.TryRemove(id, out var session)) return 0;
        session.Dispose();
        return session.Count;
    }

    public void Dispose()
    {
        foreach (var id in _sessions.Keys) Close(id);
        backend.Dispose();
    }
}
