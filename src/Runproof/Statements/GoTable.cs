using System.Text.RegularExpressions;

namespace Runproof.Statements;

/// <summary>
/// The row of a table that a failing Go test stands for: the only one whose values, as far as the code uses them, the failure's message names. Its values are put in the place of <c>tc.field</c>. Knows lists of structs, in
/// gofmt's layout, a row a line; anything else stays as it is.
/// </summary>
internal static partial class GoTable
{
    private const int LongestValue = 200;

    /// <param name="line">1-based: where the failure was reported.</param>
    public static GoCheck Filled(GoCheck check, string source, int line, string message)
    {
        var lines = source.Split('\n');
        if (HeadOf(lines, line - 1) is not { } head) return check;
        var (row, table, at) = head;
        var code = string.Join('\n', check.Code.Append(check.Holds ?? ""));
        var used = Regex.Matches(code, $@"(?<![\w.]){row}\.(\w+)(?![\w(])").Select(match => match.Groups[1].Value).Distinct().ToList();
        if (used.Count == 0 || RowsOf(lines, table, at) is not { Count: > 0 } rows) return check;
        var told = Told(message);
        var fitting = rows.Where(values => IsTold(values, used, told)).ToList();
        if (fitting.Count != 1) return check;
        string Fill(string text) => Regex.Replace(text, $@"(?<![\w.]){row}\.(\w+)(?![\w(])", match => fitting[0].GetValueOrDefault(match.Groups[1].Value, match.Value));
        return new([.. check.Code.Select(Fill)], check.Holds is null ? null : Fill(check.Holds));
    }

    /// <summary>At least one of the values is a text or number that the message names, and no other text is missing there.</summary>
    private static bool IsTold(Dictionary<string, string> row, List<string> used, HashSet<string> told)
    {
        var values = used.Select(field => row.GetValueOrDefault(field)).OfType<string>().Select(Bare).Where(value => value.Length > 0 && value is not ("true" or "false" or "nil")).ToList();
        return values.Count > 0 && values.All(told.Contains);
    }

    /// <summary>The loop around a line: its variable, the table, and where it stands.</summary>
    private static (string Row, string Table, int At)? HeadOf(string[] lines, int at)
    {
        if (at < 0 || at >= lines.Length) return null;
        for (var i = at; i >= 0 && !(lines[i].StartsWith("func ", StringComparison.Ordinal) && i < at); i--)
        {
            if (Loop().Match(lines[i]) is { Success: true } loop) return (loop.Groups["row"].Value, loop.Groups["table"].Value, i);
        }

        return null;
    }

    private static List<Dictionary<string, string>>? RowsOf(string[] lines, string table, int at)
    {
        var begin = at - 1;
        while (begin >= 0 && !Regex.IsMatch(lines[begin], $@"^\s*(?:var )?{Regex.Escape(table)} :?= \[\]\*?(?:struct \{{|\w+\{{)\s*$")) begin--;
        if (begin < 0) return null;
        List<string> fields = [];
        var i = begin + 1;
        if (lines[begin].Contains("struct {", StringComparison.Ordinal))
        {
            for (; i < at && !lines[i].Trim().StartsWith('}'); i++)
            {
                if (Fields().Match(lines[i]) is { Success: true } match) fields.AddRange(match.Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries));
            }

            i++;
        }

        return [.. lines.Skip(i).Take(at - i).Select(line => line.Trim()).Where(line => line.StartsWith('{') && line.EndsWith("},", StringComparison.Ordinal)).Select(line => Values(line[1..^2], fields)).OfType<Dictionary<string, string>>()];
    }

    private static Dictionary<string, string>? Values(string row, List<string> fields)
    {
        List<string> items = [];
        var (depth, begin, quote) = (0, 0, '\0');
        for (var i = 0; i <= row.Length; i++)
        {
            var c = i < row.Length ? row[i] : ',';
            if (quote != '\0' && i < row.Length)
            {
                if (c == '\\' && quote != '`') i++;
                else if (c == quote) quote = '\0';
            }
            else if (c is '"' or '`' or '\'') quote = c;
            else if (c is '{' or '(' or '[') depth++;
            else if (c is '}' or ')' or ']') depth--;
            else if (c == ',' && depth == 0)
            {
                if (row[begin..i].Trim() is { Length: > 0 } item) items.Add(item);
                begin = i + 1;
            }
        }

        if (items.Count == 0 || items.Any(item => item.Length > LongestValue)) return null;
        if (items.All(item => Keyed().IsMatch(item))) return items.Select(item => Keyed().Match(item)).DistinctBy(match => match.Groups[1].Value).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        return items.Count == fields.Count ? fields.Zip(items).DistinctBy(pair => pair.First).ToDictionary() : null;
    }

    private static HashSet<string> Told(string message) =>
        [.. Quoted().Matches(message).Select(match => match.Value[1..^1]), .. message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('"', '\'', '`', '.', ',', ';', ':', '(', ')'))];

    private static string Bare(string value) => value.Length > 1 && value[0] is '"' or '`' ? value[1..^1] : value;

    [GeneratedRegex(@"^\s*for (?:_|\w+), (?<row>\w+) := range (?<table>\w+) \{")]
    private static partial Regex Loop();

    [GeneratedRegex(@"^\s*(?<names>\w+(?:, \w+)*)\s+[\w.*\[\]]+")]
    private static partial Regex Fields();

    [GeneratedRegex(@"^(\w+):\s*(.+)$", RegexOptions.Singleline)]
    private static partial Regex Keyed();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|`[^`]*`")]
    private static partial Regex Quoted();
}
