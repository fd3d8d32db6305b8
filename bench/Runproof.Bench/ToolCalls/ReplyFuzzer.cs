using Runproof.ToolCalls;

namespace Runproof.Bench.ToolCalls;

/// <summary>What a format made of random replies.</summary>
internal sealed class FuzzCounts
{
    public int Cases { get; set; }

    /// <summary>Replies and conversations that it was to write.</summary>
    public int Tried { get; set; }

    /// <summary>Those that it wrote; it refused the others with a reason.</summary>
    public int Written { get; set; }

    /// <summary>Why it refused, and how often.</summary>
    public Dictionary<string, int> Refused { get; } = [];

    /// <summary>Those of the written that it read back the same.</summary>
    public int Same { get; set; }

    /// <summary>Damaged replies, by how they were read.</summary>
    public Dictionary<ParseOutcome, int> Read { get; } = Enum.GetValues<ParseOutcome>().ToDictionary(outcome => outcome, _ => 0);

    /// <summary>Replies that were read whole and in pieces.</summary>
    public int Cut { get; set; }

    /// <summary>Those of them that were read the same.</summary>
    public int CutSame { get; set; }

    public int Crashes { get; set; }

    /// <summary>The first thing that went wrong; null where nothing did.</summary>
    public string? Failure { get; set; }
}

/// <summary>Has a format write and read random replies and conversations, and read damaged ones.</summary>
internal sealed class ReplyFuzzer(ToolCallFormat format, int seed)
{
    private const int Pool = 64;
    private const int LongestReason = 160;
    private readonly RandomReplies _replies = new(format, seed);
    private readonly IReadOnlyList<ToolDefinition> _tools = CallSamples.ToolsOf(format);
    private readonly List<string> _written = [];
    private readonly FuzzCounts _counts = new();

    /// <summary>Of eight cases, three are replies, one is a conversation, and four are damaged replies.</summary>
    public FuzzCounts Run(int cases)
    {
        for (var i = 0; i < cases; i++)
        {
            _counts.Cases++;
            try
            {
                if (i % 2 == 1 && _written.Count > 0) Damage(_replies.Damaged(_written[i / 2 % _written.Count]));
                else if (i % 8 == 6) Converse();
                else Write();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                _counts.Crashes++;
                _counts.Failure ??= $"a crash: {error}";
            }
        }

        return _counts;
    }

    private void Write()
    {
        var (text, thought, calls) = _replies.Reply();
        _counts.Tried++;
        string written;
        try
        {
            written = format.Write(text, calls, _tools, thought);
        }
        catch (FormatException reason)
        {
            var why = reason.Message.Length <= LongestReason ? reason.Message : reason.Message[..LongestReason];
            _counts.Refused[why] = _counts.Refused.GetValueOrDefault(why) + 1;
            return;
        }

        _counts.Written++;
        if (_written.Count < Pool) _written.Add(written);
        else _written[_counts.Written % Pool] = written;
        var read = format.Parse(written, _tools);
        if (read.Outcome == ParseOutcome.Clean && read.Text == text && read.Thought == thought && read.Calls.SequenceEqual(calls)) _counts.Same++;
        else _counts.Failure ??= $"read back otherwise: {written}";
        Cut(written, read);
    }

    private void Converse()
    {
        var conversation = _replies.ToolConversation();
        _counts.Tried++;
        RenderedConversation rendered;
        try
        {
            rendered = Rendering.Render(format, conversation, _tools);
        }
        catch (FormatException reason)
        {
            var why = reason.Message.Length <= LongestReason ? reason.Message : reason.Message[..LongestReason];
            _counts.Refused[why] = _counts.Refused.GetValueOrDefault(why) + 1;
            return;
        }

        _counts.Written++;
        if (rendered.LeftOut.Count == 0 && Rendering.Read(format, rendered.Messages, _tools).ToolConversation.Equals(conversation)) _counts.Same++;
        else _counts.Failure ??= $"a conversation that is read back otherwise ({string.Join(", ", rendered.LeftOut)}): {string.Join("\n---\n", rendered.Messages.Skip(1))}";
    }

    private void Damage(string reply)
    {
        var read = format.Parse(reply, _tools);
        _counts.Read[read.Outcome]++;
        Cut(reply, read);
    }

    private void Cut(string reply, ParsedReply whole)
    {
        var parser = new ToolCallParser(format, _tools);
        List<ReplyPart> parts = [];
        foreach (var piece in _replies.Pieces(reply)) parts.AddRange(parser.Feed(piece));
        var read = parser.End();
        parts.AddRange(parser.Told());
        _counts.Cut++;
        var isSame = read.Text == whole.Text && read.Thought == whole.Thought && read.Outcome == whole.Outcome && read.Calls.SequenceEqual(whole.Calls)
            && parts.Select(part => part.Call).OfType<ToolCall>().SequenceEqual(whole.Calls) && string.Concat(parts.Select(part => part.Text)).Trim() == whole.Text;
        if (isSame) _counts.CutSame++;
        else _counts.Failure ??= $"read otherwise in pieces: {reply}";
    }
}
