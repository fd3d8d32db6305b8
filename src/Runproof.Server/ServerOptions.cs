using System.Net;
using Runproof.Rollouts;
using Runproof.Rollouts.Sessions;
using Runproof.Tasks;

namespace Runproof.Server;

/// <summary>How the server listens, and how much it holds.</summary>
/// <param name="Port">0: one that is free.</param>
/// <param name="Token">Asked of every client but for <c>/health</c>; null: of none, which only an address of this machine allows.</param>
/// <param name="Idle">A session without a call for so long ends.</param>
/// <param name="PingEvery">How often the other end of a WebSocket is asked whether it is there.</param>
/// <param name="PingTimeout">One that does not answer in this time is gone.</param>
internal sealed record ServerOptions(IPAddress Host, int Port, string? Token, int MaxSessions, TimeSpan Idle, TimeSpan PingEvery, TimeSpan PingTimeout)
{
    public const string TokenVariable = "RUNPROOF_TOKEN";

    /// <summary>Bodies of requests: conversations with pictures are long.</summary>
    public const long MostBodyBytes = 1L << 30;

    /// <summary>What an idle sandbox with its shell takes, and a grading one needs beside.</summary>
    private const long BytesPerSession = 512L << 20;

    private const int SessionsPerCore = 16;

    public static ServerOptions Default { get; } = new(IPAddress.Loopback, 8000, null, DefaultSessions(), TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20));

    /// <exception cref="InputException">The host is no address, or one that others reach without a token.</exception>
    public static ServerOptions Read(string host, int port, string? token, int? sessions, double? idleSeconds)
    {
        var address = host is "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out var read) ? read : throw new InputException($"--host '{host}': give an address of this machine, such as 127.0.0.1 or 0.0.0.0");
        token = string.IsNullOrWhiteSpace(token) ? null : token.Trim();
        if (token is not null && !token.All(letter => letter is > ' ' and < '\u007f')) throw new InputException($"--token (or {TokenVariable}) holds characters that no header can carry: letters, digits and signs only");
        if (token is null && !IPAddress.IsLoopback(address)) throw new InputException($"--host {host} lets others in: give --token TOKEN or set {TokenVariable}");
        if (port is < 0 or > 65535) throw new InputException($"--port {port}: give 0 to 65535");
        return Default with { Host = address, Port = port, Token = token, MaxSessions = sessions ?? Default.MaxSessions, Idle = idleSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Default.Idle };
    }

    private static int DefaultSessions() => (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesPerSession, 1, Environment.ProcessorCount * SessionsPerCore);
}

/// <summary>What environments there are.</summary>
/// <param name="Ids">The only tasks; null: all that the filter lets through.</param>
/// <param name="Jobs">Verdicts at once.</param>
internal sealed record GymOptions(TaskFilter Filter, IReadOnlyList<string>? Ids, EpisodeDefaults Defaults, RewardPlan Rewards, int Seed, int Jobs);
