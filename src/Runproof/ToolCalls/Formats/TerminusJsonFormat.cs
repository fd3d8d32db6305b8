using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>Terminus 2 with JSON: <c>{"analysis": …, "plan": …, "commands": [{"keystrokes": …, "duration": …}], "task_complete": …}</c>.</summary>
internal sealed class TerminusJsonFormat() : TerminusFormat("terminus-json")
{
    private const string Commands = "commands";
    private const string IsOver = "task_complete";
    private static readonly string[] Known = ["analysis", "plan", Commands, IsOver];

    internal override IReadOnlyList<Opener> Openers { get; } = [new("{", _ => new JsonBlock(Read, null, IsReply), AtLine: true, IsBody: true)];

    protected override string Form(string analysis, string plan, IReadOnlyList<ToolCall> commands, bool isComplete) => JsonText.Of(new JsonObject
    {
        ["analysis"] = analysis, ["plan"] = plan, [Commands] = new JsonArray([.. commands.Select(call => call.Arguments.DeepClone())]), [IsOver] = isComplete,
    });

    private static bool IsReply(string json) => JsonReading.Read(json, out _) is { } node ? node is JsonObject reply && reply.ContainsKey(Commands) : json.Contains($"\"{Commands}\"", StringComparison.Ordinal);

    private static void Read(string json, BlockResult into)
    {
        if (JsonReading.Read(json, out var repair) is not JsonObject reply)
        {
            into.Faults.Add($"not JSON: {(json.Length <= 80 ? json : json[..80])}");
            return;
        }

        if (repair is not null) into.Repairs.Add(repair);
        foreach (var key in Known[..2].Where(key => JsonResults.Text(reply, key) is null)) into.Repairs.Add($"'{key}' is missing, or no text");
        foreach (var key in reply.Select(pair => pair.Key).Except(Known)) into.Repairs.Add($"'{key}' is left out");
        into.Text = Said((JsonResults.Text(reply, Known[0]) ?? "").Trim(), (JsonResults.Text(reply, Known[1]) ?? "").Trim());
        if (reply[Commands] is not JsonArray commands)
        {
            into.Faults.Add($"'{Commands}' is no list");
            return;
        }

        foreach (var command in commands) ReadOne(command, into);
        if (IsTrue(reply[IsOver], into)) into.Calls.Add(Complete());
    }

    private static void ReadOne(JsonNode? command, BlockResult into)
    {
        if (command is null || JsonResults.Text(command, Keystrokes) is not { } keystrokes)
        {
            into.Faults.Add($"a command without '{Keystrokes}'");
            return;
        }

        foreach (var key in ((JsonObject)command).Select(pair => pair.Key).Except([Keystrokes, Duration])) into.Repairs.Add($"'{key}' of a command is left out");
        var isNumber = command[Duration]?.GetValueKind() == JsonValueKind.Number;
        if (command[Duration] is not null && !isNumber) into.Repairs.Add($"'{Duration}' is no number");
        into.Calls.Add(Keys(keystrokes, isNumber ? command[Duration]!.DeepClone() : null));
    }

    private static bool IsTrue(JsonNode? flag, BlockResult into)
    {
        if (flag is null) return false;
        if (flag is JsonValue value && value.TryGetValue<bool>(out var isTrue)) return isTrue;
        into.Repairs.Add($"'{IsOver}' is no boolean");
        return flag is JsonValue text && text.TryGetValue<string>(out var said) && said.ToLowerInvariant() is "true" or "1" or "yes";
    }
}
