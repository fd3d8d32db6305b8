using System.Text;

namespace Runproof.Languages.Reports;

/// <summary>Reads lines of UTF-8 text in bounded memory: a line that is too long is cut and marked, invalid bytes are replaced.</summary>
internal static class BoundedLines
{
    private const int MostBytes = 1 << 20;

    /// <param name="IsWhole">The line was not cut, and a line feed ended it.</param>
    internal readonly record struct Line(string Text, bool IsWhole);

    public static IEnumerable<Line> Read(Stream stream)
    {
        var buffer = new byte[64 << 10];
        var line = new List<byte>();
        var cut = false;
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            var start = 0;
            while (start < read)
            {
                var end = Array.IndexOf(buffer, (byte)'\n', start, read - start);
                var part = buffer.AsSpan(start, (end < 0 ? read : end) - start);
                var room = MostBytes - line.Count;
                if (part.Length > room) cut = true;
                line.AddRange(part[..Math.Min(part.Length, room)]);
                if (end < 0) break;
                yield return new(Text(line), !cut);
                line.Clear();
                cut = false;
                start = end + 1;
            }
        }

        if (line.Count > 0) yield return new(Text(line), false);
    }

    private static string Text(List<byte> line) => Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
}
