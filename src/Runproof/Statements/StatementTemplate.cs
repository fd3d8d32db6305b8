using System.Text;
using System.Text.RegularExpressions;

namespace Runproof.Statements;

/// <summary>Writes a problem statement from behaviour, in a user's voice, without a model. The same behaviours and seed give the same text.</summary>
internal static partial class StatementTemplate
{
    internal const int MostExamples = 3;
    private const int LongestExample = 900;
    private const int LongValue = 200;
    private const int Around = 40;

    private static readonly string[] Openings =
    [
        "After a recent change, {0} does not behave as it should.",
        "I noticed that {0} gives wrong results.",
        "{0} used to work and now it does not.",
        "There is a regression in {0}.",
    ];

    private static readonly string[] OpeningsOfWishes =
    [
        "{0} does not behave as it should.",
        "I expected something else of {0}.",
        "There is a problem with {0}.",
    ];

    private static readonly string[] ClosingsOfWishes =
    [
        "Please change that. What works today must go on working.",
        "The expected results above should come out, and nothing else should change.",
    ];

    private static readonly string[] Closings =
    [
        "Please find the cause and repair it. What works today must go on working.",
        "The expected results above should come out again, and nothing else should change.",
        "A repair should restore the expected behaviour without changing any other.",
    ];

    /// <param name="project">The project's name.</param>
    /// <param name="language">For code fences.</param>
    /// <param name="failing">How many tests show the problem.</param>
    /// <param name="most">Examples that are told.</param>
    /// <param name="isRegression">What fails once worked.</param>
    public static string Write(IReadOnlyList<Behaviour> behaviours, string project, string language, int failing, int seed, int most = MostExamples, IReadOnlyList<IReadOnlySet<string>>? parts = null, bool isRegression = true)
    {
        var (openings, closings) = isRegression ? (Openings, Closings) : (OpeningsOfWishes, ClosingsOfWishes);
        var examples = Examples(behaviours, most, parts);
        var subject = Subject(examples);
        var text = new StringBuilder();
        text.Append(Title(examples, subject, project)).Append("\n\n");
        text.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, openings[(uint)seed % openings.Length], subject is null ? $"`{project}`" : $"`{subject}`").Append("\n\n");
        foreach (var example in examples) text.Append(Example(example, language)).Append('\n');
        if (examples.Count == 0) text.Append(isRegression ? "Some calls that used to work now fail or give another result.\n\n" : "Some calls fail or give another result than they should.\n\n");
        if (failing > examples.Count && examples.Count > 0) text.Append(failing - examples.Count == 1 ? "One further case is affected in a similar way.\n\n" : $"{failing - examples.Count} further cases are affected in a similar way.\n\n");

