namespace Runproof.ToolCalls;

/// <summary>Finds where a JSON object or array ends, a character at a time. A marker inside a string is part of the string.</summary>
internal sealed class JsonScan
{
    private int _depth;
    private bool _isString;
    private bool _isEscaped;

    /// <summary>A character stood where JSON has no place for it: where the value ends cannot be told by its brackets.</summary>
    public bool IsBroken { get; private set; }

    public bool IsEnded { get; private set; }

    public void Take(char next)
    {
        if (IsEnded || IsBroken) return;
        if (_isString)
        {
            if (_isEscaped) _isEscaped = false;
            else if (next == '\\') _isEscaped = true;
            else if (next == '"') _isString = false;
            return;
        }

        switch (next)
        {
            case '"':
                _isString = true;
                break;
            case '{' or '[':
                _depth++;
                break;
            case '}' or ']':
                _depth--;
                break;
            default:
                IsBroken = !char.IsAsciiLetterOrDigit(next) && !char.IsWhiteSpace(next) && next is not (',' or ':' or '.' or '+' or '-' or '_');
                return;
        }

        IsEnded = _depth == 0 && !_isString;
    }
}
