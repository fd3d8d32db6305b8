using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;

namespace Runproof.ToolCalls.Formats;

/// <summary>mini-swe-agent with a fence, <c>```mswea_bash_command</c>: one command, without the white space at its ends, up to the first line that begins with a fence. Source: SWE-agent/mini-swe-agent, src/minisweagent/models/litellm_textbased_model.py.</summary>
internal sealed class MiniFenceFormat() : MiniFormat("mini-fence", Begin, "```")
{
    private const string Begin = "```mswea_bash_command";

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Begin, _ => new MiniFence())];

    public override string? WhyNot(ToolCall call) => base.WhyNot(call) ?? ($"\n{call.Text(Command)}".Contains("\n```", StringComparison.Ordinal) ? "a line of the command begins with a fence, where its parser ends it" : null);

    private sealed class MiniFence : LinesBlock
    {
        private readonly List<string> _lines = [];

        protected override BlockState Next(string line)
        {
            if (!IsCall)
            {
                IsCall = string.IsNullOrWhiteSpace(line);
                return IsCall ? BlockState.More : BlockState.Prose;
            }

            if (!line.StartsWith(Fence, StringComparison.Ordinal))
            {
                _lines.Add(line);
                return BlockState.More;
            }

            if (line.TrimEnd().Length > Fence.Length) Fault = $"'{Short(line)}' stands in a command: where it ends cannot be told";
            return BlockState.Done;
        }

        protected override void ReadLines(string body, bool isOver, BlockResult into)
        {
            if (isOver) into.Calls.Add(Call(string.Join('\n', _lines)));
            else into.Faults.Add("the reply ends inside a command");
        }
    }
}
