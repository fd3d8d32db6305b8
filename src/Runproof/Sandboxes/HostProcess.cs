using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Runproof.Sandboxes;

/// <summary>A tool on the host: git, ast-grep, apt. Never code from a repository.</summary>
/// <param name="Environment">Added to the host's; a null value removes a variable.</param>
internal sealed record HostCommand(
    string Program,
    IReadOnlyList<string> Arguments,
    string? WorkingDirectory = null,
    IReadOnlyDictionary<string, string?>? Environment = null,
    string? Input = null,
    TimeSpan? WallTime = null);

/// <param name="Error">The end of stderr.</param>
internal sealed record HostResult(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    public string LastErrorLine => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? $"exit code {ExitCode}";
}

internal static class HostProcess
{
    private const int NotFound = 127;
    private const int TimedOut = 124;

    /// <summary>Runs to the end; a program that does not exist gives exit code 127 as in a shell, one that is cut off 124.</summary>
    public static async Task<HostResult> RunAsync(HostCommand command, CancellationToken cancel = default)
    {
        var output = "";
        var result = await ReadAsync(command, async (reader, token) => output = await reader.ReadToEndAsync(token), cancel);
        return result with { Output = output };
    }

    /// <summary>As <see cref="RunAsync"/>, giving each line of stdout as it comes; <see cref="HostResult.Output"/> is empty.</summary>
    public static Task<HostResult> StreamAsync(HostCommand command, Action<string> onLine, CancellationToken cancel = default) => ReadAsync(
        command,
        async (reader, token) =>
        {
            while (await reader.ReadLineAsync(token) is { } line) onLine(line);
        },
        cancel);

    private static async Task<HostResult> ReadAsync(HostCommand command, Func<StreamReader, CancellationToken, Task> read, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(command.WallTime ?? TimeSpan.FromMinutes(10));
        Process process;
        try
        {
            process = await Launcher.StartAsync(StartInfo(command));
        }
        catch (Win32Exception error)
        {
            return new(NotFound, "", $"{command.Program}: {error.Message}");
        }

        using (process)
        {
            var errors = ReadTailAsync(process.StandardError);
            try
            {
                var writing = WriteInputAsync(process, command.Input);
                await read(process.StandardOutput, limit.Token);
                await writing;
                await process.WaitForExitAsync(limit.Token);
                return new(process.ExitCode, "", await errors);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancel.ThrowIfCancellationRequested();
                return new(TimedOut, "", $"{command.Program}: no end after {command.WallTime ?? TimeSpan.FromMinutes(10)}");
            }
        }
    }

    private static ProcessStartInfo StartInfo(HostCommand command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in command.Environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return start;
    }

    private static async Task WriteInputAsync(Process process, string? input)
    {
        try
        {
            if (input is not null) await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(input));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The tool did not want all of its input; its exit code tells.
        }
    }

    private static async Task<string> ReadTailAsync(StreamReader reader)
    {
        var tail = new HeadTailBuffer(64 << 10);
        var buffer = new byte[8 << 10];
        int read;
        while ((read = await reader.BaseStream.ReadAsync(buffer)) > 0) tail.Append(buffer.AsSpan(0, read));
        return tail.ToOutput().Text;
    }
}
