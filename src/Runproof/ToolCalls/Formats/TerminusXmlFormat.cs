using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>Terminus 2 with XML-style tags; keystrokes stand as they are, without entities: <c>&lt;response&gt;…&lt;commands&gt;&lt;keystrokes duration="0.1"&gt;ls&lt;/keystrokes&gt;&lt;/commands&gt;…&lt;/response&gt;</c>.</summary>
internal sealed class TerminusXmlFormat() : TerminusFormat("terminus-xml")
{
    private const string Begin = "<response>";
    private const string Finish = "</response>";
    private static readonly string[] Sections = ["analysis", "plan", "commands", "task_complete"];
    private static readonly string[] Ends = [Finish, "</commands>", $"</{Keystrokes}>"];

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Begin, _ => new UntilBlock(Finish, Read, '<'))];

    protected override string? WhyNotKeys(string keystrokes) => Ends.FirstOrDefault(end => keystrokes.Contains(end, StringComparison.Ordinal)) is { } found ? $"the keystrokes hold '{found}', where its parser ends them" : null;

    protected override string Form(string analysis, string plan, IReadOnlyList<ToolCall> commands, bool isComplete)
    {
        var text = new StringBuilder(Begin).Append($"\n<analysis>\n{analysis}\n</analysis>\n<plan>\n{plan}\n</plan>\n<commands>\n");
        foreach (var call in commands)
        {
            var duration = call.Arguments[Duration] is { } seconds ? $" {Duration}=\"{seconds.ToJsonString()}\"" : "";
            text.Append($"<{Keystrokes}{duration}>{call.Text(Keystrokes)}</{Keystrokes}>\n");
        }

        return text.Append($"</commands>\n<task_complete>{(isComplete ? "true" : "false")}</task_complete>\n{Finish}").ToString();
    }

    private static void Read(string body, bool isEnded, BlockResult into)
    {
        if (!isEnded) into.Repairs.Add($"'{Finish}' is missing");
        var found = new Dictionary<string, string>();
        for (var at = 0; Skip(body, ref at, "sections", into);)
        {
            var name = Sections.FirstOrDefault(section => body.AsSpan(at + 1).StartsWith(section, StringComparison.Ordinal) && body.AsSpan(at + 1 + section.Length).TrimStart() is var rest && (rest.StartsWith(">") || rest.StartsWith("/>")));
            var head = body.IndexOf('>', at);
            if (name is null || head < 0)
            {
                into.Faults.Add($"'{Short(body[at..])}' is no section of a reply");
                return;
            }

            var end = body[head - 1] == '/' ? head : body.IndexOf($"</{name}>", head, StringComparison.Ordinal);
            if (end < 0)
            {
                into.Faults.Add($"'</{name}>' is missing");
                return;
            }

            if (!found.TryAdd(name, end == head ? "" : body[(head + 1)..end])) into.Faults.Add($"'{name}' is given twice");
            at = end == head ? head + 1 : end + name.Length + 3;
        }

        foreach (var section in Sections[..3].Where(section => !found.ContainsKey(section))) into.Repairs.Add($"'<{section}>' is missing");
        into.Text = Said(found.GetValueOrDefault(Sections[0], "").Trim(), found.GetValueOrDefault(Sections[1], "").Trim());
        if (into.Faults.Count > 0) return;
        ReadCommands(found.GetValueOrDefault(Sections[2], ""), into);
        if (found.GetValueOrDefault(Sections[3], "").Trim().Equals("true", StringComparison.OrdinalIgnoreCase)) into.Calls.Add(Complete());
    }

    private static void ReadCommands(string text, BlockResult into)
    {
        for (var at = 0; Skip(text, ref at, "commands", into);)
        {
            var head = text.IndexOf('>', at);
            var end = head < 0 ? -1 : text.IndexOf($"</{Keystrokes}>", head, StringComparison.Ordinal);
            if (end < 0 || !text.AsSpan(at + 1).StartsWith(Keystrokes, StringComparison.Ordinal))
            {
                into.Faults.Add($"'{Short(text[at..])}' is no command");
                return;
            }

            into.Calls.Add(Keys(text[(head + 1)..end], Seconds(text[(at + 1 + Keystrokes.Length)..head].Trim(), into)));
            at = end + Keystrokes.Length + 3;
        }
    }

    /// <summary>The seconds of <c>duration="1.5"</c>.</summary>
    private static JsonNode? Seconds(string attribute, BlockResult into)
    {
        if (attribute.Length == 0) return null;
        var parts = attribute.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts is [Duration, _] && parts[1].Length > 2 && parts[1][0] is '"' or '\'' && parts[1][^1] == parts[1][0]
            && JsonReading.Read(parts[1][1..^1], out var repair) is { } seconds && seconds.GetValueKind() == JsonValueKind.Number && repair is null) return seconds;
        into.Repairs.Add($"'{Short(attribute)}' is no {Duration}");
        return null;
    }

    /// <summary>Goes to the next tag.</summary>
    private static bool Skip(string text, ref int at, string what, BlockResult into)
    {
        var next = text.IndexOf('<', at);
        var between = next < 0 ? text[at..] : text[at..next];
        if (between.Trim() is { Length: > 0 } said) into.Repairs.Add($"'{Short(said)}' stands between {what}");
        at = Math.Max(at, next);
        return next >= 0;
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
