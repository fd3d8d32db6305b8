using System.Text.RegularExpressions;

namespace Runproof.Agents.Repair.Reproduction;

/// <summary>An example of behaviour as a statement tells it (see <c>docs/statements.md</c>).</summary>
/// <param name="Code">The lines of its block; the last one is the call.</param>
/// <param name="Kind"><c>value</c>, <c>raises</c>, <c>not-raised</c> or <c>other</c>.</param>
internal sealed partial record Example(IReadOnlyList<string> Code, string Kind, string? Actual, string? Expected, string? Message = null)
{
    private const string Fence = "```";

    /// <summary>Those of a statement, in its order.</summary>
    public static IReadOnlyList<Example> Of(string statement)
    {
        List<Example> examples = [];
        var lines = statement.Split('\n');
        List<string> code = [];
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                var language = lines[i][Fence.Length..].Trim();
                var block = lines.Skip(i + 1).TakeWhile(line => !line.StartsWith(Fence, StringComparison.Ordinal)).ToList();
                i += block.Count + 1;
                if (language.Length > 0) code = block;
                else examples.Add(new(code, "other", null, Held(lines, i), string.Join('\n', block)));
                continue;
            }

            if (Told().Match(lines[i]) is not { Success: true } told) continue;
            var expected = i + 1 < lines.Length && Wanted().Match(lines[i + 1]) is { Success: true } wanted ? Plain(wanted.Groups[1].Value) : null;
            examples.Add(told.Groups["how"].Value switch
            {
                "raises nothing" => new(code, "not-raised", null, expected),
                "fails with" => new(code, "raises", Plain(told.Groups["what"].Value), expected),
                _ => new(code, "value", Plain(told.Groups["what"].Value), expected),
            });
            code = [];
        }

        return examples;
    }

    private static string? Held(string[] lines, int from) => lines.Skip(from).Take(4).Select(line => Hold().Match(line)).FirstOrDefault(match => match.Success) is { } hold ? Plain(hold.Groups[1].Value) : null;

    /// <summary>Without the marks of code.</summary>
    private static string Plain(string text)
    {
        text = text.Trim();
        if (text == "an empty text") return "";
        if (text.Length > 5 && text.StartsWith("`` ", StringComparison.Ordinal) && text.EndsWith(" ``", StringComparison.Ordinal)) return text[3..^3];
        return text.Length > 1 && text[0] == '`' && text[^1] == '`' ? text[1..^1] : text;
    }

    [GeneratedRegex(@"^- (?<how>gives|what comes out|fails with|raises nothing)(?:: (?<what>.*))?$")]
    private static partial Regex Told();

    [GeneratedRegex(@"^- expected: (.*)$")]
    private static partial Regex Wanted();

    [GeneratedRegex(@"^What should hold: (.*)$")]
    private static partial Regex Hold();
}
