using System.Text;

namespace Runproof.Sandboxes;

/// <summary>Single files of a sandbox, read and written inside of it: no path, link or device there can lead host code anywhere.</summary>
public static class SandboxFiles
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <param name="path">Absolute, or relative to the repository.</param>
    /// <exception cref="IOException">There is no such file, it cannot be read, or it is larger than the sandbox's limit of output.</exception>
    public static async Task<byte[]> ReadFileAsync(this ISandbox sandbox, string path, CancellationToken cancel = default)
    {
        var result = await sandbox.ExecuteAsync(new(["cat", "--", path], Patience), cancel);
        if (!result.Succeeded) throw new IOException(Reason(result, path));
        return result.Output.IsWhole ? result.Output.Bytes.ToArray() : throw new IOException($"'{path}' is too large to be read: {result.Output.TotalBytes} bytes");
    }

    /// <summary>Writes a file whole; folders on the way are made.</summary>
    /// <param name="path">Absolute, or relative to the repository.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task WriteFileAsync(this ISandbox sandbox, string path, ReadOnlyMemory<byte> content, CancellationToken cancel = default)
    {
        const string Script = "mkdir -p -- \"$(dirname -- \"$1\")\" && cat >\"$1\"";
        var result = await sandbox.ExecuteAsync(new(["sh", "-c", Script, "sh", path], Patience, StandardInput: content), cancel);
        if (!result.Succeeded) throw new IOException(Reason(result, path));
    }

    public static Task WriteFileAsync(this ISandbox sandbox, string path, string content, CancellationToken cancel = default) =>
        sandbox.WriteFileAsync(path, Encoding.UTF8.GetBytes(content), cancel);

    private static string Reason(ExecResult result, string path) =>
        result.TimedOut ? $"'{path}': no answer" : result.Error.Text.Trim() is { Length: > 0 } said ? said : $"'{path}': exit code {result.ExitCode}";
}
