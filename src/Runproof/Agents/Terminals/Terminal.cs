using System.Diagnostics;
using System.Globalization;
using System.Text;
using Runproof.Sandboxes;

namespace Runproof.Agents.Terminals;

/// <summary>
/// What an agent reaches of a sandbox: commands in fresh shells, one shell that stays (bash on a pseudoterminal), and files. A Perl script inside (<c>terminal.pl</c>; Git brings Perl) does it, so that no action starts more
/// than the command itself. Code that ends the script ends the shell with it, and what was written stays.
/// </summary>
/// <param name="variables">Of every command.</param>
internal sealed class Terminal(ISandbox sandbox, IReadOnlyDictionary<string, string>? variables = null) : IAsyncDisposable
{
    /// <summary>What a command or a file may have at most, in UTF-8.</summary>
    public const int MostBytes = 900_000;

    private const string Interrupt = "\u0003";

    /// <summary>How often Ctrl-C is pressed.</summary>
    private const int Presses = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly string Script = Read();
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private ISandboxSession? _session;

    // Python takes a compiled file for the right one when size and second of its source are the same: an agent edits and runs several times in a second.
    private readonly Dictionary<string, string> _variables = new(variables ?? new Dictionary<string, string>()) { ["PYTHONDONTWRITEBYTECODE"] = "1" };

    /// <summary>A command of the shell that stays has not ended yet.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>In a shell of its own, which is killed at its time. What it leaves in the background stays.</summary>
    public Task<ShellResult> RunFreshAsync(string command, TimeSpan limit, CancellationToken cancel) => ShellAsync($"fresh {Seconds(limit)}", command, limit, cancel);

    /// <summary>In the shell that stays.</summary>
    /// <param name="quiet">After this time without output it is told as running.</param>
    /// <exception cref="InvalidOperationException">A command is running there.</exception>
    public async Task<ShellResult> RunAsync(string command, TimeSpan limit, TimeSpan quiet, CancellationToken cancel)
    {
        if (IsRunning) throw new InvalidOperationException("a command is running");
        return Kept(await ShellAsync($"shell {Seconds(limit)} {Seconds(quiet)}", command, limit, cancel));
    }

    /// <summary>Types into what runs in the shell that stays; nothing at all waits for it.</summary>
    public async Task<ShellResult> TypeAsync(string keys, TimeSpan limit, TimeSpan quiet, CancellationToken cancel) =>
        Kept(await ShellAsync($"input {Seconds(limit)} {Seconds(quiet)}", keys, limit, cancel));

    /// <summary>
    /// Ctrl-C. A shell that is just starting a program takes it for itself and goes on waiting, as at any terminal: it is pressed again, as people do.
    /// </summary>
    public async Task<ShellResult> InterruptAsync(CancellationToken cancel)
    {
        var result = await TypeAsync(Interrupt, Patience, Patience, cancel);
        for (var again = 1; again < Presses && result.State == ShellState.Running; again++)
        {
            var next = await TypeAsync(Interrupt, Patience, Patience, cancel);
            result = next with { Output = result.Output + next.Output, Elapsed = result.Elapsed + next.Elapsed };
        }

        return result;
    }

    /// <summary>Ends the shell that stays and what runs in it; the next command finds a new one.</summary>
    public async Task RestartAsync(CancellationToken cancel)
    {
        IsRunning = false;
        if (_session is not null) await AskAsync("restart", "", TimeSpan.Zero, cancel);
    }

    /// <param name="most">Bytes that are read.</param>
    public async Task<FileContent> ReadAsync(string path, int most, CancellationToken cancel)
    {
        var (head, body) = await AskAsync($"read {most}", path, TimeSpan.FromSeconds(30), cancel);
        return head[0] switch
        {
            "file" => new(body, long.Parse(head[1], CultureInfo.InvariantCulture), IsFolder: false, null),
            "folder" => new(default, 0, IsFolder: true, null),
            _ => new(default, 0, IsFolder: false, string.Join(' ', head.Skip(1))),
        };
    }

