using System.Text.RegularExpressions;
using Runproof.Repositories;
using Runproof.Statements;

namespace Runproof.Mining;

/// <param name="Code">One of SWE-rebench V2's: <c>A</c> is fine, <c>B1</c> to <c>B11</c> are not.</param>
public sealed record QualityFinding(string Code, string Detail);

/// <summary>
/// What makes a true task an unfair one, as far as it can be told mechanically; codes as in SWE-rebench V2 (<c>meta.llm_metadata.code</c>). What only a reader can tell (<c>B6</c>, most of <c>B1</c> and <c>B4</c>) is left to a model.
/// </summary>
internal static partial class QualityCheck
{
    private const int FewestWords = 5;

    /// <summary>Where one of them names something in the code.</summary>
    private const int FewestWithName = 3;
    private const int MostFiles = 30;
    private const int MostReferences = 2;

    /// <summary>Of Go, which look like names of a package's own.</summary>
    private static readonly string[] BuiltIn = ["append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max", "min", "new", "panic", "print", "println", "real", "recover"];

    private static readonly string[] DataFiles = [".txt", ".json", ".csv", ".yml", ".yaml", ".xml", ".html", ".md", ".snap", ".golden", ".out", ".expected"];

    /// <param name="statement">Null where none could be written.</param>
    /// <param name="message">What the author wrote, as it was.</param>
    public static IReadOnlyList<QualityFinding> Find(ToldChange found, WrittenStatement statement, string message)
    {
        List<QualityFinding> findings = [];
        void Add(string code, string detail) => findings.Add(new(code, detail));
        if (statement.Text is not { } text)
        {
            Add(statement.Refused.Length > 0 ? "B5" : "B4", statement.Refused.Length > 0 ? $"what the author wrote gives the solution away ({statement.Refused}), and nothing else can be told" : "nothing says what is wanted");
            return findings;
        }

        if (Inner(found, statement.Names) is { Count: > 0 } inner) Add("B1", $"the tests use new names that are internal: {string.Join(", ", inner.Take(3))}");
        var prose = Fence().Replace(text, " ");
        var letters = prose.Count(char.IsLetter);
        if (letters > 0 && prose.Count(c => char.IsLetter(c) && !char.IsAscii(c)) > letters / 2) Add("B9", "the statement is not in English");
        else if (Word().Count(text) < (HistoryText.NamesCode(text) ? FewestWithName : FewestWords)) Add("B4", $"the statement has fewer than {FewestWords} words");
        if (statement.Names.Count > MinedStatement.MostNames) Add("B2", $"the tests use {statement.Names.Count} names that do not exist yet");
        if (Link().Count(prose) > 0 && Word().Count(Link().Replace(prose, "")) < 3 * FewestWords) Add("B3", "the statement refers to a link for what it is about");
        if (Picture().IsMatch(text)) Add("B8", "the statement shows a picture");
        if (found.Tests.All(path => DataFiles.Contains(Path.GetExtension(path)))) Add("B10", "only texts that tests read change, and no test");
        var issues = Reference().Matches(message).Select(match => match.Groups[1].Value).Distinct().Count();
        if (issues > MostReferences) Add("B11", $"the change settles {issues} issues");
        else if (found.Parts.Solution.Count > MostFiles) Add("B11", $"the change is about {found.Parts.Solution.Count} files");
        return findings;
    }

    /// <summary>Of new names those that are called or reached into by the tests and are nobody's business outside: of Go in small letters, else with an underscore before.</summary>
    private static List<string> Inner(ToldChange found, IReadOnlyList<string> names)
    {
        var isGo = found.Parts.Solution.Any(path => path.EndsWith(".go", StringComparison.Ordinal));
        var own = MinedStatement.DefinedBy(found.Patches.Test);
        var used = PatchText.Added(found.Patches.Test).SelectMany(line => Member().Matches(line.Text)).Select(match => match.Value).ToHashSet();
        return [.. names.Where(name => (isGo ? char.IsLower(name[0]) : name[0] == '_') && used.Contains(name) && !own.Contains(name) && !BuiltIn.Contains(name))];
    }

    /// <summary>A name that is called, or behind a dot.</summary>
    [GeneratedRegex(@"\w+(?=\()|(?<=[\w)\]]\.)\w+")]
    private static partial Regex Member();

    [GeneratedRegex(@"(?s)```.*?```")]
    private static partial Regex Fence();

    [GeneratedRegex(@"[\p{L}\p{N}_]{2,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Link();

    [GeneratedRegex(@"!\[[^\]]*\]\(|<img\b")]
    private static partial Regex Picture();

    [GeneratedRegex(@"(?i)\b(?:clos|fix|resolv)(?:e[sd]?|es)\b\s*:?\s*(?:[\w.-]+/[\w.-]+)?#(\d+)")]
    private static partial Regex Reference();
}
