namespace Runproof.ToolCalls;

/// <summary>A block up to the first place where its closing marker stands.</summary>
/// <param name="read">Reads what stands between, and learns whether the marker came.</param>
/// <param name="first">The character that must come first, white space aside; null where the opening marker is enough.</param>
internal sealed class UntilBlock(string closer, Action<string, bool, BlockResult> read, char? first = null) : BlockReader
{
    private readonly Tail _tail = new(closer.Length);
    private bool _isBegun = first is null;

    public override BlockState Take(char next)
    {
        if (!_isBegun)
        {
            if (char.IsWhiteSpace(next)) return BlockState.More;
            if (next != first) return BlockState.Prose;
            _isBegun = true;
        }

        _tail.Add(next);
        return next == closer[^1] && _tail.EndsWith(closer) ? BlockState.Done : BlockState.More;
    }

    public override bool IsText(string body) => !_isBegun;

    public override void Read(string body, bool isEnded, BlockResult into) => read(isEnded ? body[..^closer.Length] : body, isEnded, into);
}
