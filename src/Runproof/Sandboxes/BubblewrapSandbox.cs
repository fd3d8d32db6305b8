using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Runproof.Sandboxes;

/// <summary>
/// A sandbox of bubblewrap over an overlay mount. A holder (a shell in a mount namespace of its own, and in a user namespace
/// for an ordinary user) owns the mounts and starts each command; it dies with this process, and with it every mount and process.
/// </summary>
internal sealed class BubblewrapSandbox : ISandbox
{
    private const int CodeDigits = 3;
    private const int LongestMessage = 500;

    /// <summary>How long a command that was killed may take to be gone, on a machine under load.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(20);
    private static readonly SearchValues<char> NotPlain = SearchValues.Create(":,\\\"' \n");
    private readonly SandboxSpec _spec;
    private readonly string _folder;
    private readonly string _workspace;
    private readonly Process _holder;
    private readonly Cgroups.Group _group;
    private readonly OutputPump _output;
    private readonly OutputPump _error;
    private readonly string _fixedArguments;
    private readonly string _overlayOptions;
    private string? _nonce;
    private int _disposed;

    private BubblewrapSandbox(
        SandboxSpec spec, string workspace, string folder, string etc, Process holder, Cgroups.Group group, OutputPump output, OutputPump error, string overlayOptions)
    {
        (_spec, _workspace, _folder, _holder, _group, _output, _error, _overlayOptions) = (spec, workspace, folder, holder, group, output, error, overlayOptions);
        _fixedArguments = Quoted(BubblewrapArguments.Fixed(spec, Path.Combine(folder, "m/r"), etc));
        foreach (var mayNest in (bool[])[false, true]) File.WriteAllBytes(FilterPath(mayNest), SystemCallFilter.Program(mayNest));
        _holder.EnableRaisingEvents = true;
        _holder.Exited += (_, _) => ReleaseReaders();
    }

    public static async Task<BubblewrapSandbox> CreateAsync(
        SandboxSpec spec, string workspace, string folder, string etc, BubblewrapMachine machine, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.Combine(folder, "m"));
        var group = machine.Cgroups.Create(spec.Limits);
        var output = new OutputPump(Path.Combine(folder, "out"));
        var error = new OutputPump(Path.Combine(folder, "err"));
        var name = Path.GetRelativePath(workspace, folder);
        var layers = string.Join(':', spec.Layers.Select(layer => RelativeLayer(workspace, layer)).Append($"{name}/m/skeleton"));
        var options = $"{(machine.AsRoot ? "" : "userxattr,")}lowerdir={layers},upperdir={name}/m/upper,workdir={name}/m/work";
        var holder = await Launcher.StartAsync(machine.HolderStart(workspace));
        var sandbox = new BubblewrapSandbox(spec, workspace, folder, etc, holder, group, output, error, options);
        try
        {
            Libc.DumpNoCore(holder.Id);
            await sandbox.HolderAsync(machine.SetUpScript(spec.Limits, name, group) + " && " + sandbox.MountOverlay(), cancel);
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
        var input = "";
        if (!request.StandardInput.IsEmpty)
        {
            // Through a pipe: a file that is open can be opened again by way of /proc, for writing, on the host's disk.
            var file = Path.Combine(_folder, "in");
            await File.WriteAllBytesAsync(file, request.StandardInput, cancel);
            input = $"cat {Quote(file)} 2>/dev/null </dev/null | ";
        }

        var killsBefore = _group.OutOfMemoryKills();
        var started = Stopwatch.GetTimestamp();
        var run = RunAsync(input + Command(request, mayNest: false, input.Length == 0 ? "</dev/null" : ""), _spec.Limits.OutputBytes);
        var timedOut = false;
        try
        {
            await run.WaitAsync(request.WallTime, cancel);
        }
        catch (TimeoutException)
        {
            timedOut = true;
            KillCommand();
        }
        catch (OperationCanceledException)
        {
            KillCommand();
            await EndedAsync(run);
            throw;
        }

        var (code, output, error) = await EndedAsync(run);
        return new(code, output, error, Stopwatch.GetElapsedTime(started), timedOut, _group.OutOfMemoryKills() > killsBefore);
    }

    /// <summary>The end of a command that has ended, or was killed. Where its folder was deleted beneath it, nobody will ever say so.</summary>
    private async Task<(int Code, CapturedOutput Output, CapturedOutput Error)> EndedAsync(Task<(int, CapturedOutput, CapturedOutput)> run)
    {
        try
        {
            return await run.WaitAsync(LastWords);
        }
        catch (TimeoutException)
        {
            throw new SandboxException($"the sandbox in '{_folder}' does not answer: was the workspace deleted?");
        }
    }

    public Task<ISandboxSession> StartAsync(ExecRequest request, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var session = new BubblewrapSession(_folder, _spec.Limits.OutputBytes, KillCommand);
        if (request.MayNest) request = request with { Environment = new Dictionary<string, string>(request.Environment ?? new Dictionary<string, string>()) { ["RUNPROOF_FILTER"] = Convert.ToHexString(SystemCallFilter.Program(mayNest: false)) } };
        var command = Command(request, request.MayNest, $"<{Quote(session.RequestPipe)} >{Quote(session.ReplyPipe)}");
        session.Follow(LastWordsAsync(RunAsync($"{{ {command}; }}", _spec.Limits.OutputBytes)));
        return Task.FromResult<ISandboxSession>(session);

        static async Task<string> LastWordsAsync(Task<(int Code, CapturedOutput, CapturedOutput Error)> run)
        {
            try
            {
                var (code, _, error) = await run;
                return LastLine(error.Text) ?? $"exit code {code}";
            }
            catch (SandboxException error)
            {
                return error.Message;
            }
        }
    }

