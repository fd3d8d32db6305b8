using System.Text;
using System.Text.RegularExpressions;

namespace Runproof.Statements;

/// <summary>What a statement must not tell.</summary>
/// <param name="Patches">Bug and gold diffs.</param>
/// <param name="TestIds">Ids of the tests that the task hides or that fail.</param>
/// <param name="TestFiles">Paths of their files.</param>
/// <param name="Operators">Ids of bug operators.</param>
/// <param name="Hashes">Commits.</param>
public sealed record Secrets(
    IReadOnlyList<string> Patches, IReadOnlyList<string> TestIds, IReadOnlyList<string> TestFiles, IReadOnlyList<string> Operators, IReadOnlyList<string> Hashes);

/// <param name="Rule">Which rule was broken.</param>
/// <param name="Text">The words that break it.</param>
public sealed record Leak(string Rule, string Text);

/// <summary>
/// The mechanical check that a statement gives neither the repair nor the tests away. It refuses: paths and module names of test files, names of tests, changed lines of the patches, commit
/// hashes, operators' names. It cannot know what a clever reader concludes from honest behaviour.
/// </summary>
internal static partial class LeakCheck
{
    /// <summary>A changed line shorter than this many characters besides white space (<c>else:</c>, <c>i += 1</c>) says nothing by itself.</summary>
    private const int ShortestLine = 8;

    private const int ShortestTitle = 12;

    private static readonly string[] GivenAway = ["mutation", "mutant", "injected bug", "bug operator"];

    public static IReadOnlyList<Leak> Find(string statement, Secrets secrets)
    {
        List<Leak> leaks = [];
        var folded = Fold(statement);
        foreach (var file in secrets.TestFiles)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var module = Path.ChangeExtension(file, null).Replace('/', '.');
            // "index" or "api" is a word as any other, "test_index" is not.
            var forms = new[] { file, Path.GetFileName(file), module }.Concat(TestLike().IsMatch(name) ? [name] : []);
            foreach (var form in forms.Distinct())
            {
                if (HasWord(statement, form)) leaks.Add(new("test file", form));
            }
        }

        foreach (var word in secrets.TestIds.SelectMany(NamesIn).Distinct().Where(word => HasWord(statement, word))) leaks.Add(new("test name", word));
        foreach (var line in secrets.Patches.SelectMany(ChangedLines).Distinct())
        {
            if (line.Length >= ShortestLine && folded.Contains(line, StringComparison.Ordinal)) leaks.Add(new("patch line", line));
        }

        foreach (Match hash in Hex().Matches(statement))
        {
            if (hash.Length == 40 || secrets.Hashes.Any(known => known.StartsWith(hash.Value, StringComparison.OrdinalIgnoreCase))) leaks.Add(new("commit hash", hash.Value));
        }

        foreach (var word in secrets.Operators.Concat(GivenAway).Where(word => statement.Contains(word, StringComparison.OrdinalIgnoreCase))) leaks.Add(new("operator", word));
        foreach (Match place in FileAndLine().Matches(statement)) leaks.Add(new("file and line", place.Value));
        return leaks;
    }

    /// <summary>
    /// Test functions and classes of an id: <c>tests/test_a.py::TestB::test_c[x]</c> → TestB, test_c. Parameters are values, not names. Of titles (<c>a.test.js > suite > does this and that</c>)
    /// those that are sentences: a word alone names what is tested.
    /// </summary>
    private static IEnumerable<string> NamesIn(string testId)
    {
        if (testId.Contains(" > ", StringComparison.Ordinal)) return testId.Split(" > ").Skip(1).Where(title => title.Length >= ShortestTitle && title.Contains(' ', StringComparison.Ordinal));
        var bracket = testId.IndexOf('[', StringComparison.Ordinal);
        var id = bracket < 0 ? testId : testId[..bracket];
        var slash = id.LastIndexOf(".Test", StringComparison.Ordinal) is var go and > 0 && !id.Contains("::", StringComparison.Ordinal) ? go + 1 : -1;
        var parts = id.Contains("::", StringComparison.Ordinal) ? id.Split("::").Skip(1) : slash > 0 ? id[slash..].Split('/').Take(1) : id.Split('.').TakeLast(2);
        return parts.Where(part => TestLike().IsMatch(part) || (part.Length >= ShortestTitle && part.Contains(' ', StringComparison.Ordinal)));
    }

    private static IEnumerable<string> ChangedLines(string patch) => patch.Split('\n')
        .Where(line => (line.StartsWith('+') || line.StartsWith('-')) && !line.StartsWith("+++", StringComparison.Ordinal) && !line.StartsWith("---", StringComparison.Ordinal))
        .Select(line => Fold(line[1..]).TrimEnd(':', '{', ';', ','));

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c) && c is not '`') folded.Append(c);
        }

        return folded.ToString();
    }

    private static bool HasWord(string text, string word) => word.Length > 2 && Regex.IsMatch(text, $@"(?<![\w.]){Regex.Escape(word)}(?!\w)", RegexOptions.IgnoreCase);

    [GeneratedRegex(@"(?i)\b[0-9a-f]{7,40}\b")]
    private static partial Regex Hex();

    [GeneratedRegex(@"(?i)test|example|spec|fuzz")]
    private static partial Regex TestLike();

    [GeneratedRegex(@"\b[\w/.-]+\.(?:py|go|js|ts|cs|rs|java|c|cpp|rb):\d+\b")]
    private static partial Regex FileAndLine();
}
