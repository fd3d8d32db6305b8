using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>The calls of one rollout.</summary>
/// <param name="sampling">Laid over what the client asks for: the trainer decides how is sampled.</param>
internal sealed class GatewaySession(string id, JsonObject? metadata, JsonObject? sampling, IBackend backend, TimeProvider clock) : IDisposable
{
    /// <summary>Replies that can be given again; clients ask again for the last ones.</summary>
    private const int MostKept = 8;

    /// <summary>Earlier calls that are looked at for one that a prompt goes on from.</summary>
    private const int MostCompared = 16;

    private readonly Lock _using = new();
    private readonly List<Trace> _traces = [];
    private readonly Dictionary<string, Exchange> _exchanges = [];
    private readonly Queue<(string Digest, Exchange Exchange)> _order = [];
    private readonly CancellationTokenSource _life = new();
    private long _used = clock.GetTimestamp();
    private int _running;

    public string Id => id;

    public JsonObject? Metadata => metadata;

    public DateTimeOffset CreatedAt { get; } = clock.GetUtcNow();

    /// <summary>Requests that were answered again instead of sampled again.</summary>
    public int Repeats { get; private set; }

    public TimeSpan Idle => Volatile.Read(ref _running) > 0 ? TimeSpan.Zero : clock.GetElapsedTime(Volatile.Read(ref _used));

    public int Count
    {
        get
        {
            lock (_using) return _traces.Count;
        }
    }

    public IReadOnlyList<Trace> Traces()
    {
        lock (_using) return [.. _traces];
    }

    /// <summary>Asks the backend, or finds the reply to a request that came before.</summary>
    /// <param name="digest">Of the request as the client sent it.</param>
    /// <param name="isRetry">The client says that it asks again.</param>
    public Exchange Ask(JsonObject request, string digest, bool isRetry)
    {
        lock (_using)
        {
            ObjectDisposedException.ThrowIf(_life.IsCancellationRequested, this);
            Volatile.Write(ref _used, clock.GetTimestamp());
            if (isRetry && _exchanges.TryGetValue(digest, out var known) && known.IsGood)
            {
                Repeats++;
                return known;
            }

            var exchange = new Exchange();
            _exchanges[digest] = exchange;
            _order.Enqueue((digest, exchange));
            while (_order.Count > MostKept)
            {
                var (oldest, gone) = _order.Dequeue();
                if (_exchanges.GetValueOrDefault(oldest) == gone) _exchanges.Remove(oldest);
            }

            Interlocked.Increment(ref _running);
            _ = Task.Run(() => RunAsync(request, exchange));
            return exchange;
        }
    }

    /// <summary>Of a request: the way it was asked and its bytes.</summary>
    public static string Digest(string way, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(way + "\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public JsonObject Info() => new()
    {
        ["session_id"] = id, ["trace_count"] = Count, ["created_at"] = CreatedAt.ToUnixTimeMilliseconds() / 1000.0, ["repeats"] = Repeats, ["metadata"] = metadata?.DeepClone() ?? new JsonObject(),
    };

    /// <summary>Ends what is under way.</summary>
    public void Dispose() => _life.Cancel();

    private async Task RunAsync(JsonObject request, Exchange exchange)
    {
        var (started, at) = (Stopwatch.GetTimestamp(), clock.GetUtcNow());
        foreach (var (name, value) in sampling ?? []) request[name] = value?.DeepClone();
        var capture = Capture.Begin(request);
        BackendException? fault = null;
        try
        {
            using var reply = await backend.AskAsync(request, _life.Token);
            exchange.Begin(reply.Status, reply.Problem);
            await foreach (var part in reply.Parts)
            {
                if (capture.Take(part)) exchange.Add(JsonSerializer.SerializeToUtf8Bytes(part, Catalogue.Json.Compact));
            }
        }
        catch (BackendException error)
        {
            fault = error;
        }
        catch (OperationCanceledException)
        {
            fault = new(410, "the session was closed");
        }
        catch (Exception error)
        {
            fault = new(502, $"the backend failed: {error.Message}");
        }
        finally
        {
            // First the record, then the end: who has seen the whole reply finds its trace.
            Record(request, capture, Stopwatch.GetElapsedTime(started).TotalMilliseconds, at, fault?.Message);
            Volatile.Write(ref _used, clock.GetTimestamp());
            Interlocked.Decrement(ref _running);
            exchange.End(fault);
        }
    }

    private void Record(JsonObject request, Capture capture, double latency, DateTimeOffset at, string? problem)
    {
        lock (_using)
        {
            IReadOnlyList<Trace> before = [.. Enumerable.Reverse(_traces).Take(MostCompared)];
            foreach (var (number, choice) in capture.Choices) _traces.Add(Trace.Of(before, id, number, request, choice, capture, latency, at, problem));
        }
    }
}
