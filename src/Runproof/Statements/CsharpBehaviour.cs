using System.Text.RegularExpressions;
using Runproof.Languages.Reports;

namespace Runproof.Statements;

/// <summary>Reads what tests of .NET say when they fail: the messages of xUnit, NUnit, MSTest, Shouldly and FluentAssertions, and the line of the test that the stack trace names.</summary>
internal static partial class CsharpBehaviour
{
    /// <param name="file">Of the test, relative to the repository root; null where it is not known.</param>
    /// <param name="source">Its text.</param>
    public static Behaviour Of(TestResult test, string? file, string? source)
    {
        var details = (test.Details ?? test.Message ?? "").ReplaceLineEndings("\n");
        var trace = FirstFrame().Match(details) is { Success: true } first ? first.Index : details.Length;
        var message = details[..trace].Trim();
        var check = source is not null && file is not null && LineIn(details[trace..], file) is { } line ? CsharpTestSource.Read(source, line) : null;
        var setUp = check?.SetUp ?? [];
        var inputs = Inputs(test.Id, check);
        Behaviour Say(BehaviourKind kind, string? actual, string? expected, string said) => new(test.Id, kind, check?.Call, Cut(actual), Cut(expected), said, setUp, inputs);

        if (Thrown().Match(message) is { Success: true } thrown)
        {
            var reason = $"{Short(thrown.Groups["type"].Value)}: {FirstLine(thrown.Groups["text"].Value)}";
            return Say(BehaviourKind.Raises, reason, null, reason);
        }

        if (NothingThrown().Match(message) is { Success: true } missed) return Say(BehaviourKind.NotRaised, null, Short(missed.Groups["type"].Value), FirstLine(message));
        if (OtherThrown().Match(message) is { Success: true } other)
        {
            var text = other.Groups["text"].Success ? $": {FirstLine(other.Groups["text"].Value)}" : "";
            return Say(BehaviourKind.Raises, Short(other.Groups["actual"].Value) + text, Short(other.Groups["expected"].Value), FirstLine(message));
        }

        foreach (var pattern in new[] { ExpectedActual(), Angled(), ButWas(), ShouldBe(), ButFound() })
        {
            if (pattern.Match(message) is { Success: true } match) return Say(BehaviourKind.Value, match.Groups["actual"].Value.Trim(), match.Groups["expected"].Value.Trim(), FirstLine(message));
        }

        return Say(BehaviourKind.Other, null, check?.Holds, message);
    }

    /// <summary>The line of the outermost frame in the test's own file: there stand the values that it begins with.</summary>
    private static int? LineIn(string trace, string file) =>
        Frame().Matches(trace).LastOrDefault(frame => frame.Groups["file"].Value == file) is { } found && int.TryParse(found.Groups["line"].Value, out var line) ? line : null;

    /// <summary>The arguments of a test with parameters, as far as they stand whole in its id and matter to what was called.</summary>
    private static Dictionary<string, string> Inputs(string id, CsharpCheck? check)
    {
        Dictionary<string, string> inputs = [];
        if (check is null || id.IndexOf('(', StringComparison.Ordinal) is not (> 0 and var open)) return inputs;
        var used = string.Join('\n', check.SetUp.Append(check.Call));
        foreach (Match argument in Argument().Matches(id[(open + 1)..]))
        {
            var (name, value) = (argument.Groups["name"].Value, argument.Groups["value"].Value.Trim());
            if (!value.Contains("···", StringComparison.Ordinal) && Regex.IsMatch(used, $@"(?<![\w.]){Regex.Escape(name)}\b")) inputs[name] = value;
        }

        return inputs;
    }

    private static string? Cut(string? text) => text is null || text.Length <= 1000 ? text : text[..1000];

    private static string FirstLine(string text) => text.Trim().Split('\n')[0].Trim();

    /// <summary>A type without its namespace.</summary>
    private static string Short(string type) => type.Trim().TrimEnd('.')[(type.Trim().TrimEnd('.').LastIndexOf('.') + 1)..];

    [GeneratedRegex(@"(?m)^\s*at .+$")]
    private static partial Regex FirstFrame();

    [GeneratedRegex(@" in /testbed/(?<file>.+?):line (?<line>\d+)")]
    private static partial Regex Frame();

    /// <summary>An exception that is no assertion's.</summary>
    [GeneratedRegex(@"^(?:Test method \S+ threw exception:\s*)?(?!Xunit|NUnit|Shouldly|FluentAssertions|Microsoft\.VisualStudio)(?<type>[A-Z][\w+.`]*(?:Exception|Error)\w*) ?: (?<text>.*)", RegexOptions.Singleline)]
    private static partial Regex Thrown();

    [GeneratedRegex(@"No exception was thrown\s*Expected:\s*typeof\((?<type>[^)]+)\)|Expected: (?:instance of )?<(?<type>[\w.+]+)>\s+But was:\s+(?:null|no exception)|exception (?:of )?type[ :]*<?(?<type>[\w.+]+)>? (?:was expected|but no exception)|should throw\s+(?<type>[\w.+]+)\s+but did not|Expected a <(?<type>[\w.+]+)> to be thrown, but no exception", RegexOptions.IgnoreCase)]
    private static partial Regex NothingThrown();

    [GeneratedRegex(@"(?:not an exact match|not compatible)\s*Expected:\s*typeof\((?<expected>[^)]+)\)\s*Actual:\s*typeof\((?<actual>[^)]+)\)(?:\s*-+ [\w.]+ : (?<text>.+))?|Expected: <(?<expected>[\w.+]+(?:Exception|Error))>\s+But was:\s+<(?<actual>[\w.+]+(?:Exception|Error)): (?<text>.+)")]
    private static partial Regex OtherThrown();

    /// <summary>xUnit, and MSTest from version 4 on. Arrows point at the place where two texts differ.</summary>
    [GeneratedRegex(@"(?mi)^\s*Expected:[ \t]*(?<expected>.*(?:\n(?!\s*(?:[↑↓]|Actual:|But was:)).*)*)(?:\n\s*[↑↓].*)*\n\s*Actual:[ \t]*(?<actual>.*(?:\n(?!\s*(?:[↑↓]|$)).*)*)")]
    private static partial Regex ExpectedActual();

    [GeneratedRegex(@"Expected:<(?<expected>.*?)>\. Actual:<(?<actual>.*?)>\.", RegexOptions.Singleline)]
    private static partial Regex Angled();

    [GeneratedRegex(@"(?m)^\s*Expected:[ \t]*(?<expected>.*)\n\s*But was:[ \t]*(?<actual>.*)")]
    private static partial Regex ButWas();

    [GeneratedRegex(@"\n\s*should be\n\s*(?<expected>.+?)\n\s*but was(?: not)?\n\s*(?<actual>.+?)(?:\n|\z)")]
    private static partial Regex ShouldBe();

    [GeneratedRegex(@"^Expected .+? to (?:be |equal )(?<expected>.+?)(?: because .+?)?,? but (?:found |was )(?<actual>.+?)\.?(?:\n|\z)")]
    private static partial Regex ButFound();

    [GeneratedRegex(@"(?<name>\w+): (?<value>""(?:\\.|[^""\\])*""(?:···)?|'(?:\\.|[^'\\])+'|\[[^\[\]]*\]|[^,()""]+)(?=, \w+: |\)\z)")]
    private static partial Regex Argument();
}
