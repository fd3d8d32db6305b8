using System.Text;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Reading;

/// <summary>A list of calls as Python writes them, <c>[get(city="SF")]</c>, from its bracket on.</summary>
/// <param name="closer">What stands behind it; null where nothing does.</param>
/// <param name="isTool">Whether a name is a tool's. Without markers only such lists are calls.</param>
internal sealed class PythonBlock(string? closer, Func<string, bool>? isTool) : BlockReader
{
    private const int LongestName = 256;
    private readonly StringBuilder _head = new();
    private bool _isCall;
    private int _depth;
    private string _quote = "";
    private bool _isEscaped;
    private readonly Tail _tail = new(Math.Max(1, closer?.Length ?? 0));
    private int _length;
    private int _end;

    public override BlockState Take(char next)
    {
        _length++;
        if (_end > 0)
        {
            _tail.Add(next);
            return next == closer![^1] && _tail.EndsWith(closer) ? BlockState.Done : BlockState.More;
        }

        if (!_isCall && Head(next) is { } state) return state;
        if (!Inside(next)) return BlockState.More;
        _end = _length;
        return closer is null ? BlockState.Done : BlockState.More;
    }

    public override bool IsText(string body) => !_isCall;

    public override void Read(string body, bool isEnded, BlockResult into)
    {
        if (!isEnded) into.Repairs.Add(_end > 0 ? $"'{closer}' is missing at the end" : "the reply ends inside a call");
        try
        {
            into.Calls.AddRange(PythonLiteral.Calls(_end > 0 ? body[.._end].Trim() : body.Trim()));
        }
        catch (FormatException error)
        {
            into.Faults.Add($"no list of calls: {error.Message}");
        }
    }

    /// <summary>The beginning, <c>[name(</c>; null where what was read is no head any more, or is one.</summary>
    private BlockState? Head(char next)
    {
        if (_head.Length == 0 && char.IsWhiteSpace(next)) return BlockState.More;
        if (_head.Length == LongestName) return BlockState.Prose;
        _head.Append(next);
        var head = _head.ToString();
        if (head == "[")
        {
            _depth = 1;
            return BlockState.More;
        }

        if (head[0] != '[') return BlockState.Prose;
        if (next == '(')
        {
            var name = head[1..^1].Trim();
            if (name.Length == 0 || (isTool is not null && !isTool(name))) return BlockState.Prose;
            _isCall = true;
            return null;
        }

        return char.IsLetterOrDigit(next) || next is '_' or '-' or '.' || (char.IsWhiteSpace(next) && head[1..].Trim().Length == 0) ? BlockState.More : BlockState.Prose;
    }

    /// <summary>Whether the character ends the list.</summary>
    private bool Inside(char next)
    {
        if (_quote.Length > 0)
        {
            if (_isEscaped) _isEscaped = false;
            else if (next == '\\') _isEscaped = true;
            else if (next == _quote[0]) _quote = "";
            return false;
        }

        if (next is '"' or '\'') _quote = next.ToString();
        else if (next is '[' or '(' or '{') _depth++;
        else if (next is ']' or ')' or '}') _depth--;
        return _depth == 0;
    }
}
