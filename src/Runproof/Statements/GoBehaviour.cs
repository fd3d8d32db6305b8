using System.Text.RegularExpressions;
using Runproof.Languages.Reports;

namespace Runproof.Statements;

/// <summary>Reads what Go tests print when they fail. There is no one form; the common ones are <c>got X, want Y</c> and <c>F(args) = X, want Y</c>.</summary>
internal static partial class GoBehaviour
{
    /// <param name="sourceOf">Name of a file beside the test → its text.</param>
    public static Behaviour Of(TestResult test, Func<string, string?> sourceOf)
    {
        var details = test.Details ?? test.Message ?? "";
        var check = CheckOf(details, sourceOf);

        // A test that waits for a panic calls what it is about long before.
        if (check is { Code: [.., var last] } && last.Contains("recover()", StringComparison.Ordinal)) check = null;
        var code = check is { Code: [.., var line] } ? line : null;

        // A row of a table: the call in it is what panicked.
        if (code is not null && code.TrimStart().StartsWith('{')) code = InRow().Match(code) is { Success: true } called ? called.Value : null;
        IReadOnlyList<string> setUp = check is null ? [] : [.. check.Code.SkipLast(1)];
        if (Panic().Match(details) is { Success: true } panic)
        {
            var where = PanickedIn().Match(details) is { Success: true } frame ? $", in {frame.Groups[1].Value}" : "";
            var reason = panic.Groups[1].Value.Trim();
            return new(test.Id, BehaviourKind.Raises, code, $"panic: {reason}{where}", null, reason, setUp, Nothing);
        }

        var message = string.Join(' ', Lines(details)).Trim();
        // The text of an unexpected error may hold "got" and "expected" of its own.
        var isError = check?.Holds is { } holds && NoError().IsMatch(holds);
        foreach (var pattern in isError ? [] : new[] { CallGotWant(), GotWant(), ExpectedGot() })
        {
            if (pattern.Match(message) is not { Success: true } match) continue;
            var call = match.Groups["call"].Success && LikeCall().IsMatch(match.Groups["call"].Value) ? match.Groups["call"].Value.Trim(' ', ':', ',') : null;
            return new(test.Id, BehaviourKind.Value, call ?? code, match.Groups["got"].Value.Trim(' ', ',', ';', '.'), Wanted(match.Groups["got"].Value, Announced().Replace(match.Groups["want"].Value, "").Trim(' ', '.')), message, call is null ? setUp : [], Nothing);
        }

        return new(test.Id, BehaviourKind.Other, code, null, check?.Holds, message, setUp, Nothing);
    }

    /// <summary>Of <c>version 0.1.2</c> the value alone, where what came out is quoted: the word before it is the message's.</summary>
    private static string Wanted(string got, string want) => got.TrimStart() is ['"' or '\'', ..] && Worded().Match(want) is { Success: true } match ? match.Groups[1].Value : want;

    [GeneratedRegex(@"^[a-z]+ ([^\s""'`]*\d[^\s""'`]*)$")]
    private static partial Regex Worded();

    /// <summary>Words between the first "expected" of a message and the value: <c>did not get expected message. Expected 1, got 2</c>.</summary>
    [GeneratedRegex(@"^[^\d""'`\[({]*\b(?:expected|want)\b\s*:?\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Announced();

    /// <summary>What the source says of the first place in a test file that the output names.</summary>
    private static GoCheck? CheckOf(string details, Func<string, string?> sourceOf)
    {
        var places = Panic().IsMatch(details) ? PanickedTest().Matches(details).TakeLast(1) : FailedAt().Matches(details);
        return places.Select(place => sourceOf(place.Groups[1].Value) is { } source && int.TryParse(place.Groups[2].Value, out var line) && GoTestSource.Read(source, line) is { } check ? GoTable.Filled(check, source, line, string.Join(' ', Lines(details))) : null).FirstOrDefault(check => check is not null);
    }

    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>What the test itself printed last, without the places in test files.</summary>
    private static IEnumerable<string> Lines(string details)
    {
        var printed = details.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal) && !Result().IsMatch(line)).ToList();
        var first = printed.FindIndex(line => Place().IsMatch(line));
        return printed.Skip(Math.Max(0, first)).TakeWhile((line, i) => i == 0 || !Place().IsMatch(line)).Select(line => Place().Replace(line, "").Trim()).Where(line => line.Length > 0).Take(6);
    }

    [GeneratedRegex(@"(?m)^\s*panic: (.+?)(?: \[recovered\])?$")]
    private static partial Regex Panic();

    /// <summary>The first frame of the trace in a file of the repository that is not a test's.</summary>
    [GeneratedRegex(@"(?m)^(?:[\w./-]+/)?([\w-]+\.(?:\(\*?\w+\)\.)?\w+)\S*\(.*\)\n\s+/testbed/(?!\S*_test\.go)")]
    private static partial Regex PanickedIn();

    [GeneratedRegex(@"[\w.]+\([^()]*\)")]
    private static partial Regex InRow();

    [GeneratedRegex(@"^\w*[eE]rr(?:or)? == nil$")]
    private static partial Regex NoError();

    [GeneratedRegex(@"\n\s+/testbed/(?:[^\s:]*/)?([^\s/:]+_test\.go):(\d+)")]
    private static partial Regex PanickedTest();

    [GeneratedRegex(@"(?m)^\s+([\w.-]+_test\.go):(\d+): ")]
    private static partial Regex FailedAt();

    [GeneratedRegex(@"^\s*--- (?:FAIL|PASS|SKIP)")]
    private static partial Regex Result();

    [GeneratedRegex(@"^\s*[\w./-]+\.go:\d+: ?")]
    private static partial Regex Place();

    [GeneratedRegex(@"^\w[\w.]*\(.*\)[\s:,]*$", RegexOptions.Singleline)]
    private static partial Regex LikeCall();

    [GeneratedRegex(@"^(?<call>[\w.*&\[\]]+\(.*?\)(?:\.\w+\(.*?\))*)\s*(?:=|returned|got|:)\s*(?<got>.+?)[,;]\s*(?:want|wanted|expected|but want)(?:ed)?:?\s*(?<want>.+)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex CallGotWant();

    [GeneratedRegex(@"^(?<call>.*?)\b(?:got|actual|result)\b\s*[:=]?\s*(?<got>.+?)[,;.]?\s+(?:but )?\b(?:want|wanted|expected|expecting)\b\s*[:=]?\s*(?<want>.+)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex GotWant();

    [GeneratedRegex(@"^(?<call>.*?)\b(?:expected|want|expecting|should be)\b\s*[:=]?\s*(?<want>.+?)[,;.]?\s+(?:but )?\b(?:got|received|actual)\b\s*[:=]?\s*(?<got>.+)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex ExpectedGot();
}
