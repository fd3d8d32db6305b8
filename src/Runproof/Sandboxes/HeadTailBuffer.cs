namespace Runproof.Sandboxes;

/// <summary>Keeps the first and the last bytes of a stream in bounded memory and counts them all.</summary>
internal sealed class HeadTailBuffer(int capacity)
{
    private readonly int _headCapacity = capacity - (capacity / 2);
    private readonly int _ringCapacity = Math.Max(1, capacity / 2);
    private byte[] _ring = [];
    private readonly List<byte> _head = [];
    private long _total;
    private long _ringTotal;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _total += bytes.Length;
        var toHead = Math.Min(bytes.Length, _headCapacity - _head.Count);
        _head.AddRange(bytes[..toHead]);
        bytes = bytes[toHead..];
        if (bytes.IsEmpty) return;
        if (_ring.Length == 0) _ring = new byte[_ringCapacity];
        if (bytes.Length > _ring.Length)
        {
            _ringTotal += bytes.Length - _ring.Length;
            bytes = bytes[^_ring.Length..];
        }

        var at = (int)(_ringTotal % _ring.Length);
        var first = Math.Min(bytes.Length, _ring.Length - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
        _ringTotal += bytes.Length;
    }

    public CapturedOutput ToOutput()
    {
        var kept = (int)Math.Min(_ringTotal, _ring.Length);
        var tail = new byte[kept];
        for (var i = 0; i < kept; i++) tail[i] = _ring[(_ringTotal - kept + i) % _ring.Length];
        return new(_head.ToArray(), tail, _total);
    }
}
