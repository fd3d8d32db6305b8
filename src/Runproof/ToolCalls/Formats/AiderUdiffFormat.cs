using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;

namespace Runproof.ToolCalls.Formats;

/// <summary>Aider's unified diffs: a fence with <c>diff</c>, both paths, then changes without line numbers. Source: Aider-AI/aider, aider/coders/udiff_coder.py.</summary>
internal sealed class AiderUdiffFormat() : AiderFormat(
    "aider-udiff", OwnTool.Of(Tool, "Changes a file by a diff", (Path, "string", "The file"), (Diff, "string", "Changes, each behind a line that begins with @@"), (Old + "?", "string", "What the diff calls the old file, where that is another: /dev/null for a new file")))
{
    private const string Tool = "apply_diff";
    private const string Diff = "diff";
    private const string Old = "old_path";
    private const string OldHead = "--- ";
    private const string NewHead = "+++ ";

    internal override IReadOnlyList<Opener> Openers { get; } = [new("```diff", _ => new DiffBlock(), AtLine: true)];

    protected override string Form { get; } = Written("path/of/the/file.py", "path/of/the/file.py", "@@ ... @@\n-a line that goes\n+a line that comes\n");

    public override string? WhyNot(ToolCall call) => base.WhyNot(call) ?? WhyNotLines(call, Diff, line => line.StartsWith("```", StringComparison.Ordinal)) ?? Wrong(call.Text(Diff).Split('\n')[..^1]);

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) =>
        $"\n{text}".Contains("\n```diff", StringComparison.Ordinal) ? throw new FormatException($"{Name} cannot hold this reply: a line of its text begins with ```diff, where its parser looks for an edit") : base.Render(text, calls);

    protected override string Write(ToolCall call) => Written(call.Arguments[Old]?.GetValue<string>() ?? call.Text(Path), call.Text(Path), call.Text(Diff));

    private static string Written(string old, string path, string diff) => $"```diff\n{OldHead}{old}\n{NewHead}{path}\n{diff}```";

    /// <summary>What is wrong with the lines of a diff; null where nothing is.</summary>
    private static string? Wrong(IReadOnlyList<string> lines)
    {
        if (lines.Count == 0 || !lines[0].StartsWith("@@", StringComparison.Ordinal)) return "a diff does not begin with @@";
        if (lines.FirstOrDefault(line => line.Length > 0 && line[0] is not (' ' or '+' or '-' or '@') && line != "\r") is { } other) return $"'{other}' is no line of a diff";
        return lines.Any(line => line.Length > 0 && line[0] is '+' or '-') ? null : "a diff that changes nothing";
    }

    private sealed class DiffBlock : LinesBlock
    {
        private readonly List<string> _lines = [];
        private bool _isBegun;

        protected override BlockState Next(string line)
        {
            if (!_isBegun)
            {
                _isBegun = IsCall = string.IsNullOrWhiteSpace(line);
                return _isBegun ? BlockState.More : BlockState.Prose;
            }

            if (line.StartsWith(Fence, StringComparison.Ordinal)) return BlockState.Done;
            _lines.Add(line);
            return BlockState.More;
        }

        protected override void ReadLines(string body, bool isOver, BlockResult into)
        {
            if (!isOver) into.Repairs.Add("the reply ends inside a diff");
            if (_lines.Count == 0 || !IsHead(0)) into.Faults.Add("a diff without the paths of its file");
            else for (var at = 0; at < _lines.Count;) at = ReadOne(at, into);
        }

        /// <summary>One file's changes.</summary>
        /// <returns>Where those of the next one begin.</returns>
        private int ReadOne(int at, BlockResult into)
        {
            var end = at + 2;
            while (end < _lines.Count && !IsHead(end)) end++;
            var (old, path) = (_lines[at][OldHead.Length..].Trim(), _lines[at + 1][NewHead.Length..].Trim());
            if (path.StartsWith("b/", StringComparison.Ordinal) && (old == "/dev/null" || old.StartsWith("a/", StringComparison.Ordinal)))
            {
                into.Repairs.Add($"'{path}' has a prefix");
                (old, path) = (old == "/dev/null" ? old : old[2..], path[2..]);
            }

            var lines = _lines[(at + 2)..end];
            if (lines is [] or ["", ..]) lines = [.. lines.SkipWhile(line => line.Length == 0)];
            if (Wrong(lines) is { } wrong) into.Faults.Add($"{wrong}, in the diff of {path}");
            else
            {
                var call = new ToolCall(Tool, new() { [Path] = path, [Diff] = string.Concat(lines.Select(line => line + "\n")) });
                if (old != path) call.Arguments[Old] = old;
                into.Calls.Add(call);
            }

            return end;
        }

        private bool IsHead(int at) => at + 1 < _lines.Count && _lines[at].StartsWith(OldHead, StringComparison.Ordinal) && _lines[at + 1].StartsWith(NewHead, StringComparison.Ordinal);
    }
}
