using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.ToolCalls;

/// <summary>Reads the JSON that models write.</summary>
internal static class JsonReading
{
    private const int MostBrackets = 8;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };
    private static readonly JsonDocumentOptions Tolerant = new() { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    /// <summary>A value; where it is not JSON but can mean one thing only, what was wrong stands in <paramref name="repair"/>. Null where it cannot be read.</summary>
    public static JsonNode? Read(string text, out string? repair)
    {
        repair = null;
        if (Parse(text, Strict) is { } clean) return clean;
        foreach (var (what, mended) in Mended(text))
        {
            if (Parse(mended, Tolerant) is not { } read) continue;
            repair = what;
            return read;
        }

        return null;
    }

    private static IEnumerable<(string What, string Text)> Mended(string text)
    {
        yield return ("JSON with a trailing comma or a comment", text);
        var escaped = WithEscapes(text);
        if (escaped != text) yield return ("a line break stands unescaped in a JSON string", escaped);
        if (Closed(escaped) is { } closed) yield return ("JSON whose brackets are not closed", closed);
    }

    /// <summary>Control characters inside of strings as JSON wants them.</summary>
    private static string WithEscapes(string text)
    {
        var result = new StringBuilder(text.Length);
        var (isString, isEscaped) = (false, false);
        foreach (var letter in text)
        {
            if (isString && letter < ' ') result.Append(letter switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => $"\\u{(int)letter:x4}" });
            else result.Append(letter);
            if (isEscaped) isEscaped = false;
            else if (isString && letter == '\\') isEscaped = true;
            else if (letter == '"') isString = !isString;
        }

        return result.ToString();
    }

    /// <summary>With the brackets that are missing at its end; null where a string is open, or a bracket closes what it did not open.</summary>
    private static string? Closed(string text)
    {
        Stack<char> open = [];
        var (isString, isEscaped) = (false, false);
        foreach (var letter in text)
        {
            if (isEscaped) isEscaped = false;
            else if (isString) (isString, isEscaped) = (letter != '"', letter == '\\');
            else if (letter == '"') isString = true;
            else if (letter is '{' or '[') open.Push(letter == '{' ? '}' : ']');
            else if (letter is '}' or ']' && (open.Count == 0 || open.Pop() != letter)) return null;
        }

        return isString || open.Count is 0 or > MostBrackets ? null : text + string.Concat(open);
    }

    private static JsonNode? Parse(string text, JsonDocumentOptions options)
    {
        try
        {
            var node = JsonNode.Parse(text, documentOptions: options);

            // Half of a surrogate pair is found only when its string is read.
            node?.ToJsonString();
            return node;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
