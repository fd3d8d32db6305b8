namespace Runproof.ToolCalls;

/// <summary>A block that is JSON (an object, or a list of objects), up to its closing marker.</summary>
/// <param name="call">The keys of a call.</param>
/// <param name="closer">Null where the block ends with its JSON.</param>
internal sealed class JsonBlock(JsonCall call, string? closer) : BlockReader
{
    private readonly JsonScan _scan = new();
    private bool _isBegun;
    private int _length;
    private int _value;
    private string _tail = "";

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
        if (closer is null) return _scan.IsEnded ? BlockState.Done : _scan.IsBroken ? BlockState.Prose : BlockState.More;
        if (isInside && !_scan.IsBroken) return BlockState.More;
        _tail = (_tail + next) is var seen && seen.Length > closer.Length ? seen[^closer.Length..] : seen;
        return _tail == closer ? BlockState.Done : BlockState.More;
    }

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

        call.Read(json.Trim(), into);
    }
}
