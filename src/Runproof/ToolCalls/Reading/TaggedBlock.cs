namespace Runproof.ToolCalls;

/// <summary>A block of tags: a first tag without which it is none, and the last tags, between which only white space may stand.</summary>
/// <param name="first">What must follow the marker, white space aside; empty where the marker is enough.</param>
/// <param name="last">The end, without white space.</param>
/// <param name="read">Reads what stands between, from the first tag on.</param>
internal sealed class TaggedBlock(string first, string last, Action<string, bool, BlockResult> read) : BlockReader
{
    private readonly Tail _seen = new(last.Length);
    private int _matched;

    public override BlockState Take(char next)
    {
        if (_matched < first.Length)
        {
            if (_matched == 0 && char.IsWhiteSpace(next)) return BlockState.More;
            if (next != first[_matched]) return BlockState.Prose;
            _matched++;
        }

        return _seen.AddTag(next) && next == last[^1] && _seen.EndsWith(last) ? BlockState.Done : BlockState.More;
    }

    public override void Read(string body, bool isEnded, BlockResult into)
    {
        if (!isEnded) into.Repairs.Add("the reply ends inside a call");
        if (_matched < first.Length) into.Faults.Add("a call that ends before it begins");
        else read(body.TrimStart(), isEnded, into);
    }
}
