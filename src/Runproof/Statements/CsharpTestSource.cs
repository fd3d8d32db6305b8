using System.Text.RegularExpressions;

namespace Runproof.Statements;

/// <summary>What a test did and checked at a line.</summary>
/// <param name="Call">What was called.</param>
/// <param name="Holds">The condition that should have held, where the assertion names no values.</param>
/// <param name="SetUp">Statements that make what is called or called with.</param>
internal sealed record CsharpCheck(string Call, string? Holds, IReadOnlyList<string> SetUp);

/// <summary>Reads the statement at a line of a test in C#: the call inside of its assertion, and what made the names in it. Works on text; what is laid out in an unusual way is not found.</summary>
internal static partial class CsharpTestSource
{
    private const int MostStatements = 6;
    private const int LongestStatement = 10;
    private const int MostCharacters = 400;

    /// <param name="line">1-based.</param>
    public static CsharpCheck? Read(string source, int line)
    {
        var lines = source.ReplaceLineEndings("\n").Split('\n');
        if (line < 1 || line > lines.Length || StatementAt(lines, line - 1) is not { } statement) return null;
        var (call, holds) = CallIn(statement);
        return call.Length is 0 or > MostCharacters ? null : new(call, holds, SetUp(lines, line - 1, call));
    }

    /// <summary>From a line to the semicolon that ends it; null where there is none near.</summary>
    private static string? StatementAt(string[] lines, int at)
    {
        var text = "";
        for (var i = at; i < lines.Length && i < at + LongestStatement; i++)
        {
            text = text.Length == 0 ? lines[i].Trim() : $"{text}\n{lines[i].Trim()}";
            var bare = Quoted().Replace(text, "\"\"");
            var depth = bare.Count(one => one is '(' or '[' or '{') - bare.Count(one => one is ')' or ']' or '}');
            if (depth <= 0 && bare.EndsWith(';')) return Comment().Replace(text, "").TrimEnd(';').Trim();
        }

        return null;
    }

    private static (string Call, string? Holds) CallIn(string statement)
    {
        var text = Assigned().Replace(Awaited().Replace(statement, ""), "");
        if (Assertion().Match(text) is { Success: true } assertion)
        {
            var arguments = Arguments(text, assertion.Length - 1);
            if (arguments.Count == 0) return ("", null);
            var method = assertion.Groups["method"].Value;
            var isPair = method is "Equal" or "NotEqual" or "Same" or "NotSame" or "StrictEqual" or "Equivalent" or "AreEqual" or "AreNotEqual" or "AreSame" or "AreNotSame" or "Contains" or "DoesNotContain" or "StartsWith" or "EndsWith" or "IsType" or "Matches";
            var chosen = isPair && arguments.Count > 1 ? (IsValue(arguments[1]) && !IsValue(arguments[0]) ? arguments[0] : arguments[1]) : arguments[0];
            var holds = method is "True" or "IsTrue" or "That" && arguments.Count == 1 ? chosen : method is "False" or "IsFalse" ? $"!({chosen})" : null;
            return (Lambda().Replace(chosen, "").Trim(), holds);
        }

        if (text.IndexOf(".Should", StringComparison.Ordinal) is > 0 and var should && Fluent().IsMatch(text[should..])) return (Lambda().Replace(text[..should].Trim(), ""), null);
        return (text, null);
    }

    /// <summary>What stands between the parentheses that open at a place, part by part.</summary>
    private static List<string> Arguments(string text, int open)
    {
        List<string> arguments = [];
        var (depth, begin, quote) = (0, open + 1, '\0');
        for (var i = open; i < text.Length; i++)
        {
            var one = text[i];
            if (quote != '\0')
            {
                if (one == '\\') i++;
                else if (one == quote) quote = '\0';
                continue;
            }

            if (one is '"' or '\'') quote = one;
            else if (one is '(' or '[' or '{') depth++;
            else if (one is ')' or ']' or '}') depth--;
            if ((depth == 1 && one == ',') || depth == 0)
            {
                if (i > begin) arguments.Add(text[begin..i].Trim());
                begin = i + 1;
                if (depth == 0) break;
            }
        }

        return arguments;
    }

    private static bool IsValue(string text) => Value().IsMatch(text);

    private static List<string> SetUp(string[] lines, int at, string call)
    {
        var needed = Names(call).ToHashSet();
        List<string> found = [];
        var indent = Indent(lines[at]);
        var top = at - 1;
        for (; top >= 0 && found.Count < MostStatements; top--)
        {
            var line = lines[top].Trim();
            if (line.Length == 0) continue;
            if (Indent(lines[top]) < indent && line is "{") break;
            if (Indent(lines[top]) != indent || StatementAt(lines, top) is not { } statement || Assertion().IsMatch(statement) || statement.Length > MostCharacters) continue;
            var target = Target().Match(statement) is { Success: true } made ? made.Groups["name"].Value : On().Match(statement) is { Success: true } on ? on.Groups["name"].Value : null;
            if (target is null || !needed.Contains(target)) continue;
            needed.UnionWith(Names(statement));
            found.Insert(0, statement + ";");
        }

        // Fields of the class that the names lead to.
        foreach (var line in lines.Select(line => Field().Match(line)).Where(field => field.Success && needed.Contains(field.Groups["name"].Value)).Select(field => field.Groups["declaration"].Value).Take(3).Reverse()) found.Insert(0, line);
        return found;
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    private static IEnumerable<string> Names(string text) => Name().Matches(Quoted().Replace(text, "")).Select(match => match.Value);

    [GeneratedRegex(@"^(?:await )?(?:global::)?(?:\w+\.)*?(?:Assert|ClassicAssert|CollectionAssert|StringAssert)\.(?<method>\w+)(?:<[^()]*>)?\(")]
    private static partial Regex Assertion();

    [GeneratedRegex(@"^\.Should(?:\(\)|\w+\()")]
    private static partial Regex Fluent();

    [GeneratedRegex(@"^(?:return )?await ")]
    private static partial Regex Awaited();

    [GeneratedRegex(@"^(?:var|[\w.<>\[\]?,]+) \w+ = (?=.*\(|.*Assert)(?:await )?")]
    private static partial Regex Assigned();

    [GeneratedRegex(@"^(?:async )?(?:\(\)|\w+) => (?:await )?")]
    private static partial Regex Lambda();

    [GeneratedRegex(@"^(?:-?\d[\w.]*|""[^""]*""|'[^']*'|true|false|null|typeof\(.*\))$")]
    private static partial Regex Value();

    [GeneratedRegex(@"^(?:using )?(?:(?:var|[\w.<>\[\]?,]+) )?(?<name>[A-Za-z_]\w*) = ")]
    private static partial Regex Target();

    [GeneratedRegex(@"^(?:await )?(?<name>[A-Za-z_]\w*)\.\w+(?:<[^()]*>)?\(")]
    private static partial Regex On();

    [GeneratedRegex(@"^\s{2,8}(?:(?:private|protected|internal|public|static|readonly) )+(?<declaration>[\w.<>\[\]?, ]+ (?<name>\w+) = [^;]+;)\s*$")]
    private static partial Regex Field();

    [GeneratedRegex(@"(?<![\w.])[A-Za-z_]\w*")]
    private static partial Regex Name();

    [GeneratedRegex(@"[$@]*""(?:\\.|[^""\\])*""|'(?:\\.|[^'\\])+'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?m)\s+// .*$")]
    private static partial Regex Comment();
}
