using System.Globalization;

namespace Runproof.Agents.Terminals;

/// <param name="Text">What the agent is shown of the command.</param>
internal sealed record ShellAnswer(string Text, ActionOutcome Outcome, double Seconds, int? ExitCode, string? Folder = null);

/// <summary>The shell that stays, for scaffolds in which a command ends or is ended: what does not end is interrupted, and where that does not help, the shell is a new one.</summary>
internal sealed class Shell(Terminal terminal, string folder)
{
    private bool _isPlaced;

    public async Task<ShellAnswer> RunAsync(string command, TimeSpan limit, CancellationToken cancel)
    {
        await PlaceAsync(cancel);
        var result = await terminal.RunAsync(command, limit, limit, cancel);
        switch (result.State)
        {
            case ShellState.Ended:
                return new(result.Output, result.ExitCode == 0 ? ActionOutcome.Done : ActionOutcome.Failed, result.Elapsed.TotalSeconds, result.ExitCode, result.Folder);
            case ShellState.Refused:
                return new(result.Output, ActionOutcome.Misused, 0, null);
            case ShellState.Running:
                var stopped = await terminal.InterruptAsync(cancel);
                var isNew = stopped.State != ShellState.Ended;
                if (isNew) await RestartAsync(cancel);
                var told = $"[the command did not end within {limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s and was {(isNew ? "killed; the shell is a new one" : "interrupted")}]";
                return new($"{result.Output}{stopped.Output}\n{told}", ActionOutcome.TimedOut, (result.Elapsed + stopped.Elapsed).TotalSeconds, null, stopped.Folder);
            default:
                Lost();
                return new($"{result.Output}\n{LostText(result)}", ActionOutcome.ShellLost, result.Elapsed.TotalSeconds, result.ExitCode);
        }
    }

    /// <summary>The next command finds a new shell in the repository's folder.</summary>
    public async Task RestartAsync(CancellationToken cancel)
    {
        await terminal.RestartAsync(cancel);
        _isPlaced = false;
    }

    /// <summary>The shell has ended: the next one begins in the repository's folder.</summary>
    public void Lost() => _isPlaced = false;

    /// <summary>A new shell begins in the repository's folder.</summary>
    public async Task PlaceAsync(CancellationToken cancel)
    {
        if (_isPlaced) return;
        await terminal.RunAsync("cd " + folder, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20), cancel);
        _isPlaced = true;
    }

    public static string LostText(ShellResult result) => result.State == ShellState.Died
        ? $"[the shell ended with exit code {result.ExitCode} and is a new one; variables and folder are lost]"
        : "[all that was running here was ended, by the command or for want of memory; the shell is a new one]";
}
