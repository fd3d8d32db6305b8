using System.Text.RegularExpressions;

namespace Runproof.Statements;

/// <summary>What a Go test did and checked before it reported a failure.</summary>
/// <param name="Code">The statements that made what was checked, in order; the last one is the call in question, where it does not stand in the condition.</param>
/// <param name="Holds">The condition that should have held; null where the place of the failure does not tell.</param>
internal sealed record GoCheck(IReadOnlyList<string> Code, string? Holds);

/// <summary>
/// Reads a check from the source of a Go test, from the place that its failure names. A Go test prints what its author thought of, often only "bad result"; the source has the call. Works on lines, since
/// gofmt makes indentation mean nesting; what is laid out in another way is not found.
/// </summary>
internal static partial class GoTestSource
{
    private const int MostStatements = 6;
    private const int LongestStatement = 8;
    private const int MostCharacters = 400;

    /// <param name="line">1-based: where the failure was reported, or the call that panicked.</param>
    public static GoCheck? Read(string source, int line)
    {
        var lines = source.Split('\n');
        if (line < 1 || line > lines.Length || lines[line - 1].Trim().Length == 0) return null;
        var at = line - 1;
        var own = lines[at].Trim();
        if (!Reports().IsMatch(own)) return If().Match(own) is { Success: true } head ? Found(lines, at, head.Groups["condition"].Value, Indent(lines[at]), [head.Groups[head.Groups["made"].Success ? "made" : "condition"].Value.Trim()], null) : Found(lines, at, own, Indent(lines[at]), Own(lines, at), null);

        var guard = at - 1;
        while (guard >= 0 && (lines[guard].Trim().Length == 0 || Indent(lines[guard]) >= Indent(lines[at]))) guard--;
        if (guard < 0) return null;
        var isElse = lines[guard].Trim() == "} else {";
        if (isElse) guard = HeadOf(lines, guard);
        if (If().Match(lines[guard].Trim()) is not { Success: true } match) return null;
        var condition = match.Groups["condition"].Value.Trim();
        return Found(lines, guard, condition, Indent(lines[guard]), match.Groups["made"].Success ? [match.Groups["made"].Value.Trim()] : [], isElse ? condition : Opposite(condition));
    }

    /// <summary>The <c>if</c> or <c>else if</c> before an <c>else</c>.</summary>
    private static int HeadOf(string[] lines, int at)
    {
        var head = at - 1;
        while (head > 0 && (lines[head].Trim().Length == 0 || Indent(lines[head]) > Indent(lines[at]))) head--;
        return Math.Max(head, 0);
    }

    /// <summary>The statement of the place itself is the code where it calls something: a helper that asserts, or what panicked.</summary>
    private static List<string> Own(string[] lines, int at)
    {
        var own = Statement(lines, at);
        return own is null || own[0].Contains("func(", StringComparison.Ordinal) ? [] : [string.Join('\n', own)];
    }

    private static GoCheck? Found(string[] lines, int at, string text, int indent, List<string> code, string? holds)
    {
        var needed = Names(text).Concat(code.SelectMany(Names)).ToHashSet();
        var isChained = lines[at].TrimStart().StartsWith("} else", StringComparison.Ordinal);
        var top = at - 1;
        for (; top >= 0; top--)
        {
            var line = lines[top].Trim();
            if (line.Length == 0 || Indent(lines[top]) > indent) continue;
            var isAround = Indent(lines[top]) < indent || isChained;
            isChained = isChained && line.StartsWith("} else", StringComparison.Ordinal);
            indent = Indent(lines[top]);
            if (indent == 0 && line[0] != '}') break;
            if (code.Count == MostStatements) continue;
            var head = Opened().Match(line).Value;
            var made = head.Length > 0 ? head : isAround || !Concerns(line, needed) || Statement(lines, top) is not { } statement ? null : string.Join('\n', statement);
            if (made is null || !(isAround ? Assigns(made, needed) : Concerns(made, needed))) continue;
            code.Insert(0, made);

            // What the name held before does not matter, unless the new value is made from it.
            if (Assignment().Match(made) is { Success: true } whole) needed.ExceptWith(Names(whole.Groups["targets"].Value));
            needed.UnionWith(Names(made[Assignment().Match(made).Groups["targets"].Length..]));
        }

        // A helper's own variables mean nothing without what the test gave it.
        if (top < 0 || !TestFunction().IsMatch(lines[top])) return null;
        while (code.Count > 1 && code.Sum(one => one.Length) > MostCharacters) code.RemoveAt(0);
        return code.Append(text).Any(one => one.Contains('(', StringComparison.Ordinal)) && code.Sum(one => one.Length) + text.Length <= MostCharacters ? new(code, holds) : null;
    }

