using System.Text.RegularExpressions;
using Runproof.Languages.Reports;

namespace Runproof.Statements;

/// <summary>Reads what Go tests print when they fail. There is no one form; the common ones are <c>got X, want Y</c> and <c>F(args) = X, want Y</c>.</summary>
internal static partial class GoBehaviour
{
    public static Behaviour Of(TestResult test)
    {
        var details = test.Details ?? test.Message ?? "";
        if (Panic().Match(details) is { Success: true } panic)
        {
            return new(test.Id, BehaviourKind.Raises, PanickedIn().Match(details) is { Success: true } where ? where.Groups[1].Value : null, "panic: " + panic.Groups[1].Value.Trim(), null, panic.Groups[1].Value.Trim(), [], Nothing);
        }

        var message = string.Join(' ', Lines(details)).Trim();
        foreach (var pattern in new[] { CallGotWant(), GotWant(), ExpectedGot() })
        {
            if (pattern.Match(message) is not { Success: true } match) continue;
            var call = match.Groups["call"].Success && LikeCall().IsMatch(match.Groups["call"].Value) ? match.Groups["call"].Value.Trim(' ', ':', ',') : null;
            return new(test.Id, BehaviourKind.Value, call, match.Groups["got"].Value.Trim(' ', ',', ';', '.'), match.Groups["want"].Value.Trim(' ', '.'), message, [], Nothing);
        }

        return new(test.Id, BehaviourKind.Other, null, null, null, message, [], Nothing);
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
