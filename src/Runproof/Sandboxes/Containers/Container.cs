namespace Runproof.Sandboxes.Containers;

/// <summary>How a container ended.</summary>
internal sealed record ContainerEnd(int ExitCode, bool OutOfMemory);

/// <summary>One started container: a command and all that it starts.</summary>
internal sealed class Container : IAsyncDisposable
{
    /// <summary>How long a container that was killed may take to be gone, on a machine under load.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(200);
    private readonly EngineClient _engine;
    private readonly string _id;
    private readonly AttachedStream _stream;

    private Container(EngineClient engine, string id, AttachedStream stream) => (_engine, _id, _stream) = (engine, id, stream);

    /// <summary>Completes when all that was written has been passed on.</summary>
    public Task Output { get; private set; } = Task.CompletedTask;

    public static async Task<Container> StartAsync(EngineClient engine, object body, bool withInput, ContainerOutput output, CancellationToken cancel)
    {
        var made = (await engine.PostAsync("containers/create", body, cancel)).OrThrow("make a sandbox's container");
        var id = made.Json.GetProperty("Id").GetString()!;
        AttachedStream? stream = null;
        try
        {
            // Before it starts, so that nothing it says is lost.
            stream = new(await engine.AttachAsync(id, withInput, cancel));
            var container = new Container(engine, id, stream) { Output = stream.PumpAsync(output) };
            (await engine.PostAsync($"containers/{id}/start", cancel: cancel)).OrThrow("start a sandbox's container");
            return container;
        }
        catch
        {
            if (stream is not null) await stream.DisposeAsync();
            await engine.DeleteAsync($"containers/{id}?force=1&v=1", CancellationToken.None);
            throw;
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => _stream.WriteAsync(bytes, cancel);

    /// <exception cref="SandboxException">Somebody else removed it, or the engine is gone.</exception>
    public async Task<ContainerEnd> EndAsync(CancellationToken cancel)
    {
        var end = await StateAsync(cancel);

        // A command that was killed, or a container that somebody is removing: for a moment the two look alike.
        for (var i = 0; i < 20 && end is { ExitCode: 128 + Libc.SignalKill, OutOfMemory: false }; i++)
        {
            await Task.Delay(MostPatience, cancel);
            await StateAsync(cancel);
        }

        return end;
    }

    private async Task<ContainerEnd> StateAsync(CancellationToken cancel)
    {
        await Output.WaitAsync(cancel);

        // Asked again and again: podman's own way of waiting looks but four times a second.
        for (var patience = TimeSpan.FromMilliseconds(5); ; patience = patience < MostPatience ? patience * 2 : MostPatience)
        {
            var reply = await _engine.GetAsync($"containers/{_id}/json", cancel);
            if (!reply.Succeeded) throw new SandboxException($"the container of a sandbox is gone, as if somebody else had removed it: {reply.Message}");
            var state = reply.Json.GetProperty("State");
            if (state.GetProperty("Status").GetString() is "exited" or "stopped" or "dead")
                return new(state.GetProperty("ExitCode").GetInt32(), state.TryGetProperty("OOMKilled", out var killed) && killed.GetBoolean());
            await Task.Delay(patience, cancel);
        }
    }

    /// <summary>Ends it and all its processes.</summary>
    public async Task KillAsync()
    {
        await _engine.PostAsync($"containers/{_id}/kill?signal=KILL");
        using var patience = new CancellationTokenSource(LastWords);
        try
        {
            await StateAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new SandboxException($"the container engine did not end a container within {LastWords.TotalSeconds:0} s after it was killed");
        }
    }

    /// <summary>Removes it; where it still runs, all its processes end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _engine.DeleteAsync($"containers/{_id}?force=1&v=1");
        await _stream.DisposeAsync();
    }
}
