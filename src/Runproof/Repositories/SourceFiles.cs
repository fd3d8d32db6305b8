using System.Text;

namespace Runproof.Repositories;

/// <summary>Looks at files of a repository from outside; nothing is followed, and no more is read than is needed.</summary>
internal static class SourceFiles
{
    private const int LongestLine = 200;

    /// <summary>The beginning of the first line; empty of a file that is no text.</summary>
    public static string FirstLine(string file)
    {
        Span<byte> beginning = stackalloc byte[LongestLine];
        using var stream = File.OpenRead(file);
        var read = beginning[..stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)];
        if (read.Contains((byte)0)) return "";
        var end = read.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? read : read[..end]);
    }
}