        // Without an example there is nothing above that a closing could speak of.
        var fitting = closings.Where(closing => examples.Count > 0 || !closing.Contains("above", StringComparison.Ordinal)).ToArray();
        return text.Append(fitting[(uint)seed % fitting.Length]).Append('\n').ToString();
    }

    /// <summary>The function that the examples are about; null where no line of them calls one.</summary>
    internal static string? Subject(IReadOnlyList<Behaviour> examples) => examples
        .SelectMany(example => example.SetUp.Reverse().Prepend(example.Call ?? "").Append(example.Kind == BehaviourKind.Other ? example.Expected ?? "" : ""))
        .Select(line => Callee().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value;

    /// <summary>The shortest clear ones that differ in what they show.</summary>
    /// <param name="parts">Sets of tests: one example of each comes first.</param>
    public static IReadOnlyList<Behaviour> Examples(IEnumerable<Behaviour> behaviours, int most = MostExamples, IReadOnlyList<IReadOnlySet<string>>? parts = null)
    {
        List<Behaviour> clear =
        [
            .. behaviours.Select(Narrowed).Where(IsClear).GroupBy(one => one.Call is null && one.Kind == BehaviourKind.Raises).OrderBy(group => group.Key).Take(1).SelectMany(group => group).OrderBy(one => one.Kind == BehaviourKind.Other).ThenBy(one => !IsSelfContained(one)).ThenBy(Length).ThenBy(one => one.Test, StringComparer.Ordinal)
                .DistinctBy(one => (one.Call ?? one.Message, one.Actual, one.Expected)),
        ];
        List<Behaviour> chosen = [];
        foreach (var part in parts ?? [])
        {
            if (!chosen.Any(one => part.Contains(one.Test)) && clear.FirstOrDefault(one => part.Contains(one.Test)) is { } first) chosen.Add(first);
        }

        return [.. chosen.Concat(clear.Except(chosen)).Take(most)];
    }

    /// <summary>Of two long values what stands around the place where they differ.</summary>
    private static Behaviour Narrowed(Behaviour one)
    {
        if (one is not { Actual: { Length: > LongValue } actual, Expected: { Length: > LongValue } expected }) return one;
        var same = actual.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same == Math.Min(actual.Length, expected.Length)) return one;
        var begin = Math.Max(0, same - Around);
        string Part(string text) => $"{(begin > 0 ? "..." : "")}{text[begin..Math.Min(text.Length, same + (2 * Around))]}{(text.Length > same + (2 * Around) ? "..." : "")}";
        return one with { Actual = Part(actual), Expected = Part(expected) };
    }

    private static bool IsClear(Behaviour one) =>
        Length(one) <= LongestExample && !Noise().IsMatch($"{one.Call} {one.Actual} {one.Expected} {string.Join(' ', one.SetUp)}") && !IsOfTestClass(one) && (one.Kind == BehaviourKind.Other ? (one.Call is not null || one.Message.Length > 8) && !Noise().IsMatch(one.Message) : one.Actual is not null);

    /// <summary>Speaks of <c>self</c> outside of a class, and nothing tells what that is.</summary>
    private static bool IsOfTestClass(Behaviour one) =>
        !one.SetUp.Any(line => line.StartsWith("self = ", StringComparison.Ordinal)) && one.SetUp.Where(line => !line.StartsWith("class ", StringComparison.Ordinal)).Append(one.Call).Append(one.Actual).Append(one.Expected).Any(line => line is not null && Self().IsMatch(line));

    /// <summary>Can be tried as it stands: what it is called with is there.</summary>
    private static bool IsSelfContained(Behaviour one) => one.Call is not null && (one.SetUp.Count > 0 || one.Inputs.Count > 0 || Literal().IsMatch(one.Call));

    private static int Length(Behaviour one) => (one.Call?.Length ?? 0) + (one.Actual?.Length ?? 0) + (one.Expected?.Length ?? 0) + one.SetUp.Sum(line => line.Length) + one.Inputs.Sum(input => input.Key.Length + input.Value.Length) + (one.Kind == BehaviourKind.Other ? one.Message.Length : 0);

    private static string Title(IReadOnlyList<Behaviour> examples, string? subject, string project) => (examples.Count == 0 ? (BehaviourKind?)null : examples[0].Kind, subject) switch
    {
        (BehaviourKind.Raises, { } name) => $"# `{name}` raises an unexpected error",
        (BehaviourKind.NotRaised, { } name) => $"# `{name}` accepts what it should refuse",
        (BehaviourKind.Raises, null) => $"# Unexpected error in {project}",
        (_, { } name) => $"# `{name}` gives a wrong result",
        _ => $"# Wrong behaviour in {project}",
    };

    internal static string Example(Behaviour one, string language)
    {
        var text = new StringBuilder();
        if (one.Call is not null)
        {
            text.Append("```").Append(language).Append('\n');
            foreach (var (name, value) in one.Inputs) text.Append(name).Append(" = ").Append(value).Append('\n');
            foreach (var line in one.SetUp) text.Append(line).Append('\n');
            text.Append(one.Call).Append("\n```\n");
        }

        switch (one.Kind)
        {
            case BehaviourKind.Value:
                text.Append(one.Call is null ? "- what comes out: " : "- gives: ").Append(Code(one.Actual!)).Append('\n');
                if (one.Expected is not null) text.Append("- expected: ").Append(Code(one.Expected)).Append('\n');
                break;
            case BehaviourKind.Raises:
                text.Append("- fails with: ").Append(Code(one.Actual!)).Append('\n');
                if (one.Expected is not null) text.Append("- expected: ").Append(Code(one.Expected)).Append('\n');
                break;
            case BehaviourKind.NotRaised:
                text.Append("- raises nothing\n- expected: ").Append(Code(one.Expected ?? "an error")).Append('\n');
                break;
            default:
                text.Append("What is seen:\n\n```\n").Append(one.Message.Trim()).Append("\n```\n");
                if (one.Expected is not null) text.Append("\nWhat should hold: ").Append(Code(one.Expected)).Append('\n');
                break;
        }

        return text.ToString();
    }

    private static string Code(string value)
    {
        var line = value.ReplaceLineEndings(" ").Trim();
        return line.StartsWith("a ", StringComparison.Ordinal) || line.StartsWith("anything ", StringComparison.Ordinal) ? line : line.Length == 0 ? "an empty text" : line.Contains('`', StringComparison.Ordinal) ? $"`` {line} ``" : $"`{line}`";
    }

    /// <summary>The function that a line calls; one of the language's own is not what the problem is about.</summary>
    [GeneratedRegex(@"^(?:(?:const |let (?:mut |ref )?|var |local )?[$@]?\w+(?:, \w+)* :?= )?(?:await )?(?:new )?((?!(?:Object|Array|Number|String|Boolean|Promise|JSON|Math|Symbol|require|expect|self|str|list|len|repr|dict|set|frozenset|tuple|sorted|next|iter|int|float|bytes|bytearray|type|isinstance|issubclass|callable|getattr|setattr|hasattr|bool|all|any|sum|min|max|abs|round|zip|map|filter|reversed|enumerate|range|open|hash|vars|dir|make|append|string|pytest|os|re|io|sys|json|math|sort|bufio|regexp|context|sync|datetime|date|time|timedelta|Decimal|Path|pickle|copy|tostring|tonumber|pcall|pairs|ipairs|setmetatable|select|unpack|Some|Ok|Err|Vec|Box|Rc|Arc|HashMap|HashSet|BTreeMap|BTreeSet|assert\w*|vec|format|std|core)\b|(?:strings|bytes|fmt|errors|reflect|strconv|http|httptest|unicode|utf8)\.)\$?[A-Za-z_\\](?:(?:[\w.:\\]|\??->)*\w)?[?!]?)\(")]
    private static partial Regex Callee();

    [GeneratedRegex(@"[(,\[]\s*[-'""\d\[{(]|^\w[\w.]*\(\)")]
    private static partial Regex Literal();

    /// <summary>Addresses, temporary paths and times differ from run to run.</summary>
    [GeneratedRegex(@"(?: at |:)0x[0-9a-f]+|0xc0[0-9a-f]{8}|/tmp/|/testbed|\bgoroutine \d+")]
    private static partial Regex Noise();

    [GeneratedRegex(@"\bself\.")]
    private static partial Regex Self();
}
