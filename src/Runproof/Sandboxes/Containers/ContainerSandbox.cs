using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Runproof.Sandboxes.Containers;

/// <summary>
/// A sandbox whose every command is a container of its own over the same layers: nothing can outlive it, and no process that stays needs any power. What commands write lies on the host's disk until
/// the sandbox is reset or disposed of.
/// </summary>
internal sealed class ContainerSandbox : ISandbox
{
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(500);
    private readonly EngineClient _engine;
    private readonly ContainerCommand _command;
    private readonly WritableFolders _folders;
    private readonly LayerVolumes _volumes;
    private readonly OwnedLayers _owned;
    private readonly string _input;
    private readonly string _inputName;
    private int _disposed;

    private ContainerSandbox(EngineClient engine, ContainerCommand command, WritableFolders folders, LayerVolumes volumes, OwnedLayers owned)
    {
        (_engine, _command, _folders, _volumes, _owned) = (engine, command, folders, volumes, owned);
        _input = Path.Combine(folders.Folder, "in");
        _inputName = folders.NameOf(_input);
    }

    private SandboxLimits Limits => _command.Spec.Limits;

    /// <param name="folder">Below the workspace; the sandbox removes it.</param>
    /// <param name="command">Without its mounts, which have names only here.</param>
    public static async Task<ContainerSandbox> CreateAsync(EngineClient engine, ContainerCommand command, string root, string etc, string folder, OwnedLayers owned, CancellationToken cancel)
    {
        var folders = new WritableFolders(folder, command.User);
        var layers = new List<(string, string)>();
        var volumes = new LayerVolumes(engine, command.Labels.ToDictionary(), folders, layers);
        var sandbox = new ContainerSandbox(engine, command with { Fixed = ContainerCommand.FixedMounts(command.Spec, root, etc, folders.NameOf) }, folders, volumes, owned);
        try
        {
            foreach (var layer in await owned.OfAsync(command.Spec.Layers, folder, cancel)) layers.Add((layer, folders.NameOf(layer)));
            await volumes.MakeAsync(cancel);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    public async Task<ExecResult> ExecuteAsync(ExecRequest request, CancellationToken cancel = default)
    {
        var hasInput = !request.StandardInput.IsEmpty;
        if (hasInput) await WriteInputAsync(request.StandardInput, cancel);
        var (output, error) = (new HeadTailBuffer(Limits.OutputBytes), new HeadTailBuffer(Limits.OutputBytes));
        await using var container = await Container.StartAsync(
            _engine, _command.Body(request, _volumes.Mounts, hasInput ? _inputName : null, session: false), withInput: false, (isError, bytes) => (isError ? error : output).Append(bytes), cancel);
        var started = Stopwatch.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var end = container.EndAsync(over.Token);
        try
        {
            var tooMuch = await WatchAsync(end, request.WallTime);
            if (end.IsCompleted)
            {
                var (code, outOfMemory) = await end;
                var said = error.ToOutput();
                return new(code, output.ToOutput(), said, Stopwatch.GetElapsedTime(started), OutOfMemory: outOfMemory || ContainerCommand.SaysOutOfMemory(code, said));
            }

            await over.CancelAsync();
            await container.KillAsync();
            if (tooMuch) error.Append(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"runproof: ended, since more than {Limits.WrittenBytes} bytes were written\n")));
            return new(128 + Libc.SignalKill, output.ToOutput(), error.ToOutput(), Stopwatch.GetElapsedTime(started), TimedOut: !tooMuch);
        }
        finally
        {
            await over.CancelAsync();
            await ((Task)end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task<ISandboxSession> StartAsync(ExecRequest request, CancellationToken cancel = default)
    {
        var session = new ContainerSession(Limits.OutputBytes);
        session.Follow(await Container.StartAsync(_engine, _command.Body(request, _volumes.Mounts, null, session: true), withInput: true, session.Take, cancel));
        return session;
    }

    public async Task ResetAsync(CancellationToken cancel = default)
    {
        await _volumes.RemoveAsync();
        await _folders.ThrowAwayAsync();
        await _volumes.MakeAsync(cancel);
    }

    public async Task SnapshotAsync(string layer, CancellationToken cancel = default)
    {
        Directory.CreateDirectory(layer);
        foreach (var place in Directory.EnumerateDirectories(_folders.Written).Where(place => Directory.EnumerateFileSystemEntries(place).Any()))
            await _owned.TakeAsync(place, Path.Combine(layer, Path.GetFileName(place)), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        try
        {
            await _volumes.RemoveAsync();
        }
        finally
        {
            await _folders.DeleteAsync();
        }
    }

    private async Task WriteInputAsync(ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        await File.WriteAllBytesAsync(_input, input, cancel);
        File.SetUnixFileMode(_input, (UnixFileMode)0b110_100_100);
    }

    /// <summary>
    /// Until the end, the wall time, or more bytes than allowed: no engine can limit them for a folder, so they are counted now and then.
    /// </summary>
    /// <returns>Whether too much was written.</returns>
    private async Task<bool> WatchAsync(Task end, TimeSpan wallTime)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var left = wallTime - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || await Task.WhenAny(end, Task.Delay(left < Watch ? left : Watch)) == end) return false;
            var counted = await HostProcess.RunAsync(new("du", ["-sx", "--block-size=1", "--", _folders.Written]));
            if (long.TryParse(counted.Output.Split('\t')[0], CultureInfo.InvariantCulture, out var bytes) && bytes > Limits.WrittenBytes) return true;
        }
    }
}
