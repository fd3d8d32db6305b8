using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Families;

/// <summary>mini-swe-agent without tool calls: a reply holds one shell command between marks.</summary>
internal abstract class MiniFormat(string name, string begin, string finish) : ToolCallFormat
{
    protected const string Command = "command";
    private const string Tool = "bash";

    private static readonly IReadOnlyList<ToolDefinition> Own = [OwnTool.Of(Tool, "Execute a bash command", (Command, "string", "The bash command to execute"))];

    public override string Name => name;

    public override bool HoldsMany => false;

    public override IReadOnlyList<ToolDefinition>? OwnTools => Own;

    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.User);

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        Each reply holds exactly one {Tool} command, in this form, behind what you think of it:

        {begin}
        your_command_here
        {finish}
        """;

    public override string? WhyNot(ToolCall call) => base.WhyNot(call) ?? (call.Text(Command).Trim().Length < call.Text(Command).Length ? "the command begins or ends with white space, which its parser cuts off" : null);

    protected static ToolCall Call(string command) => new(Tool, new() { [Command] = command.Trim() });

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(call => $"{begin}\n{call.Text(Command)}\n{finish}"));
}
