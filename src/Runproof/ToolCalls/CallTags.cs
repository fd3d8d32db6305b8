using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Runproof.ToolCalls;

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
internal sealed class CallTags
{
    private readonly TagStyle _style;
    private readonly Regex _call;
    private readonly Regex _parameter;
    private readonly Regex _end;

    public CallTags(TagStyle style)
    {
        _style = style;
        var (call, callEnd, parameter, parameterEnd) = (Regex.Escape(style.Call), Regex.Escape(style.CallEnd), Regex.Escape(style.Parameter), Regex.Escape(style.ParameterEnd));
        var name = style.CallHead.StartsWith('"') ? "[^\"\\n]*" : "[^>\\n]*";
        _call = new($@"(?<gap>.*?){call}(?<name>{name}){Regex.Escape(style.CallHead)}(?<inside>.*?)(?:(?<end>{callEnd})(?=\s*(?:{call}|\z))|\z)", RegexOptions.Singleline);
        _parameter = new($@"(?:(?<=\A\s*)|(?<={parameterEnd}\s*)|(?<=^[ \t]*)){parameter}(?<name>{name}){(style.SaysType ? "\" string=\"(?<text>true|false)\">" : Regex.Escape(style.ParameterHead))}", RegexOptions.Multiline);
        _end = new($@"{parameterEnd}\s*\z");
    }

    public string Write(ToolCall call)
    {
        var end = _style.IsOnLines ? "\n" : "";
        var parameters = call.Arguments.Select(pair => $"{_style.Parameter}{pair.Key}{(_style.SaysType ? $"\" string=\"{(IsText(pair.Value) ? "true" : "false")}\">" : _style.ParameterHead)}{end}{TypedText.Write(pair.Value)}{end}{_style.ParameterEnd}\n");
        return $"{_style.Call}{call.Name}{_style.CallHead}\n{string.Concat(parameters)}{_style.CallEnd}";
    }

    /// <param name="body">From the first call on, without what closes the block.</param>
    public void Read(string body, IReadOnlyList<ToolDefinition> tools, BlockResult into)
    {
        foreach (Match call in _call.Matches(body))
        {
            if (call.Groups["gap"].Value.Trim() is { Length: > 0 } gap) into.Repairs.Add($"'{Short(gap)}' stands between calls");
            if (!call.Groups["end"].Success) into.Repairs.Add($"'{_style.CallEnd}' is missing");
            var name = call.Groups["name"].Value.Trim();
            if (name.Length == 0) into.Faults.Add("a call without a name");
            else ReadOne(name, call.Groups["inside"].Value, tools.FirstOrDefault(tool => tool.Name == name), into);
        }
    }

    private void ReadOne(string name, string inside, ToolDefinition? tool, BlockResult into)
    {
        var arguments = new JsonObject();
        var heads = _parameter.Matches(inside);
        var rest = heads.Count > 0 ? inside[..heads[0].Index] : inside;
        if (rest.Trim().Length > 0) into.Repairs.Add($"'{Short(rest.Trim())}' stands outside of parameters");
        for (var i = 0; i < heads.Count; i++)
        {
            var key = heads[i].Groups["name"].Value;
            var text = inside[(heads[i].Index + heads[i].Length)..(i + 1 < heads.Count ? heads[i + 1].Index : inside.Length)];
            if (_end.Match(text) is { Success: true } closing) text = text[..closing.Index];
            else
            {
                into.Repairs.Add($"'{_style.ParameterEnd}' is missing behind '{key}'");
                text = text.TrimEnd() + (_style.IsOnLines && text.TrimEnd().Length < text.Length ? "\n" : "");
            }

            var value = Value(_style.IsOnLines ? WithoutEnds(text) : text, heads[i].Groups["text"], tool?.Parameter(key), into);
            if (arguments.TryAdd(key, value)) continue;
            into.Faults.Add($"'{key}' of '{name}' is given twice");
            return;
        }

        into.Calls.Add(new(name, arguments));
    }

    private JsonNode? Value(string text, Group isText, JsonObject? schema, BlockResult into)
    {
        if (_style.SaysType && isText.Value == "true") return JsonValue.Create(text);
        if (_style.SaysType && text.Trim() == "null") return null;
        if (_style.SaysType && JsonReading.Read(text, out var wrong) is { } node)
        {
            if (wrong is not null) into.Repairs.Add(wrong);
            return node;
        }

        var value = TypedText.Read(text, schema, out var repair);
        if (repair is not null) into.Repairs.Add(repair);
        return value;
    }

    /// <summary>Without exactly one line break at each end.</summary>
    private static string WithoutEnds(string text)
    {
        if (text.StartsWith("\r\n", StringComparison.Ordinal)) text = text[2..];
        else if (text.StartsWith('\n')) text = text[1..];
        if (text.EndsWith("\r\n", StringComparison.Ordinal)) return text[..^2];
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    private static bool IsText(JsonNode? value) => value is JsonValue one && one.TryGetValue<string>(out _);

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
