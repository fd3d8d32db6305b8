using System.Text;

namespace Runproof.Agents.Terminals;

/// <summary>How a command of an agent stands.</summary>
internal enum ShellState
{
    Ended,

    /// <summary>It was killed at its time.</summary>
    TimedOut,

    /// <summary>It goes on in the shell that stays.</summary>
    Running,

    /// <summary>It ended the shell itself.</summary>
    Died,

    /// <summary>It ended all that ran in the sandbox, or needed more memory than there is.</summary>
    Lost,

    /// <summary>It was not run.</summary>
    Refused,
}

/// <param name="ExitCode">128 + signal number when a signal ended it; null where it has not ended by itself.</param>
/// <param name="Output">stdout and stderr as they came; the middle is left out where there is much.</param>
/// <param name="Folder">Where the shell that stays is now.</param>
internal sealed record ShellResult(ShellState State, int? ExitCode, string Output, string? Folder, TimeSpan Elapsed);

/// <param name="Size">Bytes in all, read or not.</param>
/// <param name="Problem">Why it cannot be read; null where it can.</param>
internal sealed record FileContent(ReadOnlyMemory<byte> Bytes, long Size, bool IsFolder, string? Problem)
{
    /// <summary>Null where it is no text in UTF-8, or not whole.</summary>
    public string? Text
    {
        get
        {
            if (Problem is not null || IsFolder || Bytes.Length < Size || Bytes.Span.Contains((byte)0)) return null;
            try
            {
                return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Bytes.Span);
            }
            catch (DecoderFallbackException)
            {
                return null;
            }
        }
    }
}