    /// <summary>The lines of a statement, as far in as its first one; null when it is long.</summary>
    private static List<string>? Statement(string[] lines, int at)
    {
        var indent = Indent(lines[at]);
        List<string> found = [lines[at].Trim()];
        if (!Open().IsMatch(found[0])) return found;
        for (var i = at + 1; i < lines.Length && found.Count < LongestStatement; i++)
        {
            found.Add(lines[i].Trim().Length == 0 ? "" : lines[i].TrimEnd()[Math.Min(indent, Indent(lines[i]))..]);
            if (Indent(lines[i]) <= indent && lines[i].Trim().Length > 0) return found;
        }

        return null;
    }

    private static int Indent(string line) => line.TakeWhile(c => c == '\t').Count();

    private static bool Assigns(string line, HashSet<string> needed) => Names(Assignment().Match(line).Groups["targets"].Value).Any(needed.Contains);

    /// <summary>Makes one of the variables, calls a method of it, or hands it to a call that may fill it.</summary>
    private static bool Concerns(string line, HashSet<string> needed) =>
        Assignment().IsMatch(line) ? Assigns(line, needed) || Address().Matches(line).Any(match => needed.Contains(match.Groups[1].Value))
        : Call().IsMatch(line) && !Reports().IsMatch(line) && Names(line).Any(needed.Contains);

    /// <summary>Names that a variable may have; those behind a dot belong to another.</summary>
    private static IEnumerable<string> Names(string text) => Name().Matches(Text().Replace(text, "\"\"")).Select(match => match.Value);

    private static string Opposite(string condition)
    {
        if (Bare(condition) is { } bare) return Opposite(bare);
        if (condition.StartsWith('!') && (Bare(condition[1..]) ?? (condition.Contains(' ', StringComparison.Ordinal) ? null : condition[1..])) is { } denied) return denied;
        if (Comparison().Match(condition) is { Success: true } compared)
        {
            var other = compared.Groups[2].Value switch { "!=" => "==", "==" => "!=", "<" => ">=", ">" => "<=", "<=" => ">", _ => "<" };
            return $"{compared.Groups[1].Value} {other} {compared.Groups[3].Value}";
        }

        return condition.StartsWith('!') && !Joined().IsMatch(condition) ? condition[1..] : $"!{(condition.Contains(' ', StringComparison.Ordinal) ? $"({condition})" : condition)}";
    }

    /// <summary>What stands in parentheses that hold the whole; null without such.</summary>
    private static string? Bare(string condition)
    {
        if (!condition.StartsWith('(') || !condition.EndsWith(')')) return null;
        var depth = 0;
        for (var i = 0; i < condition.Length - 1; i++)
        {
            depth += condition[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0) return null;
        }

        return condition[1..^1];
    }

    /// <summary>A call that reports a failure, or only talks to the framework.</summary>
    [GeneratedRegex(@"^(?:\w+\.)?(?:Parallel|Helper|Cleanup|Setenv|Error|Errorf|Fatal|Fatalf|Fail|FailNow|Log|Logf|Skip|Skipf|panic)\(")]
    private static partial Regex Reports();

    [GeneratedRegex(@"^(?:\} else )?if (?:(?<made>[^;{]*:?=[^;{]*); )?(?<condition>[^;]+) \{$")]
    private static partial Regex If();

    /// <summary>What a block's head assigns: <c>if x, err := f(); …</c>.</summary>
    [GeneratedRegex(@"(?<=^(?:if|switch|\} else if) )[^;{]*:=[^;{]*(?=;)")]
    private static partial Regex Opened();

    [GeneratedRegex(@"^(?:var )?(?!(?:if|for|switch|case|return|go|defer|else|var|const|func)\b)(?<targets>[A-Za-z_]\w*(?:, [A-Za-z_]\w*)*)(?: [\w.\[\]*]+)?(?: :?= .+|$)")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^\w[\w.]*\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"&([A-Za-z_]\w*)")]
    private static partial Regex Address();

    [GeneratedRegex(@"^func (?:\([^)]*\) )?(?:Test|Example|Fuzz)")]
    private static partial Regex TestFunction();

    [GeneratedRegex(@"[({\[,]$|[=+|&]$|`[^`]*$")]
    private static partial Regex Open();

    [GeneratedRegex(@"(?<![\w.])[A-Za-z_]\w*")]
    private static partial Regex Name();

    [GeneratedRegex(@"""(?:\\.|[^""\\])*""|'(?:\\.|[^'\\])+'|`[^`]*`")]
    private static partial Regex Text();

    [GeneratedRegex(@"&&|\|\||[!=]=")]
    private static partial Regex Joined();

    [GeneratedRegex(@"^([^!=<>&|]+) (!=|==|<=|>=|<|>) ([^!=<>&|]+)$")]
    private static partial Regex Comparison();
}
