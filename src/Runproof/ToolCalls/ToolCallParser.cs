using System.Text;

namespace Runproof.ToolCalls;

/// <summary>One part of a reply, as soon as it is sure.</summary>
/// <param name="Text">What the model says; null for a call.</param>
internal sealed record ReplyPart(string? Text, ToolCall? Call);

/// <summary>
/// Reads a reply as it comes. A marker commits to nothing until what follows can only be a call; text is held back while it may be the beginning of a marker, and no longer. Its work grows with the length of the reply alone.
/// </summary>
internal sealed class ToolCallParser(ToolCallFormat format, IReadOnlyList<ToolDefinition> tools)
{
    private readonly IReadOnlyList<Opener> _openers = format.Openers;
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _body = new();
    private readonly StringBuilder _thought = new();
    private readonly List<ToolCall> _calls = [];
    private readonly List<string> _problems = [];
    private readonly List<ReplyPart> _parts = [];
    private string _held = "";
    private int _told;
    private bool _isBlank = true;
    private bool _isLine = true;
    private Opener? _opener;
    private BlockReader? _block;
    private ParseOutcome _outcome;

    /// <summary>Takes the next piece.</summary>
    /// <returns>What is sure now and was not before.</returns>
    public IReadOnlyList<ReplyPart> Feed(string piece)
    {
        foreach (var next in piece) Take(next);
        return Told();
    }

    /// <summary>The reply is over. <see cref="Told"/> has what became sure by that.</summary>
    public ParsedReply End()
    {
        foreach (var letter in _held) Say(letter);
        _held = "";
        if (_block is { } block && block.IsText(_body.ToString())) SayBlock();
        else if (_block is not null) Close(_block, isEnded: false);
        return new(_text.ToString().Trim(), _calls, _outcome, _problems, _thought.ToString());
    }

    private void Take(char next)
    {
        if (_block is { } block)
        {
            _body.Append(next);
            switch (block.Take(next))
            {
                case BlockState.Done:
                    Close(block, isEnded: true);
                    break;
                case BlockState.Prose:
                    Reopen();
                    break;
                case BlockState.Text:
                    SayBlock();
                    break;
                default:
                    break;
            }

            return;
        }

        _held += next;
        while (_held.Length > 0 && !_openers.Any(MayBegin))
        {
            Say(_held[0]);
            _held = _held[1..];
        }

        if (_openers.FirstOrDefault(opener => opener.Marker == _held && MayBegin(opener)) is { } opener) Open(opener);
    }

    private bool MayBegin(Opener opener) => opener.Marker.StartsWith(_held, StringComparison.Ordinal) && (!opener.AtLine || _isLine);

    private void Open(Opener opener)
    {
        (_opener, _block, _held) = (opener, opener.Read(tools), "");
        _body.Clear();
        if (_block.IsEmpty) Close(_block, isEnded: true);
        if (!opener.IsBody) return;
        foreach (var letter in opener.Marker) Take(letter);
    }

    /// <summary>The marker was none: its first character is text, and what follows may hold another one.</summary>
    private void Reopen()
    {
        var all = _opener!.IsBody ? _body.ToString() : _opener.Marker + _body;
        (_opener, _block) = (null, null);
        Say(all[0]);
        foreach (var letter in all.AsSpan(1)) Take(letter);
    }

    /// <summary>The block is text.</summary>
    private void SayBlock()
    {
        var all = _opener!.IsBody ? _body.ToString() : _opener.Marker + _body;
        (_opener, _block) = (null, null);
        foreach (var letter in all) Say(letter);
    }

    private void Close(BlockReader block, bool isEnded)
    {
        var result = new BlockResult();
        block.Read(_body.ToString(), isEnded, result);
        (_opener, _block) = (null, null);
        foreach (var letter in result.Text) Say(letter);
        _thought.Append(result.Thought);
        TellText();
        _calls.AddRange(result.Calls);
        _parts.AddRange(result.Calls.Select(call => new ReplyPart(null, call)));
        _isLine = true;
        _problems.AddRange([.. result.Faults, .. result.Repairs]);
        var outcome = result.Faults.Count > 0 ? ParseOutcome.Rejected : result.Repairs.Count > 0 ? ParseOutcome.Repaired : ParseOutcome.Clean;
        if (outcome > _outcome) _outcome = outcome;
    }

    private void Say(char letter)
    {
        _isLine = letter == '\n' || (_isLine && char.IsWhiteSpace(letter));
        // White space between blocks is nobody's text.
        if (_calls.Count > 0 && _isBlank && char.IsWhiteSpace(letter)) return;
        _text.Append(letter);
        _isBlank &= char.IsWhiteSpace(letter);
    }

    private void TellText()
    {
        if (_text.Length > _told) _parts.Add(new(_text.ToString(_told, _text.Length - _told), null));
        _told = _text.Length;
    }

    /// <summary>What is sure and was not told yet.</summary>
    public IReadOnlyList<ReplyPart> Told()
    {
        TellText();
        IReadOnlyList<ReplyPart> parts = [.. _parts];
        _parts.Clear();
        return parts;
    }
}
