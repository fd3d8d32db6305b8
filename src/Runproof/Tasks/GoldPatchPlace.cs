using System.Globalization;

namespace Runproof.Tasks;

/// <summary>Where a patch begins to change a file.</summary>
internal static class GoldPatchPlace
{
    /// <summary>The first line that changes, by the numbers of the patched file; 0 where the patch has no hunk.</summary>
    public static int FirstLine(string patch)
    {
        var lines = patch.Split('\n');
        var head = Array.FindIndex(lines, line => line.StartsWith("@@ ", StringComparison.Ordinal));
        if (head < 0) return 0;
        var words = lines[head].Split(' ');
        if (words.Length < 3 || !int.TryParse(words[2].TrimStart('+').Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)) return 0;
        return start + lines.Skip(head + 1).TakeWhile(line => line.StartsWith(' ')).Count();
    }
}
