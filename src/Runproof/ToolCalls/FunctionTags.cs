using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Runproof.ToolCalls;

/// <summary>
/// Calls as <c>&lt;function=NAME&gt;&lt;parameter=KEY&gt;VALUE&lt;/parameter&gt;&lt;/function&gt;</c>, with values as plain text. A value ends where its closing tag is followed by the next tag: text that only looks like a tag stays part of it.
/// </summary>
internal static partial class FunctionTags
{
    public const string Begin = "<function=";
    public const string End = "</function>";

    public static string Write(ToolCall call)
    {
        var parameters = call.Arguments.Select(pair => $"<parameter={pair.Key}>\n{TypedText.Write(pair.Value)}\n</parameter>\n");
        return $"{Begin}{call.Name}>\n{string.Concat(parameters)}{End}";
    }

    /// <param name="body">From the first <see cref="Begin"/> on, without what closes the block.</param>
    public static void Read(string body, IReadOnlyList<ToolDefinition> tools, BlockResult into)
    {
        foreach (Match function in Function().Matches(body))
        {
            if (function.Groups["gap"].Value.Trim() is { Length: > 0 } gap) into.Repairs.Add($"'{Short(gap)}' stands between calls");
            if (!function.Groups["end"].Success) into.Repairs.Add($"'{End}' is missing");
            var name = function.Groups["name"].Value.Trim();
            if (name.Length == 0) into.Faults.Add("a function without a name");
            else ReadOne(name, function.Groups["inside"].Value, tools.FirstOrDefault(tool => tool.Name == name), into);
        }
    }

    private static void ReadOne(string name, string inside, ToolDefinition? tool, BlockResult into)
    {
        var arguments = new JsonObject();
        var heads = Parameter().Matches(inside);
        var rest = heads.Count > 0 ? inside[..heads[0].Index] : inside;
        if (rest.Trim().Length > 0) into.Repairs.Add($"'{Short(rest.Trim())}' stands outside of parameters");
        for (var i = 0; i < heads.Count; i++)
        {
            var start = heads[i].Index + heads[i].Length;
            var text = inside[start..(i + 1 < heads.Count ? heads[i + 1].Index : inside.Length)];
            if (Closing().Match(text) is { Success: true } closing) text = text[..closing.Index];
            else
            {
                into.Repairs.Add($"'</parameter>' is missing behind '{heads[i].Groups[1].Value}'");
                text = text.TrimEnd() + (text.TrimEnd().Length < text.Length ? "\n" : "");
            }

            var value = TypedText.Read(WithoutEnds(text), tool?.Parameter(heads[i].Groups[1].Value), out var repair);
            if (repair is not null) into.Repairs.Add(repair);
            if (arguments.TryAdd(heads[i].Groups[1].Value, value)) continue;
            into.Faults.Add($"'{heads[i].Groups[1].Value}' of '{name}' is given twice");
            return;
        }

        into.Calls.Add(new(name, arguments));
    }

    /// <summary>Without exactly one line break at each end.</summary>
    private static string WithoutEnds(string text)
    {
        if (text.StartsWith("\r\n", StringComparison.Ordinal)) text = text[2..];
        else if (text.StartsWith('\n')) text = text[1..];
        if (text.EndsWith("\r\n", StringComparison.Ordinal)) return text[..^2];
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    /// <summary>A function ends where its closing tag is followed by another one or by nothing.</summary>
    [GeneratedRegex(@"(?<gap>.*?)<function=(?<name>[^>\n]*)>(?<inside>.*?)(?:(?<end></function>)(?=\s*(?:<function=|\z))|\z)", RegexOptions.Singleline)]
    private static partial Regex Function();

    /// <summary>The head of a parameter: at the beginning, behind a closing tag, or on a line of its own.</summary>
    [GeneratedRegex(@"(?:(?<=\A\s*)|(?<=</parameter>\s*)|(?<=^[ \t]*))<parameter=([^>\n]+)>", RegexOptions.Multiline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"</parameter>\s*\z")]
    private static partial Regex Closing();
}
