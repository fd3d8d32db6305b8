using System.Text;
using Runproof.ToolCalls.Families;
using Runproof.ToolCalls.Reading;

namespace Runproof.ToolCalls.Formats;

/// <summary>
/// Aider's edit blocks: a path, a fence, then <c>&lt;&lt;&lt;&lt;&lt;&lt;&lt; SEARCH</c>, lines, <c>=======</c>, lines, <c>&gt;&gt;&gt;&gt;&gt;&gt;&gt; REPLACE</c>. Both texts are whole lines. Source: Aider-AI/aider, aider/coders/editblock_coder.py.
/// </summary>
internal sealed class AiderDiffFormat() : AiderFormat("aider-diff", OwnTool.Of(Tool, "Replaces lines of a file", (Path, "string", "The file"), (Search, "string", "Lines that stand in it; none for a new file"), (Replace, "string", "Lines that come in their place")))
{
    private const string Tool = "edit_file";
    private const string Search = "search";
    private const string Replace = "replace";
    private const string Head = "<<<<<<< SEARCH";
    private const string Divider = "=======";
    private const string End = ">>>>>>> REPLACE";

    internal override IReadOnlyList<Opener> Openers { get; } = [Opener.Line(_ => new EditBlock())];

    protected override string Form { get; } = Written("path/of/the/file.py", "lines that stand in the file, exactly\n", "lines that come in their place\n");

    public override string? WhyNot(ToolCall call) => base.WhyNot(call) ?? WhyNotLines(call, Search, IsMark) ?? WhyNotLines(call, Replace, IsMark);

    protected override string Write(ToolCall call) => Written(call.Text(Path), call.Text(Search), call.Text(Replace));

    private static string Written(string path, string search, string replace) => $"{path}\n```\n{Head}\n{search}{Divider}\n{replace}{End}\n```";

    private static bool IsMark(string line) => Is(line, '<', " SEARCH") || Is(line, '=', "") || Is(line, '>', " REPLACE");

    /// <summary>Five to nine signs, a word, and white space at most.</summary>
    private static bool Is(string line, char sign, string word)
    {
        var bare = line.Trim();
        var signs = bare.Length - word.Length;
        return signs is >= 5 and <= 9 && bare.EndsWith(word, StringComparison.Ordinal) && bare.AsSpan(0, signs).IndexOfAnyExcept(sign) < 0;
    }

    private sealed class EditBlock : LinesBlock
    {
        private readonly List<(string Search, string Replace)> _edits = [];
        private readonly StringBuilder _search = new();
        private readonly StringBuilder _replace = new();
        private readonly List<string> _repairs = [];
        private string? _path;
        private bool _isFenced;
        private string _behind = "";
        private StringBuilder? _part;

        protected override bool MayBegin(StringBuilder line) => line.Length <= LongestPath;

        protected override BlockState Next(string line)
        {
            if (!IsCall) return Begin(line);
            if (_part is null) return Behind(line);
            if (_part == _search && Is(line, '=', "")) _part = _replace;
            else if (_part == _replace && Is(line, '=', "")) Fault = $"'{Divider}' stands twice in an edit of {_path}";
            else if (_part == _replace && Is(line, '>', " REPLACE"))
            {
                _edits.Add((_search.ToString(), _replace.ToString()));
                _part = null;
                _search.Clear();
                _replace.Clear();
                return _isFenced ? BlockState.More : BlockState.Done;
            }
            else _part.Append(line).Append('\n');
            return BlockState.More;
        }

        protected override void ReadLines(string body, bool isOver, BlockResult into)
        {
            if (!isOver && _part is not null)
            {
                into.Faults.Add($"the reply ends inside an edit of {_path}");
                return;
            }

            into.Repairs.AddRange(_repairs);
            if (!isOver) into.Repairs.Add("the closing fence is missing");
            into.Text = _behind;
            into.Calls.AddRange(_edits.Select(edit => new ToolCall(Tool, new() { [Path] = _path, [Search] = edit.Search, [Replace] = edit.Replace })));
        }

        /// <summary>A path and a fence in this order or the other, then the first mark.</summary>
        private BlockState Begin(string line)
        {
            if (Is(line, '<', " SEARCH"))
            {
                IsCall = true;
                _part = _search;
                if (_path is null) Fault = "an edit without the path of its file";
                else if (!_isFenced) _repairs.Add($"the fence before an edit of {_path} is missing");
                return BlockState.More;
            }

            var isFence = line.TrimStart().StartsWith(Fence, StringComparison.Ordinal);
            if (isFence ? _isFenced : _path is not null) return BlockState.Prose;
            if (isFence) _isFenced = true;
            else if (PathOf(line, _repairs) is { } path) _path = path;
            else return BlockState.Prose;
            return BlockState.More;
        }

        /// <summary>What stands behind an edit: the closing fence, or another edit of the file.</summary>
        private BlockState Behind(string line)
        {
            if (Is(line, '<', " SEARCH"))
            {
                _part = _search;
                return BlockState.More;
            }

            if (line.Trim() == Fence) return BlockState.Done;
            if (line.Trim().Length == 0) return BlockState.More;
            _repairs.Add("the closing fence is missing");
            _behind = line + "\n";
            return BlockState.Done;
        }
    }
}
