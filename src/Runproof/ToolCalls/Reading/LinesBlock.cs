using System.Text;

namespace Runproof.ToolCalls;

/// <summary>A block that is read a line at a time.</summary>
internal abstract class LinesBlock : BlockReader
{
    protected const string Fence = "```";
    private readonly StringBuilder _line = new();
    private bool _isOver;

    /// <summary>What was read can only be a call.</summary>
    protected bool IsCall { get; set; }

    /// <summary>Why it cannot be read; null while it can.</summary>
    protected string? Fault { get; set; }

    public override BlockState Take(char next)
    {
        if (next != '\n')
        {
            _line.Append(next);
            return IsCall || MayBegin(_line) ? BlockState.More : BlockState.Prose;
        }

        var state = Next(_line.ToString());
        _line.Clear();
        _isOver = state == BlockState.Done;
        return state;
    }

    public override bool IsText(string body)
    {
        Finish();
        return !IsCall;
    }

    public override void Read(string body, bool isEnded, BlockResult into)
    {
        Finish();
        if (Fault is not null) into.Faults.Add(Fault);
        else ReadLines(body, _isOver, into);
    }

    /// <summary>Whether what stands on a line so far, in a block that is not sure to be a call, can go on to be one.</summary>
    protected virtual bool MayBegin(StringBuilder line) => true;

    /// <summary>Takes a whole line.</summary>
    protected abstract BlockState Next(string line);

    /// <param name="isOver">The block came to its end.</param>
    protected abstract void ReadLines(string body, bool isOver, BlockResult into);

    protected static string Short(string line) => line.Length <= 60 ? line : line[..60] + "…";

    /// <summary>The end of a reply ends its last line.</summary>
    private void Finish()
    {
        if (_isOver || _line.Length == 0) return;
        _isOver = Next(_line.ToString()) == BlockState.Done;
        _line.Clear();
    }
}
