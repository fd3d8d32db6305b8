using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Runproof.ToolCalls;

/// <summary>Reads literals of Python (strings, numbers, <c>True</c>, <c>None</c>, lists, tuples, dictionaries) into JSON, and calls with keywords.</summary>
internal sealed class PythonLiteral(string text) : LiteralReader(text)
{
    /// <summary>The value of a whole text.</summary>
    /// <exception cref="FormatException">It is no literal.</exception>
    public static JsonNode? Read(string text)
    {
        var reader = new PythonLiteral(text);
        var value = reader.Value(0);
        reader.Blank();
        return reader.At == text.Length ? value : throw reader.Wrong("the end");
    }

    /// <summary>A list of calls: <c>[get(city="SF", n=2), other()]</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IReadOnlyList<ToolCall> Calls(string text)
    {
        var reader = new PythonLiteral(text);
        List<ToolCall> calls = [];
        reader.Expect('[');
        while (!reader.Try(']'))
        {
            if (calls.Count > 0) reader.Expect(',');
            calls.Add(reader.Call());
        }

        reader.Blank();
        return reader.At == text.Length ? calls : throw reader.Wrong("the end");
    }

    /// <summary>A value as Python writes it.</summary>
    public static string Write(JsonNode? value) => value switch
    {
        null => "None",
        JsonObject pairs => $"{{{string.Join(", ", pairs.Select(pair => $"{Quoted(pair.Key)}: {Write(pair.Value)}"))}}}",
        JsonArray list => $"[{string.Join(", ", list.Select(Write))}]",
        JsonValue one when one.TryGetValue<string>(out var said) => Quoted(said),
        JsonValue one when one.TryGetValue<bool>(out var flag) => flag ? "True" : "False",
        _ => value.ToJsonString(),
    };

    private static string Quoted(string said)
    {
        var result = new StringBuilder("\"");
        foreach (var letter in said)
        {
            _ = letter switch
            {
                '"' or '\\' => result.Append('\\').Append(letter),
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                < ' ' or '\u007f' => result.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}"),
                _ => result.Append(letter),
            };
        }

        return result.Append('"').ToString();
    }

    private ToolCall Call()
    {
        var name = Word();
        while (Try('.')) name += "." + Word();
        Expect('(');
        var arguments = new JsonObject();
        while (!Try(')'))
        {
            if (arguments.Count > 0)
            {
                Expect(',');
                if (Try(')')) break;
            }

            var key = Word();
            Expect('=');
            if (!arguments.TryAdd(key, Value(0))) throw new FormatException($"'{key}' is given twice");
        }

        return new(name, arguments);
    }

    private JsonNode? Value(int depth)
    {
        Deep(depth);
        Blank();
        if (At == All.Length) throw Wrong("a value");
        switch (All[At])
        {
            case '[':
                At++;
                return Items(']', depth);
            case '(':
                At++;
                return Items(')', depth);
            case '{':
                At++;
                return Pairs(depth);
            case '"' or '\'':
                return Text();
            case '+' or '-' or '.' or (>= '0' and <= '9'):
                return Number();
            default:
                return Word() switch
                {
                    "True" => JsonValue.Create(true),
                    "False" => JsonValue.Create(false),
                    "None" => null,
                    var word => throw new FormatException($"'{word}' is no literal"),
                };
        }
    }

    private JsonArray Items(char end, int depth)
    {
        var list = new JsonArray();
        while (!Try(end))
        {
            if (list.Count > 0)
            {
                Expect(',');
                if (Try(end)) break;
            }

            list.Add(Value(depth + 1));
        }

        return list;
    }

    private JsonObject Pairs(int depth)
    {
        var pairs = new JsonObject();
        while (!Try('}'))
        {
            if (pairs.Count > 0)
            {
                Expect(',');
                if (Try('}')) break;
            }

            Blank();
            var key = At < All.Length && All[At] is '"' or '\'' ? Text().GetValue<string>() : throw Wrong("a string as key");
            Expect(':');
            if (!pairs.TryAdd(key, Value(depth + 1))) throw new FormatException($"'{key}' stands twice");
        }

        return pairs;
    }

    private JsonValue Number()
    {
        var start = At;
        while (At < All.Length && (char.IsAsciiLetterOrDigit(All[At]) || All[At] is '+' or '-' or '.' or '_')) At++;
        var number = All[start..At].Replace("_", "", StringComparison.Ordinal);
        if (long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? JsonValue.Create(real) : throw new FormatException($"'{number}' is no number");
    }

    private JsonValue Text()
    {
        var quote = All[At].ToString();
        if (string.CompareOrdinal(All, At, quote + quote + quote, 0, 3) == 0) quote += quote + quote;
        At += quote.Length;
        var result = new StringBuilder();
        while (string.CompareOrdinal(All, At, quote, 0, quote.Length) != 0)
        {
            if (At >= All.Length || (quote.Length == 1 && All[At] == '\n')) throw Wrong("the end of a string");
            if (All[At] == '\\') Escape(result);
            else result.Append(All[At++]);
        }

        At += quote.Length;
        return JsonValue.Create(result.ToString());
    }

    private void Escape(StringBuilder result)
    {
        if (++At == All.Length) throw Wrong("an escape");
        var letter = All[At++];
        _ = letter switch
        {
            'n' => result.Append('\n'),
            't' => result.Append('\t'),
            'r' => result.Append('\r'),
            'b' => result.Append('\b'),
            'f' => result.Append('\f'),
            'v' => result.Append('\v'),
            'a' => result.Append('\a'),
            '0' => result.Append('\0'),
            '\n' => result,
            '\\' or '\'' or '"' => result.Append(letter),
            'x' => result.Append((char)Hex(2)),
            'u' => result.Append((char)Hex(4)),
            'U' => result.Append(Rune.TryCreate(Hex(8), out var rune) ? rune.ToString() : throw Wrong("a character")),
            _ => result.Append('\\').Append(letter),
        };
    }

    private int Hex(int digits)
    {
        if (At + digits > All.Length || !int.TryParse(All.AsSpan(At, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)) throw Wrong($"{digits} hexadecimal digits");
        At += digits;
        return code;
    }

    private string Word()
    {
        Blank();
        var start = At;
        while (At < All.Length && (char.IsLetterOrDigit(All[At]) || All[At] is '_' or '-')) At++;
        return At > start ? All[start..At] : throw Wrong("a name");
    }
}
