using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;

namespace Runproof.ToolCalls.Formats;

/// <summary>mini-swe-agent with <c>&lt;mswea_bash_command&gt;</c> tags: one command, without the white space at its ends, up to the first closing tag. Source: SWE-agent/mini-swe-agent, src/minisweagent/models/utils/actions_text.py.</summary>
internal sealed class MiniXmlFormat() : MiniFormat("mini-xml", Begin, Finish)
{
    private const string Begin = "<mswea_bash_command>";
    private const string Finish = "</mswea_bash_command>";

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Begin, _ => new UntilBlock(Finish, Read))];

    public override string? WhyNot(ToolCall call) => base.WhyNot(call) ?? (call.Text(Command).Contains(Finish, StringComparison.Ordinal) ? $"'{Finish}' stands in the command, where its parser ends it" : null);

    private static void Read(string body, bool isEnded, BlockResult into)
    {
        if (!isEnded) into.Faults.Add("the reply ends inside a command");
        else if (body.Contains(Begin, StringComparison.Ordinal)) into.Faults.Add($"'{Begin}' stands inside of a command: where it begins cannot be told");
        else into.Calls.Add(Call(body));
    }
}
