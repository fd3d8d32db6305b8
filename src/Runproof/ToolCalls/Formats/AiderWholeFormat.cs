using System.Text;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;

namespace Runproof.ToolCalls.Formats;

/// <summary>Aider's whole files: a path, then the file between fences. Other fences are what the model says. Source: Aider-AI/aider, aider/coders/wholefile_coder.py.</summary>
internal sealed class AiderWholeFormat() : AiderFormat("aider-whole", OwnTool.Of(Tool, "Writes a whole file", (Path, "string", "The file"), (Content, "string", "Its lines")))
{
    private const string Tool = "write_file";
    private const string Content = "content";

    internal override IReadOnlyList<Opener> Openers { get; } = [Opener.Line(_ => new FileBlock())];

    protected override string Form { get; } = Written("path/of/the/file.py", "all lines of the file, none left out\n");

    public override string? WhyNot(ToolCall call) =>
        base.WhyNot(call) ?? (IsPath(call.Text(Path)) ? null : "white space stands in the path, where a line of prose is told from one") ?? WhyNotLines(call, Content, line => line.StartsWith("```", StringComparison.Ordinal));

    protected override string Write(ToolCall call) => Written(call.Text(Path), call.Text(Content));

    private static string Written(string path, string content) => $"{path}\n```\n{content}```";

    private static bool IsPath(ReadOnlySpan<char> line) => line.IndexOfAny(' ', '\t') < 0;

    private sealed class FileBlock : LinesBlock
    {
        private readonly List<string> _repairs = [];
        private readonly StringBuilder _content = new();
        private string? _path;
        private bool _isProse;

        protected override bool MayBegin(StringBuilder line) => _isProse || _path is not null || line.Length < 3 || line[0] == '`' || (line.Length <= LongestPath && IsPath(line.ToString().AsSpan().TrimEnd()));

        protected override BlockState Next(string line)
        {
            var isFence = line.StartsWith(Fence, StringComparison.Ordinal);
            if (IsCall) return Inside(line, isFence);
            if (_isProse) return isFence ? BlockState.Text : BlockState.More;
            if (_path is not null)
            {
                IsCall = isFence;
                return IsCall ? BlockState.More : BlockState.Prose;
            }

            _isProse = isFence;
            _path = isFence || !IsPath(line.AsSpan().Trim()) ? null : PathOf(line, _repairs);
            return _isProse || _path is not null ? BlockState.More : BlockState.Prose;
        }

        protected override void ReadLines(string body, bool isOver, BlockResult into)
        {
            into.Repairs.AddRange(_repairs);
            if (!isOver) into.Repairs.Add($"the reply ends inside of {_path}");
            into.Calls.Add(new(Tool, new() { [Path] = _path, [Content] = _content.ToString() }));
        }

        private BlockState Inside(string line, bool isFence)
        {
            if (!isFence)
            {
                _content.Append(line).Append('\n');
                return BlockState.More;
            }

            if (line.TrimEnd().Length > Fence.Length) Fault ??= $"'{Short(line)}' stands inside of {_path}: where the file ends, and what comes behind it, cannot be told";
            return Fault is null ? BlockState.Done : BlockState.More;
        }
    }
}
