using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls.Formats;

/// <summary>OpenAI's patches, <c>*** Begin Patch</c> to <c>*** End Patch</c>, as the <c>input</c> of one tool. Source: openai/codex, codex-rs/apply-patch/src/parser.rs.</summary>
internal sealed class ApplyPatchFormat : ToolCallFormat
{
    private const string Tool = "apply_patch";
    private const string Input = "input";
    private const string Begin = "*** Begin Patch";
    private const string Finish = "*** End Patch";
    private const string Add = "*** Add File: ";
    private const string Delete = "*** Delete File: ";
    private const string Update = "*** Update File: ";

    private static readonly IReadOnlyList<ToolDefinition> Own = [OwnTool.Of(Tool, "Edits files", (Input, "string", $"The whole patch, from '{Begin}' to '{Finish}'"))];

    public override string Name => "apply-patch";

    public override IReadOnlyList<ToolDefinition>? OwnTools => Own;

    public override ResultStyle Results { get; } = MarkedResults.Plain(ResultStyle.User);

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Begin, _ => new PatchBlock(), AtLine: true)];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        ## {Tool}

        To edit files, write a patch in this form:

        {Begin}
        {Add}path/of/a/new/file
        +each of its lines
        {Update}path/of/a/file
        *** Move to: another/path/if/it/is/renamed
        @@ the function or class that the change is in
         a line that stays
        -a line that goes
        +a line that comes
        {Delete}path/of/a/file
        {Finish}

        Paths are relative. Around each change stand three lines that stay; several changes of a file have a line with @@ each.
        """;

    public override string? WhyNot(ToolCall call)
    {
        if (base.WhyNot(call) is { } why) return why;
        var lines = call.Text(Input).Split('\n');
        if (lines[0] != Begin || lines[^1] != Finish || lines.Length < 3) return $"a patch begins with '{Begin}' and ends with '{Finish}'";
        return lines[1..^1].Any(line => line.Trim() == Finish) ? $"'{Finish}' stands in the middle of the patch" : PatchLines.Fault(lines[1..^1]);
    }

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(call => call.Text(Input)));

    private sealed class PatchBlock : LinesBlock
    {
        private readonly List<string> _lines = [];
        private bool _isBegun;

        protected override BlockState Next(string line)
        {
            if (!_isBegun)
            {
                _isBegun = string.IsNullOrWhiteSpace(line);
                return _isBegun ? BlockState.More : BlockState.Prose;
            }

            IsCall |= PatchLines.IsHead(line);
            if (!IsCall) return BlockState.Prose;
            if (line.Trim() == Finish) return BlockState.Done;
            _lines.Add(line);
            return BlockState.More;
        }

        protected override void ReadLines(string body, bool isOver, BlockResult into)
        {
            if (!isOver) into.Faults.Add($"a patch without '{Finish}'");
            else if (PatchLines.Fault(_lines) is { } fault) into.Faults.Add(fault);
            else into.Calls.Add(new(Tool, new() { [Input] = string.Join('\n', [Begin, .. _lines, Finish]) }));
        }
    }

    /// <summary>The lines of a patch between its marks.</summary>
    private static class PatchLines
    {
        private const string Move = "*** Move to: ";
        private const string EndOfFile = "*** End of File";

        public static bool IsHead(string line) => line.TrimStart() is var head && (head.StartsWith(Add, StringComparison.Ordinal) || head.StartsWith(Delete, StringComparison.Ordinal) || head.StartsWith(Update, StringComparison.Ordinal));

        /// <summary>What is wrong with them; null where nothing is.</summary>
        public static string? Fault(IReadOnlyList<string> lines)
        {
            for (var at = 0; at < lines.Count;)
            {
                var head = lines[at].Trim();
                if (!IsHead(head)) return $"'{Cut(head)}' is no head of a file in a patch";
                at++;
                if (head.StartsWith(Delete, StringComparison.Ordinal)) continue;
                if (head.StartsWith(Add, StringComparison.Ordinal))
                {
                    while (at < lines.Count && lines[at].StartsWith('+')) at++;
                    continue;
                }

                if (at < lines.Count && lines[at].StartsWith(Move, StringComparison.Ordinal)) at++;
                if (Changes(lines, ref at) is { } fault) return $"{fault} in the changes of {Cut(head[Update.Length..])}";
            }

            return null;
        }

        /// <summary>The changes of one file: each but the first has a line with @@, and lines that stay, go or come.</summary>
        private static string? Changes(IReadOnlyList<string> lines, ref int at)
        {
            var (changes, isOpen) = (0, true);
            for (var inside = 0; at < lines.Count && (!lines[at].StartsWith('*') || lines[at] == EndOfFile); at++)
            {
                var line = lines[at];
                if (line == "@@" || line.StartsWith("@@ ", StringComparison.Ordinal)) (isOpen, inside) = (true, 0);
                else if (line == EndOfFile && inside > 0) (isOpen, inside) = (false, 0);
                else if (string.IsNullOrWhiteSpace(line) && inside == 0) continue;
                else if (!isOpen) return $"'{Cut(line)}' stands without @@";
                else if (line.Length > 0 && line[0] is not (' ' or '+' or '-')) return $"'{Cut(line)}' is no line of a change";
                else (changes, inside) = (changes + 1, inside + 1);
            }

            return changes == 0 ? "nothing stands" : null;
        }

        private static string Cut(string line) => line.Length <= 60 ? line : line[..60] + "…";
    }
}
