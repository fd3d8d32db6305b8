using System.Text;

namespace Runproof.Sandboxes;

/// <summary>A command to run in a sandbox. No shell is involved unless it names one.</summary>
/// <param name="Environment">Added to the pinned environment of the sandbox; the host's is not inherited.</param>
/// <param name="WallTime">After this the command and all its processes are killed.</param>
/// <param name="MayNest">A session of ours that puts each of its answers into namespaces of its own, and brings its filter of system calls itself.</param>
public sealed record ExecRequest(
    IReadOnlyList<string> Arguments,
    TimeSpan WallTime,
    string WorkingDirectory = SandboxPaths.Testbed,
    IReadOnlyDictionary<string, string>? Environment = null,
    ReadOnlyMemory<byte> StandardInput = default,
    bool MayNest = false)
{
    public static ExecRequest Shell(string script, TimeSpan wallTime) => new(["sh", "-c", script], wallTime);
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">128 + signal number when a signal ended it.</param>
/// <param name="OutOfMemory">The kernel killed something for the memory limit during the command.</param>
public sealed record ExecResult(
    int ExitCode, CapturedOutput Output, CapturedOutput Error, TimeSpan Elapsed, bool TimedOut = false, bool OutOfMemory = false)
{
    public bool Succeeded => ExitCode == 0 && !TimedOut;
}

/// <summary>Head and tail of a stream, and how many bytes it had.</summary>
public sealed record CapturedOutput(ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Tail, long TotalBytes)
{
    public bool IsWhole => Head.Length + Tail.Length == TotalBytes;

    /// <summary>UTF-8, invalid bytes replaced; a line says how much was left out.</summary>
    public string Text => IsWhole
        ? Decode(Bytes.Span)
        : $"{Decode(Head.Span)}\n[... {TotalBytes - Head.Length - Tail.Length} bytes left out ...]\n{Decode(Tail.Span)}";

    /// <summary>What was kept, without a mark at the gap.</summary>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            if (Tail.IsEmpty) return Head;
            var all = new byte[Head.Length + Tail.Length];
            Head.Span.CopyTo(all);
            Tail.Span.CopyTo(all.AsSpan(Head.Length));
            return all;
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
