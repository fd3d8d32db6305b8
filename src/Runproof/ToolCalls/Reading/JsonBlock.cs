using System.Text;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Reading;

/// <summary>A block that is JSON (an object, or a list of objects), up to its closing marker.</summary>
/// <param name="read">Reads the JSON.</param>
/// <param name="closer">Null where the block ends with its JSON.</param>
/// <param name="isCall">Whether JSON that no marker sets apart is a call, and not an answer that is JSON; null where a marker does.</param>
internal sealed class JsonBlock(Action<string, BlockResult> read, string? closer, Func<string, bool>? isCall = null) : BlockReader
{
    private readonly JsonScan _scan = new();
    private bool _isBegun;
    private int _length;
    private int _value;
    private readonly StringBuilder _seen = new();
    private readonly Tail _tail = new(Math.Max(1, closer?.Length ?? 0));

    public override BlockState Take(char next)
    {
        _length++;
        if (!_isBegun)
        {
            if (char.IsWhiteSpace(next)) return BlockState.More;
            if (next is not ('{' or '[')) return BlockState.Prose;
            _isBegun = true;
        }

        var isInside = !_scan.IsEnded && !_scan.IsBroken;
        _scan.Take(next);
        if (isInside && _scan.IsEnded) _value = _length;
        if (isCall is not null) _seen.Append(next);
        if (closer is null) return _scan.IsEnded ? (isCall?.Invoke(_seen.ToString()) ?? true ? BlockState.Done : BlockState.Text) : _scan.IsBroken ? BlockState.Prose : BlockState.More;
        if (isInside && !_scan.IsBroken) return BlockState.More;
        _tail.Add(next);
        return next == closer[^1] && _tail.EndsWith(closer) ? BlockState.Done : BlockState.More;
    }

    public override bool IsText(string body) => isCall is not null && !isCall(body);

    public override void Read(string body, bool isEnded, BlockResult into)
    {
        var json = isEnded && closer is not null ? body[..^closer.Length] : body;
        if (!isEnded && closer is not null && _scan.IsEnded) into.Repairs.Add($"'{closer}' is missing at the end");
        else if (!isEnded) into.Repairs.Add("the reply ends inside a call");
        if (_scan.IsEnded && json[_value..].Trim() is { Length: > 0 } behind)
        {
            into.Repairs.Add($"'{(behind.Length <= 40 ? behind : behind[..40])}' stands behind the JSON of a call");
            json = json[.._value];
        }

        read(json.Trim(), into);
    }
}
