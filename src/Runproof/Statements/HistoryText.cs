using System.Text.RegularExpressions;

namespace Runproof.Statements;

/// <summary>
/// What the author of a change, or who asked for it, wrote: without what belongs to the history (references, hashes, links to the change, trailers, the words of a merge).
/// </summary>
/// <param name="Source"><c>commit</c>, <c>pull_request</c> or <c>issue</c>.</param>
/// <param name="Title">One line; empty where nothing is left.</param>
internal sealed partial record HistoryText(string Source, string Title, string Body)
{
    public const string Commit = "commit";
    public const string PullRequest = "pull_request";
    public const string Issue = "issue";
    private const int FewestWords = 4;

    /// <summary>Where one of the words names something in the code.</summary>
    private const int FewestWithName = 3;

    public bool IsEmpty => Title.Length == 0;

    /// <summary>Says what is wrong or wanted, rather than that something was done.</summary>
    public bool SaysSomething => Word().Count(Title) + Word().Count(Body) >= (Identifier().IsMatch(Title) ? FewestWithName : FewestWords) && !Empty().IsMatch(Title.Trim('.', ' ')) && !(Generic().IsMatch(Title) && Word().Count(Body) < FewestWords);

    /// <summary>Whether a text names something in code.</summary>
    public static bool NamesCode(string text) => Identifier().IsMatch(text);

    /// <param name="message">Subject, an empty line, body.</param>
    public static HistoryText Clean(string message, string source = Commit)
    {
        var lines = Comment().Replace(message.ReplaceLineEndings("\n"), "").Split('\n').ToList();
        if (lines.Count > 0 && Merge().IsMatch(lines[0])) lines.RemoveAt(0);
        var kept = lines.Where(line => !Trailer().IsMatch(line) && !Box().IsMatch(line)).Select(WithoutReferences).SkipWhile(string.IsNullOrWhiteSpace).ToList();
        if (kept.Count == 0) return new(source, "", "");
        var title = Kind().Replace(kept[0].Trim().TrimStart('#', ' '), "").TrimEnd('.', ':', ' ', '-');
        var body = Blank().Replace(string.Join('\n', kept.Skip(1)).Trim(), "\n\n");
        return new(source, title.Length == 0 ? "" : char.ToUpperInvariant(title[0]) + title[1..], body);
    }

    private static string WithoutReferences(string line)
    {
        const string Hole = "\u0001";
        var left = Hash().Replace(Reference().Replace(Link().Replace(line, Hole), Hole), Hole);

        // With each hole goes what only joined it to the text around it.
        if (left == line) return line;
        var text = Loose().Replace(Around().Replace(left, " ").Trim(), "$1");
        return Joining().IsMatch(text) ? "" : text;
    }

    [GeneratedRegex(@"(?i)^(merge (pull request|branch|remote|tag|commit|pr)\b.*|merged? #?\d+.*|pull request #?\d+.*)$")]
    private static partial Regex Merge();

    [GeneratedRegex(@"(?i)^\s*((signed-off|co-authored|reviewed|acked|tested|reported|suggested|approved|helped|submitted)-by|change-id|reviewed-on|cc|git-svn-id|differential revision|bug|issue|refs?|see|related|closes|fixes|resolves|pr|piperorigin-revid|cherry[- ]picked from|backport of)\s*[:#].*$|^\s*\(?cherry picked from commit [0-9a-f]+\)?\s*$")]
    private static partial Regex Trailer();

    /// <summary>Links to changes, issues and commits; other links stay.</summary>
    [GeneratedRegex(@"(?i)<?https?://\S*/(pull|pulls|issues?|commit|commits|compare|merge_requests|ticket|tickets|browse|show_bug\.cgi)\b\S*>?")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?i)\(?\b(?:(?:clos|fix|resolv)(?:e[sd]?|es|ing)?|refs?|references?|see|issues?|prs?|pull requests?|bugs?|tickets?|gh)?\s*(?:(?:[\w.-]+/[\w.-]+)?(?<![\w&])(?:#|gh-)\d+)(?:\s*(?:,|and|&)\s*(?:#|gh-)\d+)*\)?|\(?(?<![\w&])#\d+\)?")]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?i)\b(?:commit )?(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b")]
    private static partial Regex Hash();

    [GeneratedRegex(@"^(?i)(?:\[[^\]]+\]\s*|(?:fix|feat|feature|bug|bugfix|chore|refactor|perf|test|tests|docs|style|build|ci|revert)(?:\([^)]*\))?!?:\s*)+")]
    private static partial Regex Kind();

    /// <summary>Titles that say that something was done and not what.</summary>
    [GeneratedRegex(@"(?i)^(wip|fix(ed|es)?( (bugs?|issues?|tests?|lint|ci|build|typos?|it|this|stuff|things?|review( comments?)?))?|update[sd]?( \w+)?|clean ?ups?|refactor(ing)?|(add(ed|s)?|more|new|some|improved?)( \w+)? tests?( cases?)?( for .*)?|release.*|(bump|prepare) .*version.*|v?\d+(\.\d+)+.*|initial( commit)?|minor( \w+)?|misc|oops|changes|review|lint|formatting|squashed.*)$")]
    private static partial Regex Empty();

    [GeneratedRegex(@"(?i)^(fix(ed|es)?|add(ed|s)?|update[sd]?|improve[sd]?|change[sd]?|handle[sd]?|remove[sd]?)( an?| the| some| for| of)?( \w+){0,1}$")]
    private static partial Regex Generic();

    [GeneratedRegex(@"[\p{L}\p{N}_]{2,}")]
    private static partial Regex Word();

    /// <summary>What is no word of English: <c>MRUCache</c>, <c>mru_cache</c>, <c>@cached</c>, <c>clear()</c>, <c>`x`</c>.</summary>
    [GeneratedRegex(@"[\p{Ll}\p{Lu}]\p{Lu}\p{Ll}|\p{Ll}\p{Lu}|\w_\w|@\w|\w\(\)|`\w|\w\.\w")]
    private static partial Regex Identifier();

    /// <summary>What a form for issues and pull requests tells its writer.</summary>
    [GeneratedRegex(@"(?s)<!--.*?-->")]
    private static partial Regex Comment();

    /// <summary>A box to tick.</summary>
    [GeneratedRegex(@"^\s*[-*]\s*\[[ xX]\]")]
    private static partial Regex Box();

    [GeneratedRegex(@"\s+([.,;:])")]
    private static partial Regex Loose();

    /// <summary>What stood around references and says nothing without them.</summary>
    [GeneratedRegex(@"(?i)^(?:(?:see|also|and|or|in|of|for|from|this|part|the|to|reverts?|refs?|references?|fix(?:es|ed)?|clos(?:es|ed)?|resolv(?:es|ed)?|commits?|prs?|issues?|follow-?up|related)[\s.,;:-]*)*$")]
    private static partial Regex Joining();

    [GeneratedRegex(@"\n\s*\n\s*\n+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"^[-*\s]*\u0001[\s,:;&\u0001-]*|\s*[(\[]?\s*\u0001(?:[\s,;&]*\u0001)*\s*[)\]]?\s*$|\s*[(\[]\s*\u0001[\s,;&\u0001]*[)\]]\s*|\s*\u0001\s*")]
    private static partial Regex Around();
}
