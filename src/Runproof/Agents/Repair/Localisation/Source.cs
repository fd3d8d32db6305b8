using System.Text;
using System.Text.RegularExpressions;

namespace Runproof.Agents.Repair.Localisation;

/// <summary>A file as far as it was read: lines that were not are empty.</summary>
/// <param name="Path">As the tests' tools name it.</param>
internal sealed partial class Source(string path, IReadOnlyList<string> lines)
{
    public string Path => path;

    /// <summary>From 0.</summary>
    public IReadOnlyList<string> Lines => lines;

    private readonly bool[] _isCode = CodeOf(lines);

    public string Text { get; } = string.Join('\n', lines) + "\n";

    /// <summary>Whether a line, from 0, holds more than a comment or documentation.</summary>
    public bool IsCode(int line) => _isCode[line];

    public static int Indentation(string line) => line.Length - line.TrimStart().Length;

    public static bool IsBlank(string line) => line.AsSpan().Trim().Length == 0;

    public static IEnumerable<string> WordsOf(string line) => Word().Matches(line).Select(match => match.Value);

    /// <summary>Line numbers, from 1, of byte offsets.</summary>
    public Func<int, int> LineFinder()
    {
        List<int> begins = [0];
        var bytes = Encoding.UTF8.GetBytes(Text);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n') begins.Add(i + 1);
        }

        return offset => begins.BinarySearch(offset) is var found && found >= 0 ? found + 1 : ~found;
    }

    private static bool[] CodeOf(IReadOnlyList<string> lines)
    {
        var isCode = new bool[lines.Count];
        string? end = null;
        for (var i = 0; i < lines.Count; i++)
        {
            var text = lines[i].Trim();
            if (end is not null)
            {
                if (text.Contains(end, StringComparison.Ordinal)) end = null;
                continue;
            }

            foreach (var (begins, ends) in Blocks)
            {
                if (!text.StartsWith(begins, StringComparison.Ordinal)) continue;
                if (text.IndexOf(ends, begins.Length, StringComparison.Ordinal) < 0) end = ends;
                text = "";
                break;
            }

            isCode[i] = text.Length > 0 && !text.StartsWith("//", StringComparison.Ordinal) && (text[0] != '#' || text.StartsWith("#include", StringComparison.Ordinal)) && !text.StartsWith("--", StringComparison.Ordinal);
        }

        return isCode;
    }

    private static readonly (string Begins, string Ends)[] Blocks = [("\"\"\"", "\"\"\""), ("r\"\"\"", "\"\"\""), ("'''", "'''"), ("/*", "*/")];

    [GeneratedRegex(@"[\p{L}_$][\w$]*")]
    private static partial Regex Word();
}
