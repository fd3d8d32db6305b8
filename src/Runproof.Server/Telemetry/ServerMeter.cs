using System.Diagnostics.Metrics;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Gateway;
using Runproof.Server.Sessions;

namespace Runproof.Server.Telemetry;

/// <summary>What the server counts of itself, as OpenTelemetry's meters.</summary>
internal sealed class ServerMeter : IDisposable
{
    public const string Name = "Runproof.Server";
    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _episodes;
    private readonly Histogram<double> _seconds;

    public ServerMeter(SessionTable sessions, GatewaySessions? gateway)
    {
        _meter.CreateObservableGauge("runproof.sessions.active", () => sessions.Active, description: "Slots in use");
        _meter.CreateObservableGauge("runproof.sessions.max", () => sessions.Most, description: "Slots");
        _meter.CreateObservableGauge("runproof.gateway.sessions", () => gateway?.Count ?? 0, description: "Rollouts whose calls are recorded");
        _episodes = _meter.CreateCounter<long>("runproof.episodes", description: "Judged episodes, by outcome");
        _seconds = _meter.CreateHistogram<double>("runproof.episode.seconds", "s", "From the reset to the verdict");
    }

    public void Judged(SessionResult result)
    {
        if (result.Rollout is not { } rollout) return;
        _episodes.Add(1, KeyValuePair.Create("outcome", (object?)Rollouts.Words.Of(rollout.Outcome)));
        _seconds.Record(rollout.Seconds);
    }

    public void Dispose() => _meter.Dispose();
}
