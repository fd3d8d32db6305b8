using System.Text;
using System.Text.RegularExpressions;

namespace Runproof.Languages;

/// <summary>
/// A set of path patterns as in <c>.gitignore</c> and <c>.editorconfig</c>: <c>**</c> any folders, <c>*</c> within a name, <c>?</c> one character.
/// A pattern is matched against the whole path relative to the repository root, with forward slashes.
/// </summary>
public sealed class PathPatterns
{
    /// <summary>Matches no path.</summary>
    private const string Nothing = "(?!)";

    private readonly Regex? _regex;

    public PathPatterns(IEnumerable<string> patterns)
    {
        var alternatives = patterns.Select(ToRegex).ToList();
        if (alternatives.Count > 0) _regex = new Regex($"^(?:{string.Join('|', alternatives)})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    public static PathPatterns None { get; } = new([]);

    /// <summary>As a regular expression for whole paths, in what .NET and Python have in common.</summary>
    internal string Expression => _regex?.ToString() ?? Nothing;

    public bool Match(string path) => _regex?.IsMatch(path) ?? false;

    private static string ToRegex(string pattern)
    {
        var regex = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern.AsSpan(i).StartsWith("**/"))
            {
                regex.Append("(?:.*/)?");
                i += 2;
            }
            else if (pattern.AsSpan(i).StartsWith("**"))
            {
                regex.Append(".*");
                i += 1;
            }
            else
            {
                regex.Append(pattern[i] switch { '*' => "[^/]*", '?' => "[^/]", var other => Regex.Escape(other.ToString()) });
            }
        }

        return regex.ToString();
    }
}
