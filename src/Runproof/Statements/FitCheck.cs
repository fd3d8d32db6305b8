using System.Text.RegularExpressions;

namespace Runproof.Statements;

/// <param name="Rule">Which rule was broken.</param>
/// <param name="Advice">What a writer should mind; it repeats nothing of the statement.</param>
internal sealed record Misfit(string Rule, string Advice);

/// <summary>
/// The mechanical check that a model's statement is one: it tells the behaviour, in the length that was asked for, and makes up no file, place, link or commit. It cannot tell whether every sentence is true.
/// </summary>
internal static partial class FitCheck
{
    /// <summary>Longer than any statement of honest words and the examples' code.</summary>
    private const int MostCharacters = 10_000;

    /// <summary>A value this short stands in any text; it counts as told only where it stands as code.</summary>
    private const int ShortValue = 3;

    public static IReadOnlyList<Misfit> Find(string statement, StatementBrief brief, StatementLength length)
    {
        List<Misfit> misfits = [];
        if (statement.Trim().Length == 0) return [new("empty", "Answer with the report.")];
        var told = StatementPrompt.Told(brief, length);
        var known = $"{brief.Project}\n{StatementPrompt.Observations(brief, length)}";
        if (Chatter().IsMatch(statement)) misfits.Add(new("chatter", "Begin with the title of the report, without any word to the reader of these instructions."));
        if (!StatementLengths.Fits(statement, length) || statement.Length > MostCharacters)
            misfits.Add(new("length", $"It had {StatementLengths.Words(statement)} words besides code blocks; {StatementLengths.Wanted(length)} are wanted."));
        if (!TellsBehaviour(statement, told)) misfits.Add(new("no behaviour", "Name what was called, and copy what came out and what was expected."));
        if (MadeUp(File(), statement, known) || MadeUp(Folder(), statement, known)) misfits.Add(new("made-up path", "Name no file, folder or link that is not among the observations."));
        if (MadeUp(Place(), statement, known)) misfits.Add(new("made-up place", "Name no line, issue or pull request by a number."));
        if (MadeUp(Hash(), statement, known)) misfits.Add(new("made-up hash", "Name no commit and no hash."));
        if (MadeUp(Testing(), statement, known)) misfits.Add(new("tests", "A user knows of no tests: do not speak of any."));
        return misfits;
    }

    private static bool TellsBehaviour(string statement, IReadOnlyList<Behaviour> told)
    {
        var subject = StatementTemplate.Subject(told)?.Split('.')[^1];
        if (subject is not null && Regex.IsMatch(statement, $@"(?<!\w){Regex.Escape(subject)}(?!\w)")) return true;
        var folded = Fold(statement);
        var code = string.Join('\n', Code().Matches(statement).Select(match => match.Value));
        return told.SelectMany(one => new[] { one.Call, one.Actual, one.Expected, one.Kind == BehaviourKind.Other ? one.Message : null }).OfType<string>().Select(Bare).Any(value =>
            value.Length >= ShortValue ? folded.Contains(Fold(value), StringComparison.Ordinal) : value.Length > 0 && Regex.IsMatch(code, $@"(?<!\w){Regex.Escape(value)}(?!\w)"));
    }

    /// <summary>Without the quotes around a text, for which writers have their own.</summary>
    private static string Bare(string value) => value.Trim().Trim('\'', '"') is { Length: > 0 } bare ? bare : value.Trim();

    private static string Fold(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not '`'));

    private static bool MadeUp(Regex pattern, string statement, string known) => pattern.Matches(statement).Any(match => !known.Contains(match.Value, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\A\W*(?:sure\b|certainly\b|of course\b|here(?:'s| is| are)\b|as an ai\b|i(?:'m| am) (?:sorry|unable)|i (?:cannot|can't|can not)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Chatter();

    [GeneratedRegex(@"(?<![\w])(?!Node\.js\b)[\w-]+\.(?:py|pyi|go|mod|js|mjs|cjs|ts|tsx|jsx|cs|rs|java|kt|cpp|hpp|rb|php|swift|scala|sh|toml|yaml|yml|cfg|ini|lock)\b(?!\()", RegexOptions.IgnoreCase)]
    private static partial Regex File();

    /// <summary>Links, absolute and relative paths, and paths of three parts; "and/or" is none.</summary>
    [GeneratedRegex(@"\b[a-z]+://[^\s`)>]+|(?<![\w/.<])(?:~|\.{1,2})?/[\w.-]+(?:/[\w.-]+)+|\b[\w.-]*[a-z_][\w.-]*/[\w.-]+/[\w./-]*\w", RegexOptions.IgnoreCase)]
    private static partial Regex Folder();

    [GeneratedRegex(@"\blines? \d+|\b(?:issue|ticket|pull request|pr|bug) #?\d+\b|(?<!\w)#\d{2,}\b", RegexOptions.IgnoreCase)]
    private static partial Regex Place();

    [GeneratedRegex(@"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b", RegexOptions.IgnoreCase)]
    private static partial Regex Hash();

    [GeneratedRegex(@"\b(?:unit|failing|hidden|existing|regression|integration) tests?\b|\btest[ -](?:suites?|cases?|files?|runs?|names?)\b|\btests? (?:fails?|failed|failing|pass(?:es|ed)?)\b|\b(?:pytest|unittest|go test|mocha|jest|vitest)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Testing();

    [GeneratedRegex(@"^```.*?(?:^```|\z)|``.+?``|`[^`\n]+`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
