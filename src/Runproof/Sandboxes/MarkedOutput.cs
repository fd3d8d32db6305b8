using System.Text;

namespace Runproof.Sandboxes;

/// <summary>A stream that comes in pieces and ends at a marker, whose last bytes may tell something.</summary>
internal sealed class MarkedOutput
{
    private readonly byte[] _marker;
    private readonly byte[] _held;
    private readonly HeadTailBuffer _kept;
    private int _heldCount;

    /// <param name="payload">Bytes behind the nonce.</param>
    /// <param name="capacity">Bytes kept, half from the head and half from the tail.</param>
    public MarkedOutput(string nonce, int payload, int capacity)
    {
        _marker = Encoding.ASCII.GetBytes(nonce);
        (_held, _kept) = (new byte[_marker.Length + payload], new(capacity));
    }

    public string Payload => Encoding.ASCII.GetString(_held, _marker.Length, _held.Length - _marker.Length);

    /// <returns>Whether all that came ends with the marker.</returns>
    public bool Append(ReadOnlySpan<byte> chunk)
    {
        // Only the last bytes can be the marker: hold back that many, pass the rest on.
        var surplus = _heldCount + chunk.Length - _held.Length;
        if (surplus > 0)
        {
            var fromHeld = Math.Min(surplus, _heldCount);
            _kept.Append(_held.AsSpan(0, fromHeld));
            _held.AsSpan(fromHeld, _heldCount - fromHeld).CopyTo(_held);
            _heldCount -= fromHeld;
            _kept.Append(chunk[..(surplus - fromHeld)]);
            chunk = chunk[(surplus - fromHeld)..];
        }

        chunk.CopyTo(_held.AsSpan(_heldCount));
        _heldCount += chunk.Length;
        return _heldCount == _held.Length && _held.AsSpan(0, _marker.Length).SequenceEqual(_marker);
    }

    /// <summary>What came before the marker.</summary>
    public CapturedOutput ToOutput() => _kept.ToOutput();
}
