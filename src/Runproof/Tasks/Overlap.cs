using System.Text.RegularExpressions;
using Runproof.Repositories;

namespace Runproof.Tasks;

/// <summary>What tasks are compared by: texts and patches without what differs between two copies of the same.</summary>
internal static partial class Overlap
{
    /// <summary>Words of one piece of a statement.</summary>
    public const int Words = 8;

    /// <summary>Share of a task's pieces (or of its patch's changed lines) that another has, above which they are the same.</summary>
    public const double StatementShare = 0.5;

    public const double PatchShare = 0.8;

    /// <summary>Changed lines below which a patch is compared as a whole alone.</summary>
    public const int FewestLines = 4;

    /// <summary>Pieces of <see cref="Words"/> words; of a shorter text the whole of it.</summary>
    public static IReadOnlySet<string> Pieces(string text)
    {
        var words = Word().Matches(text).Select(match => match.Value.ToLowerInvariant()).ToList();
        if (words.Count == 0) return new HashSet<string>();
        return words.Count <= Words ? new HashSet<string> { string.Join(' ', words) } : Enumerable.Range(0, words.Count - Words + 1).Select(start => string.Join(' ', words.Skip(start).Take(Words))).ToHashSet();
    }

    /// <summary>Changed lines that say something, without white space.</summary>
    public static IReadOnlySet<string> Lines(string patch) => PatchText.Added(patch).Select(line => line.Text).Concat(Removed(patch))
        .Select(line => string.Concat(line.Where(c => !char.IsWhiteSpace(c)))).Where(line => line.Count(char.IsLetterOrDigit) > 4).ToHashSet();

    /// <summary><c>owner/name</c> of a name or URL, in small letters.</summary>
    public static string Repository(string text)
    {
        var parts = text.Trim().TrimEnd('/').ToLowerInvariant().Split('/', ':').Where(part => part.Length > 0).ToList();
        if (parts.Count == 0) return "";
        var name = parts[^1].EndsWith(".git", StringComparison.Ordinal) ? parts[^1][..^4] : parts[^1];
        return parts.Count > 1 ? $"{parts[^2]}/{name}" : name;
    }

    private static IEnumerable<string> Removed(string patch) => patch.Split('\n').Where(line => line.StartsWith('-') && !line.StartsWith("--- ", StringComparison.Ordinal)).Select(line => line[1..]);

    [GeneratedRegex(@"[\p{L}\p{N}_]+")]
    private static partial Regex Word();
}
