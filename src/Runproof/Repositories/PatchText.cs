using System.Security.Cryptography;
using System.Text;

namespace Runproof.Repositories;

/// <summary>What a patch of our own says, line by line.</summary>
internal static class PatchText
{
    /// <summary>Lines that the patch adds, with the file and the number that they have after it. A hunk that only removes counts with the line that follows, as an empty one.</summary>
    public static IEnumerable<(string File, int Line, string Text)> Added(string patch)
    {
        var (file, line, old, left) = ("", 0, 0, 0);
        foreach (var text in patch.Split('\n'))
        {
            if (old <= 0 && left <= 0)
            {
                if (text.StartsWith("+++ b/", StringComparison.Ordinal)) file = text[6..].TrimEnd('\r');
                else if (text.StartsWith("--- a/", StringComparison.Ordinal)) file = text[6..].TrimEnd('\r');
                else if (text.StartsWith("@@ -", StringComparison.Ordinal)) (line, old, left) = Hunk(text);
                continue;
            }

            if (text.StartsWith('+'))
            {
                yield return (file, line++, text[1..]);
                left--;
            }
            else if (text.StartsWith('-'))
            {
                yield return (file, line, "");
                old--;
            }
            else if (!text.StartsWith('\\'))
            {
                (line, old, left) = (line + 1, old - 1, left - 1);
            }
        }
    }

    /// <summary>Equal for patches that do the same at another place or with other white space: a change and its backport.</summary>
    public static string Fingerprint(string patch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in patch.Split('\n').Where(line => line.StartsWith('+') || line.StartsWith('-')))
        {
            var text = line.StartsWith("+++ ", StringComparison.Ordinal) || line.StartsWith("--- ", StringComparison.Ordinal) ? line[..4] + Path.GetFileName(line) : line;
            hash.AppendData(Encoding.UTF8.GetBytes(string.Concat(text.Where(c => !char.IsWhiteSpace(c))) + "\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static (int Line, int Old, int New) Hunk(string head)
    {
        var words = head.Split(' ');
        static (int Start, int Count) Range(string word) => word[1..].Split(',') is [var start, var count] ? (int.Parse(start, null), int.Parse(count, null)) : (int.Parse(word[1..], null), 1);
        var (old, added) = (Range(words[1]), Range(words[2]));
        return (added.Start, old.Count, added.Count);
    }
}
