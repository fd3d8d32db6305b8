using System.Text.Json.Nodes;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Families;

/// <summary>
/// Terminus 2: a reply is an analysis, a plan, a batch of keystrokes for one terminal, and whether the task is complete. As in its trajectories, each batch of keystrokes is a call of <c>bash_command</c>, the end one of
/// <c>mark_task_complete</c>, and the text is <c>Analysis: …</c>, a line break, <c>Plan: …</c>. Source: Harbor, src/harbor/agents/terminus_2 (terminus_2.py, terminus_json_plain_parser.py, terminus_xml_plain_parser.py).
/// </summary>
internal abstract class TerminusFormat(string name) : ToolCallFormat
{
    protected const string Keystrokes = "keystrokes";
    protected const string Duration = "duration";
    private const string Command = "bash_command";
    private const string End = "mark_task_complete";
    private const string AnalysisHead = "Analysis: ";
    private const string PlanHead = "\nPlan: ";

    private static readonly IReadOnlyList<ToolDefinition> Own =
    [
        OwnTool.Of(Command, "Sends keystrokes to the terminal", (Keystrokes, "string", "The exact keystrokes; a command ends with a line break"), (Duration + "?", "number", "Seconds to wait for it, 1 where none are given")),
        OwnTool.Of(End, "Says that the task is complete"),
    ];

    public override string Name => name;

    public override IReadOnlyList<ToolDefinition>? OwnTools => Own;

    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.User, "New Terminal Output:\n", "");

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        You work in one terminal. Each reply has this form:

        {Form("what you see, and what is left to do", "what the commands below are for", [Keys("ls -la\n", 0.1), Keys("cd project\n", 0.1)], isComplete: false)}

        A command ({Command}) is the exact keystrokes and how many seconds to wait for it, 0.1 to 60. The task is complete ({End}) only when nothing is left to do.
        """;

    public override string? WhyNot(ToolCall call) => base.WhyNot(call) ?? (call.Name == Command ? WhyNotKeys(call.Text(Keystrokes)) : null);

    protected virtual string? WhyNotKeys(string keystrokes) => null;

    protected static ToolCall Keys(string keystrokes, JsonNode? duration) => new(Command, duration is null ? new() { [Keystrokes] = keystrokes } : new() { [Keystrokes] = keystrokes, [Duration] = duration });

    protected static ToolCall Complete() => new(End, []);

    /// <summary>A reply.</summary>
    protected abstract string Form(string analysis, string plan, IReadOnlyList<ToolCall> commands, bool isComplete);

    protected static string Said(string analysis, string plan) => plan.Length == 0 ? analysis : AnalysisHead + analysis + PlanHead + plan;

    protected override string Render(string text, IReadOnlyList<ToolCall> calls)
    {
        if (calls.SkipLast(1).Any(call => call.Name == End)) throw new FormatException($"{Name} cannot hold this reply: '{End}' comes once, behind all keystrokes");
        var at = text.StartsWith(AnalysisHead, StringComparison.Ordinal) ? text.IndexOf(PlanHead, StringComparison.Ordinal) : -1;
        var (analysis, plan) = at < 0 ? (text, "") : (text[AnalysisHead.Length..at], text[(at + PlanHead.Length)..]);
        return Form(analysis, plan, [.. calls.Where(call => call.Name == Command)], calls.Any(call => call.Name == End));
    }
}
