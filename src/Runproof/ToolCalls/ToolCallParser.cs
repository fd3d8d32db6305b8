using System.Text;
using Runproof.ToolCalls.Reading;

namespace Runproof.ToolCalls;

/// <summary>One part of a reply, as soon as it is sure.</summary>
/// <param name="Text">What the model says; null for a call.</param>
internal sealed record ReplyPart(string? Text, ToolCall? Call);

/// <summary>
/// Reads a reply as it comes. A marker commits to nothing until what follows can only be a call; text is held back while it may be the beginning of a marker, and no longer. Its work grows with the length of the reply alone.
/// </summary>
internal sealed class ToolCallParser(ToolCallFormat format, IReadOnlyList<ToolDefinition> tools)
{
    /// <summary>How often characters are read again, on average, before what begins like a call is taken for text.</summary>
    private const int MostAgain = 16;
    private const int Least = 4096;

    private readonly IReadOnlyList<Opener> _openers = format.AllOpeners;
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _body = new();
    private readonly StringBuilder _thought = new();
    private readonly List<ToolCall> _calls = [];
    private readonly List<string> _problems = [];
    private readonly List<ReplyPart> _parts = [];
    private readonly Stack<(string Text, int At)> _again = new();
    private string _held = "";
    private long _length;
    private long _readAgain;
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
        foreach (var next in piece)
        {
            _length++;
            Take(next);
            while (_again.TryPop(out var rest))
            {
                if (rest.At + 1 < rest.Text.Length) _again.Push((rest.Text, rest.At + 1));
                Take(rest.Text[rest.At]);
            }
        }

        return Told();
    }

    /// <summary>The reply is over. <see cref="Told"/> has what became sure by that.</summary>
    public ParsedReply End()
    {
        foreach (var letter in _held) Say(letter);
        _held = "";
        if (_block is { } block && block.IsText(_body.ToString())) SayBlock();
        else if (_block is not null) Close(_block, isEnded: false);
        return new(_text.ToString().Trim(), _calls, _outcome, _problems, _thought.ToString().Trim());
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

        if (_openers.FirstOrDefault(opener => (opener.Marker.Length == 0 || opener.Marker == _held) && MayBegin(opener)) is { } opener) Open(opener);
    }

    private bool MayBegin(Opener opener) =>
        (!opener.AtLine || _isLine) && (!opener.AtStart || (_isBlank && _calls.Count == 0)) &&
        (opener.Marker.Length == 0 ? _held.Length == 1 && !char.IsWhiteSpace(_held[0]) : opener.Marker.StartsWith(_held, StringComparison.Ordinal));

    private void Open(Opener opener)
    {
        var held = _held;
        (_opener, _block, _held) = (opener, opener.Read(tools), "");
        _body.Clear();
        if (_block.IsEmpty) Close(_block, isEnded: true);
        if (opener.IsBody) _again.Push((held, 0));
    }

    /// <summary>The marker was none: its first character is text, and what follows may hold another one.</summary>
    private void Reopen()
    {
        var all = Block();
        _readAgain += all.Length;
        if (_readAgain > Least + (MostAgain * _length))
        {
            _problems.Add("what begins like a call again and again is taken for text");
            if (_outcome < ParseOutcome.Repaired) _outcome = ParseOutcome.Repaired;
            SayBlock();
            return;
        }

        (_opener, _block) = (null, null);
        Say(all[0]);
        if (all.Length > 1) _again.Push((all, 1));
    }

    /// <summary>The block is text.</summary>
    private void SayBlock()
    {
        var all = Block();
        (_opener, _block) = (null, null);
        foreach (var letter in all) Say(letter);
    }

    /// <summary>All that was read of the block, its marker too.</summary>
    private string Block() => _opener!.IsBody ? _body.ToString() : _opener.Marker + _body;

    private void Close(BlockReader block, bool isEnded)
    {
        var result = new BlockResult();
        block.Read(_body.ToString(), isEnded, result);
        (_opener, _block) = (null, null);
        foreach (var letter in result.Text) Say(letter);
        _thought.Append(result.Thought);
        TellText();
        if (!format.HoldsMany && result.Calls.Count > 0 && _calls.Count + result.Calls.Count > 1) result.Repairs.Add($"{format.Name} holds one call in a reply, and here are {_calls.Count + result.Calls.Count}");
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
