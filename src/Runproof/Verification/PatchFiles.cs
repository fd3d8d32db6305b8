using System.Text;

namespace Runproof.Verification;

/// <summary>
/// The files that a patch of our own names. What an answer changes is not read from its diff but from what it wrote (<see cref="AnswerLayers"/>): two readers of one diff can disagree.
/// </summary>
internal static class PatchFiles
{
    public static IReadOnlySet<string> Of(string patch) => Sections(patch).SelectMany(PathsOf).ToHashSet();

    private static List<List<string>> Sections(string diff)
    {
        List<List<string>> sections = [];
        var lines = diff.Split('\n');
        var (oldLeft, newLeft) = (0, 0);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (oldLeft <= 0 && newLeft <= 0)
            {
                // A header only counts outside of a hunk: a hunk's text may look like one.
                if (line.StartsWith("diff --git ", StringComparison.Ordinal)) sections.Add([]);
                else if (line.StartsWith("--- ", StringComparison.Ordinal) && i + 1 < lines.Length && lines[i + 1].StartsWith("+++ ", StringComparison.Ordinal)
                         && (sections.Count == 0 || sections[^1].Any(known => known.StartsWith("+++ ", StringComparison.Ordinal)))) sections.Add([]);
                else if (line.StartsWith("@@ ", StringComparison.Ordinal)) (oldLeft, newLeft) = HunkLengths(line);
            }
            else
            {
                if (!line.StartsWith('+') && !line.StartsWith('\\')) oldLeft--;
                if (!line.StartsWith('-') && !line.StartsWith('\\')) newLeft--;
            }

            if (sections.Count > 0 && !(i == lines.Length - 1 && line.Length == 0)) sections[^1].Add(line);
        }

        return sections;
    }

    private static (int Old, int New) HunkLengths(string header)
    {
        var words = header.Split(' ');
        return words.Length < 3 ? (0, 0) : (Length(words[1]), Length(words[2]));
        static int Length(string range) => range.IndexOf(',') is >= 0 and var comma ? (int.TryParse(range[(comma + 1)..], out var count) ? count : 0) : 1;
    }

    private static List<string> PathsOf(List<string> section)
    {
        List<string> paths = [];
        foreach (var line in section.TakeWhile(line => !line.StartsWith("@@ ", StringComparison.Ordinal) && line != "GIT binary patch"))
        {
            foreach (var start in new[] { "--- ", "+++ ", "rename from ", "rename to ", "copy from ", "copy to " })
            {
                if (!line.StartsWith(start, StringComparison.Ordinal)) continue;
                var path = Unquoted(line[start.Length..].TrimEnd('\r'));
                if (path == "/dev/null") continue;
                paths.Add(start is "--- " or "+++ " ? WithoutPrefix(path) : path);
            }
        }

        if (paths.Count == 0 && section.Count > 0) paths.AddRange(FromGitLine(section[0]));
        return [.. paths.Distinct()];
    }

    /// <summary>Mode changes, empty and binary files have no <c>---</c> lines: <c>diff --git a/PATH b/PATH</c> names the same path twice.</summary>
    private static IEnumerable<string> FromGitLine(string line)
    {
        if (!line.StartsWith("diff --git ", StringComparison.Ordinal)) yield break;
        var rest = line["diff --git ".Length..].TrimEnd('\r');
        if (rest.StartsWith('"'))
        {
            var end = rest.IndexOf("\" ", StringComparison.Ordinal);
            if (end > 0) yield return WithoutPrefix(Unquoted(rest[..(end + 1)]));
            yield break;
        }

        var half = (rest.Length - 1) / 2;
        var (a, b) = (rest[..half], rest[Math.Min(rest.Length, half + 1)..]);
        if (WithoutPrefix(a) == WithoutPrefix(b)) yield return WithoutPrefix(a);
    }

    private static string WithoutPrefix(string path)
    {
        var tab = path.IndexOf('\t');
        if (tab >= 0) path = path[..tab];
        return path.StartsWith("a/", StringComparison.Ordinal) || path.StartsWith("b/", StringComparison.Ordinal) ? path[2..] : path;
    }

    /// <summary>Git's C-style quoting of unusual paths.</summary>
    private static string Unquoted(string path)
    {
        if (path.Length < 2 || path[0] != '"') return path;
        List<byte> bytes = [];
        for (var i = 1; i < path.Length && path[i] != '"'; i++)
        {
            if (path[i] != '\\' || i + 1 >= path.Length)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(path[i].ToString()));
                continue;
            }

            i++;
            if (i + 2 < path.Length && path[i] is >= '0' and <= '3') (bytes, i) = ([.. bytes, Convert.ToByte(path.Substring(i, 3), 8)], i + 2);
            else bytes.Add((byte)(path[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', var other => other }));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
