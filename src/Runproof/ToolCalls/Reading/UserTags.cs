using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Reading;

/// <summary>
/// A call in tags that the tool itself names: <c>&lt;read_file&gt;&lt;path&gt;a.py&lt;/path&gt;&lt;/read_file&gt;</c>. A tag with a tool's name is a call where a parameter or its own closing tag follows; a value ends where its closing tag is
/// followed by the next parameter or by the end of the call.
/// </summary>
/// <param name="value">A parameter's value from what stands between its tags: the tool's name, the parameter's, the text.</param>
internal sealed class UserTags(IReadOnlyList<ToolDefinition> tools, Func<string, string, string, string> value) : BlockReader
{
    private const int LongestName = 128;
    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:");
    private readonly List<(string Key, int From, int To)> _values = [];
    private readonly StringBuilder _tag = new();
    private ToolDefinition? _tool;
    private string _key = "";
    private Tail? _close;
    private int _from;
    private int _to = -1;
    private int _length;

    /// <summary>A value is open: it goes on, unless what follows its closing tag shows that it ended.</summary>
    private bool IsOpen => _key.Length > 0;

    public override BlockState Take(char next)
    {
        _length++;
        if (_tool is null) return Head(next);
        if (IsOpen && Closes(next))
        {
            _to = _length - _key.Length - 3;
            _tag.Clear();
            return BlockState.More;
        }

        return IsOpen && _to < 0 ? BlockState.More : Between(next);
    }

    public override bool IsText(string body) => _tool is null || (!IsOpen && _values.Count == 0);

    public override void Read(string body, bool isEnded, BlockResult into)
    {
        if (IsOpen && _to < 0) Unclosed(body, into);
        else if (!isEnded)
        {
            into.Repairs.Add("the reply ends inside a call");
            if (IsOpen) _values.Add((_key, _from, _to));
        }

        var arguments = new JsonObject();
        foreach (var (key, from, to) in _values)
        {
            if (_tool!.Parameter(key) is null) into.Repairs.Add($"'{key}' is no parameter of '{_tool.Name}'");
            var read = TypedText.Read(value(_tool.Name, key, body[from..to]), _tool.Parameter(key), out var repair);
            if (repair is not null) into.Repairs.Add(repair);
            if (arguments.TryAdd(key, read)) continue;
            into.Faults.Add($"'{key}' of '{_tool.Name}' is given twice");
            return;
        }

        into.Calls.Add(new(_tool!.Name, arguments));
    }

    /// <summary>The tag with the tool's name.</summary>
    private BlockState Head(char next)
    {
        _tag.Append(next);
        var tag = _tag.ToString();
        if (!tools.Any(tool => $"<{tool.Name}>".StartsWith(tag, StringComparison.Ordinal))) return BlockState.Prose;
        if (next != '>') return BlockState.More;
        _tool = tools.First(tool => $"<{tool.Name}>" == tag);
        _tag.Clear();
        return BlockState.More;
    }

    /// <summary>Whether the character ends the closing tag of the open value.</summary>
    private bool Closes(char next)
    {
        _close!.Add(next);
        return next == '>' && _close.EndsWith($"</{_key}>");
    }

    /// <summary>Between values, white space, then the tag of a parameter or the end; all else is part of the value, or shows that there is no call.</summary>
    private BlockState Between(char next)
    {
        if (_tag.Length == 0 && char.IsWhiteSpace(next)) return BlockState.More;
        _tag.Append(next);
        var tag = _tag.ToString();
        if ($"</{_tool!.Name}>" is var end && end.StartsWith(tag, StringComparison.Ordinal))
        {
            if (tag.Length < end.Length) return BlockState.More;
            if (IsOpen) _values.Add((_key, _from, _to));
            _key = "";
            return BlockState.Done;
        }

        var isName = tag[0] == '<' && tag.Length <= LongestName && tag.AsSpan(1).TrimEnd('>').IndexOfAnyExcept(NameLetters) < 0 && !tag.StartsWith("<>", StringComparison.Ordinal);
        if (!isName)
        {
            if (!IsOpen) return BlockState.Prose;
            (_to, _) = (-1, _tag.Clear());
            return BlockState.More;
        }

        if (next != '>') return BlockState.More;
        if (IsOpen) _values.Add((_key, _from, _to));
        (_key, _from, _to) = (tag[1..^1], _length, -1);
        _close = new(_key.Length + 3);
        _tag.Clear();
        return BlockState.More;
    }

    /// <summary>The reply ended, and no tag closed the last value.</summary>
    private void Unclosed(string body, BlockResult into)
    {
        var end = body.AsSpan().TrimEnd();
        if (end.EndsWith($"</{_tool!.Name}>", StringComparison.Ordinal))
        {
            into.Repairs.Add($"'</{_key}>' is missing");
            _values.Add((_key, _from, Math.Max(_from, end.Length - _tool.Name.Length - 3)));
        }
        else
        {
            into.Repairs.Add("the reply ends inside a call");
            _values.Add((_key, _from, body.Length));
        }
    }
}