    public async Task ResetAsync(CancellationToken cancel = default)
    {
        var m = Quote(Path.Combine(_folder, "m"));

        // Folders can be deeper than a path can say; then all of the memory goes, which takes longer.
        var afresh = $"umount {m} && {BubblewrapMachine.MemoryScript(_spec.Limits, Path.GetRelativePath(_workspace, _folder))}";
        await HolderAsync($"umount {m}/r && {{ rm -rf {m}/upper {m}/work 2>/dev/null || {{ {afresh}; }}; }} && {MountOverlay()}", cancel);
    }

    public async Task SnapshotAsync(string layer, CancellationToken cancel = default)
    {
        // coreutils' cp: it alone keeps whiteouts and the extended attributes that mark replaced folders.
        // A change of owner, though to the same one, takes the bits away that lend an owner's rights (setuid, file capabilities): a layer lies on the host's disk.
        await HolderAsync($"/bin/cp -a {Quote(Path.Combine(_folder, "m/upper"))} {Quote(layer)} && /bin/chown -hR 0:0 {Quote(layer)}", cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        if (!_holder.HasExited)
        {
            KillCommand();
            _holder.Kill();
            await _holder.WaitForExitAsync();
        }

        _holder.Dispose();
        _output.Dispose();
        _error.Dispose();
        await Task.Run(_group.Dispose);
        WorkspaceFolders.Delete(_folder);
    }

    /// <summary>
    /// A command in a shell of its own, which becomes bubblewrap. Short of memory the kernel ends what runs inside, never the holder; and before anything else of the host.
    /// </summary>
    /// <param name="streams">Said inside: a shell that reads its script from stdin gives a subshell that stdin, whatever is said outside.</param>
    private string Command(ExecRequest request, bool mayNest, string streams) =>
        $"(echo 1000 >/proc/self/oom_score_adj; exec {_fixedArguments} {Quoted(BubblewrapArguments.PerCommand(request))} {streams} {BubblewrapArguments.FilterFile}<{Quote(FilterPath(mayNest))})";

    private string FilterPath(bool mayNest) => Path.Combine(_folder, mayNest ? "calls-nesting" : "calls");

    private string MountOverlay()
    {
        var m = Quote(Path.Combine(_folder, "m"));
        return $"mkdir -p {m}/upper {m}/work {m}/r && mount -t overlay -o {Quote(_overlayOptions)} overlay {m}/r";
    }

    private async Task HolderAsync(string script, CancellationToken cancel)
    {
        var (code, output, error) = await RunAsync($"{{ {script}; }} </dev/null", 16 << 10).WaitAsync(TimeSpan.FromMinutes(5), cancel);
        if (code != 0) throw new SandboxException($"the sandbox could not be set up: {LastLine(error.Text) ?? LastLine(output.Text) ?? $"exit code {code}"}");
    }

    /// <summary>One command of the holder, with both streams redirected to the pipes and ended by the marker.</summary>
    private async Task<(int Code, CapturedOutput Output, CapturedOutput Error)> RunAsync(string command, int outputBytes)
    {
        var nonce = "\u001e" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16)) + ":";
        _nonce = nonce;
        var (outPipe, errPipe) = (Quote(Path.Combine(_folder, "out")), Quote(Path.Combine(_folder, "err")));
        var script = $"{command} >{outPipe} 2>{errPipe}; c=$?; printf '{nonce}%03d' $c >{outPipe}; printf '{nonce}' >{errPipe}\n";
        var reading = _output.ReadToMarkerAsync(nonce, CodeDigits, outputBytes);
        var readingError = _error.ReadToMarkerAsync(nonce, 0, outputBytes);
        try
        {
            await _holder.StandardInput.WriteAsync(script);
            await _holder.StandardInput.FlushAsync();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            ReleaseReaders();
        }

        var (output, code) = await reading;
        var (errors, _) = await readingError;
        if (code == "---") throw new SandboxException($"the holder of a sandbox ended unexpectedly: {LastLine(errors.Text) ?? "no message"}");
        return (int.Parse(code, CultureInfo.InvariantCulture), output, errors);
    }

    private void ReleaseReaders()
    {
        if (Interlocked.Exchange(ref _nonce, null) is not { } nonce || _disposed != 0) return;
        _output.WriteMarker(nonce, "---");
        _error.WriteMarker(nonce, "");
    }

    /// <summary>
    /// Kills process 1 of the command's namespace: bubblewrap, its parent, ends only after all others in there are dead. Were bubblewrap killed, the holder would write its marker
    /// while they still write, into the output of the next command. Before there is a process 1, bubblewrap itself is killed.
    /// </summary>
    private void KillCommand()
    {
        foreach (var child in ProcessTree.ChildrenOf(_holder.Id))
        {
            var first = ProcessTree.ChildrenOf(child);
            foreach (var process in first.Count > 0 ? first : [child]) _ = Libc.Kill(process, Libc.SignalKill);
        }
    }

    /// <summary>Layers are named relative to the workspace: their own names are plain, so no character of the user's path needs escaping.</summary>
    private static string RelativeLayer(string workspace, string layer)
    {
        var relative = Path.GetRelativePath(workspace, layer);
        if (relative.StartsWith("..", StringComparison.Ordinal) || relative.AsSpan().ContainsAny(NotPlain))
            throw new SandboxException($"the layer '{layer}' does not lie below the workspace under a plain name");
        return relative;
    }

    /// <summary>Of a text that hostile code may have had a hand in, by the names of its files.</summary>
    private static string? LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } line ? line.Length <= LongestMessage ? line : line[..LongestMessage] + " …" : null;

    internal static string Quoted(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    internal static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
