namespace Runproof.ToolCalls;

/// <summary>The last characters of what was read, to see whether it ends with a marker.</summary>
internal sealed class Tail(int length)
{
    private readonly char[] _letters = new char[length];
    private int _read;
    private bool _isTag;

    public void Add(char next) => _letters[_read++ % length] = next;

    /// <summary>Adds the next character of text with tags: white space is nothing between tags, and no part of one.</summary>
    /// <returns>Whether it counts.</returns>
    public bool AddTag(char next)
    {
        if (char.IsWhiteSpace(next) && !_isTag) return false;
        _isTag = next == '<' || (_isTag && next != '>');
        Add(next);
        return true;
    }

    /// <param name="back">How many characters stand behind the marker.</param>
    public bool EndsWith(string marker, int back = 0)
    {
        if (marker.Length + back > Math.Min(_read, length)) return false;
        for (int i = marker.Length - 1, at = _read - 1 - back; i >= 0; i--, at--)
        {
            if (_letters[at % length] != marker[i]) return false;
        }

        return true;
    }
}
