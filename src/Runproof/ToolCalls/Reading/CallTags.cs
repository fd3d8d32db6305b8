using System.Text.Json.Nodes;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Reading;

/// <summary>How a format writes a call by tags: the text around its name, and around each parameter's.</summary>
/// <param name="IsOnLines">Values stand on lines of their own, so that exactly one line break at each end is not theirs.</param>
/// <param name="SaysType">Behind a parameter's name stands <c>string="true"</c> or <c>"false"</c>; else the tool's schema tells its type.</param>
internal sealed record TagStyle(string Call, string CallHead, string CallEnd, string Parameter, string ParameterHead, string ParameterEnd, bool IsOnLines, bool SaysType = false)
{
    /// <summary><c>&lt;function=NAME&gt;</c></summary>
    public static TagStyle Function { get; } = new("<function=", ">", "</function>", "<parameter=", ">", "</parameter>", IsOnLines: true);

    /// <summary><c>&lt;invoke name="NAME"&gt;</c></summary>
    public static TagStyle Invoke { get; } = new("<invoke name=\"", "\">", "</invoke>", "<parameter name=\"", "\">", "</parameter>", IsOnLines: false);
}

/// <summary>
/// Calls by tags, with values as plain text. A call and a value end where their closing tag is followed by the next tag or by the end: text that only looks like a tag stays part of a value.
/// </summary>
internal sealed class CallTags(TagStyle style)
{
    private const int LongestName = 256;
    private const string TextHead = "\" string=\"true\">";
    private const string OtherHead = "\" string=\"false\">";

    public string Write(ToolCall call)
    {
        var end = style.IsOnLines ? "\n" : "";
        var parameters = call.Arguments.Select(pair => $"{style.Parameter}{pair.Key}{HeadFor(pair.Value)}{end}{TypedText.Write(pair.Value)}{end}{style.ParameterEnd}\n");
        return $"{style.Call}{call.Name}{style.CallHead}\n{string.Concat(parameters)}{style.CallEnd}";
    }

    /// <param name="body">From the first call on, without what closes the block.</param>
    public void Read(string body, IReadOnlyList<ToolDefinition> tools, BlockResult into)
    {
        for (var at = 0; at < body.Length;)
        {
            var start = body.IndexOf(style.Call, at, StringComparison.Ordinal);
            if (body[at..(start < 0 ? body.Length : start)].Trim() is { Length: > 0 } gap) into.Repairs.Add($"'{Short(gap)}' stands between calls");
            if (start < 0) return;
            at = start + style.Call.Length;
            if (Name(body, at, style.CallHead) is not var (name, inside, _) || name.Length == 0)
            {
                into.Faults.Add("a call without a name");
                continue;
            }

            var end = EndOf(body, inside);
            if (end == body.Length) into.Repairs.Add($"'{style.CallEnd}' is missing");
            at = Math.Min(body.Length, end + style.CallEnd.Length);
            ReadOne(name, body[inside..end], tools.FirstOrDefault(tool => tool.Name == name), into);
        }
    }

    /// <summary>The name that begins at a place, and where what follows its head begins.</summary>
    private static (string Name, int Behind, string Type)? Name(string text, int at, params ReadOnlySpan<string> heads)
    {
        var near = text.AsSpan(at, Math.Min(LongestName, text.Length - at));
        foreach (var head in heads)
        {
            var end = near.IndexOf(head, StringComparison.Ordinal);
            if (end >= 0 && !near[..end].ContainsAny('\n', '>', '<')) return (near[..end].Trim().ToString(), at + end + head.Length, head);
        }

        return null;
    }

    /// <summary>A call ends where its closing tag is followed by another call or by nothing.</summary>
    private int EndOf(string body, int from)
    {
        for (var end = body.IndexOf(style.CallEnd, from, StringComparison.Ordinal); end >= 0; end = body.IndexOf(style.CallEnd, end + 1, StringComparison.Ordinal))
        {
            var behind = body.AsSpan(end + style.CallEnd.Length).TrimStart();
            if (behind.IsEmpty || behind.StartsWith(style.Call, StringComparison.Ordinal)) return end;
        }

        return body.Length;
    }

    private void ReadOne(string name, string inside, ToolDefinition? tool, BlockResult into)
    {
        var arguments = new JsonObject();
        var heads = Heads(inside);
        var rest = heads.Count > 0 ? inside[..heads[0].At] : inside;
        if (rest.Trim().Length > 0) into.Repairs.Add($"'{Short(rest.Trim())}' stands outside of parameters");
        for (var i = 0; i < heads.Count; i++)
        {
            var (_, key, behind, type) = heads[i];
            var text = inside[behind..(i + 1 < heads.Count ? heads[i + 1].At : inside.Length)];
            if (text.AsSpan().TrimEnd().EndsWith(style.ParameterEnd, StringComparison.Ordinal)) text = text[..text.LastIndexOf(style.ParameterEnd, StringComparison.Ordinal)];
            else
            {
                into.Repairs.Add($"'{style.ParameterEnd}' is missing behind '{key}'");
                text = text.TrimEnd() + (style.IsOnLines && text.TrimEnd().Length < text.Length ? "\n" : "");
            }

            var value = Value(style.IsOnLines ? WithoutEnds(text) : text, type, tool?.Parameter(key), into);
            if (arguments.TryAdd(key, value)) continue;
            into.Faults.Add($"'{key}' of '{name}' is given twice");
            return;
        }

        into.Calls.Add(new(name, arguments));
    }

    /// <summary>The heads of parameters: at the beginning, behind a closing tag, or on a line of their own.</summary>
    private List<(int At, string Key, int Behind, string Type)> Heads(string inside)
    {
        List<(int, string, int, string)> heads = [];
        for (var at = inside.IndexOf(style.Parameter, StringComparison.Ordinal); at >= 0; at = inside.IndexOf(style.Parameter, at + 1, StringComparison.Ordinal))
        {
            var before = inside.AsSpan(0, at).TrimEnd();
            var isBoundary = before.IsEmpty || before.EndsWith(style.ParameterEnd, StringComparison.Ordinal) || inside.AsSpan(before.Length, at - before.Length).Contains('\n');
            if (isBoundary && (style.SaysType ? Name(inside, at + style.Parameter.Length, TextHead, OtherHead) : Name(inside, at + style.Parameter.Length, style.ParameterHead)) is var (key, behind, type)) heads.Add((at, key, behind, type));
        }

        return heads;
    }

    private JsonNode? Value(string text, string type, JsonObject? schema, BlockResult into)
    {
        if (style.SaysType && type == TextHead) return JsonValue.Create(text);
        if (style.SaysType && text.Trim() == "null") return null;
        if (style.SaysType && JsonReading.Read(text, out var wrong) is { } node)
        {
            if (wrong is not null) into.Repairs.Add(wrong);
            return node;
        }

        var value = TypedText.Read(text, schema, out var repair);
        if (repair is not null) into.Repairs.Add(repair);
        return value;
    }

    /// <summary>Without exactly one line break at each end.</summary>
    public static string WithoutEnds(string text)
    {
        if (text.StartsWith("\r\n", StringComparison.Ordinal)) text = text[2..];
        else if (text.StartsWith('\n')) text = text[1..];
        if (text.EndsWith("\r\n", StringComparison.Ordinal)) return text[..^2];
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    private string HeadFor(JsonNode? value) => !style.SaysType ? style.ParameterHead : IsText(value) ? TextHead : OtherHead;

    private static bool IsText(JsonNode? value) => value is JsonValue one && one.TryGetValue<string>(out _);

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