    /// <summary>Makes missing folders.</summary>
    /// <returns>Why it could not be written; null where it was.</returns>
    public async Task<string?> WriteAsync(string path, string content, CancellationToken cancel)
    {
        if (Encoding.UTF8.GetByteCount(content) > MostBytes) return $"the file would have more than {MostBytes} bytes";
        var (head, _) = await AskAsync($"write {Encoding.UTF8.GetByteCount(path)}", path + content, TimeSpan.FromSeconds(30), cancel);
        return head[0] == "ok" ? null : string.Join(' ', head.Skip(1));
    }

    /// <summary>What lies below a folder, without hidden names; folders end with a slash. Null where there is no such folder.</summary>
    public async Task<IReadOnlyList<string>?> ListAsync(string path, int depth, CancellationToken cancel)
    {
        var (head, body) = await AskAsync($"list {depth}", path, TimeSpan.FromSeconds(30), cancel);
        return head[0] == "ok" ? Encoding.UTF8.GetString(body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries) : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
        _session = null;
    }

    private ShellResult Kept(ShellResult result)
    {
        IsRunning = result.State == ShellState.Running;
        return result;
    }

    private async Task<ShellResult> ShellAsync(string line, string command, TimeSpan limit, CancellationToken cancel)
    {
        if (Encoding.UTF8.GetByteCount(command) > MostBytes) return new(ShellState.Refused, null, $"a command of more than {MostBytes} bytes is not run", null, TimeSpan.Zero);
        var started = Stopwatch.GetTimestamp();
        var (head, body) = await AskAsync(line, command, limit, cancel);
        var (state, code) = head[0] switch
        {
            "exit" => (ShellState.Ended, int.Parse(head[1], CultureInfo.InvariantCulture)),
            "timeout" => (ShellState.TimedOut, (int?)null),
            "running" => (ShellState.Running, null),
            "died" => (ShellState.Died, int.Parse(head[1], CultureInfo.InvariantCulture)),
            "lost" => (ShellState.Lost, null),
            _ => (ShellState.Refused, null),
        };
        var folder = state == ShellState.Ended && head.Length > 2 ? string.Join(' ', head.Skip(2)) : null;
        var output = state == ShellState.Refused ? string.Join(' ', head.Skip(1)) : Encoding.UTF8.GetString(body.Span);
        return new(state, code, output, folder, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>The words of the first line of the answer, and what follows it.</summary>
    /// <exception cref="SandboxException">The sandbox itself does not work any more.</exception>
    private async Task<(string[] Head, ReadOnlyMemory<byte> Body)> AskAsync(string line, string body, TimeSpan limit, CancellationToken cancel)
    {
        _session ??= await BeginAsync(cancel);
        try
        {
            var answer = (await _session.AskAsync(Encoding.UTF8.GetBytes($"{line}\n{body}"), limit + Grace, cancel)).Bytes;
            var end = answer.Span.IndexOf((byte)'\n');
            return end < 0 ? (["lost"], default) : (Encoding.UTF8.GetString(answer.Span[..end]).Split(' '), answer[(end + 1)..]);
        }
        catch (SandboxException)
        {
            // What runs inside may have killed all around it. A sandbox that still starts commands is whole.
            await _session.DisposeAsync();
            (_session, IsRunning) = (null, false);
            _session = await BeginAsync(cancel);
            return (["lost"], default);
        }
    }

    private async Task<ISandboxSession> BeginAsync(CancellationToken cancel)
    {
        var session = await sandbox.StartAsync(new(["perl", "-e", Script], TimeSpan.Zero, Environment: _variables), cancel);
        try
        {
            await session.AskAsync("restart\n"u8.ToArray(), TimeSpan.FromSeconds(60), cancel);
            return session;
        }
        catch (SandboxException error)
        {
            await session.DisposeAsync();
            throw new SandboxException($"no terminal in the sandbox: {error.Message} (it needs perl and bash)", error);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Read()
    {
        using var reader = new StreamReader(typeof(Terminal).Assembly.GetManifestResourceStream("terminals/terminal.pl")!);
        return reader.ReadToEnd();
    }
}
