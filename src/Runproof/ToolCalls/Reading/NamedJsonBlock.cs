using System.Text;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Reading;

/// <summary>A name, a separator, the arguments as JSON, and a closing marker.</summary>
/// <param name="closer">Null where the block ends with its JSON.</param>
/// <param name="nameOf">The tool's name from what stands there.</param>
internal sealed class NamedJsonBlock(string separator, string? closer, Func<string, string> nameOf) : BlockReader
{
    private const int LongestName = 128;
    private readonly StringBuilder _head = new();
    private JsonBlock? _arguments;

    public override BlockState Take(char next)
    {
        if (_arguments is not null) return _arguments.Take(next);
        _head.Append(next);
        var head = _head.ToString();
        if (head.EndsWith(separator, StringComparison.Ordinal)) _arguments = new(ReadArguments, closer);
        else if (_head.Length > LongestName + separator.Length || (next != separator[0] && !separator.Contains(next, StringComparison.Ordinal) && !IsOfName(next))) return BlockState.Prose;
        return BlockState.More;
    }

    public override bool IsText(string body) => _arguments is null;

    public override void Read(string body, bool isEnded, BlockResult into)
    {
        if (_arguments is null) into.Faults.Add("a call that ends before its arguments");
        else _arguments.Read(body[_head.Length..], isEnded, into);
    }

    private void ReadArguments(string json, BlockResult into) => JsonCall.ReadArguments(nameOf(_head.ToString()[..^separator.Length].Trim()), json, into);

    private static bool IsOfName(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':' || char.IsWhiteSpace(letter);
}
