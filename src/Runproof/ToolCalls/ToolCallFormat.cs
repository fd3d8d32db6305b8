namespace Runproof.ToolCalls;

/// <summary>
/// How one family of models writes tool calls as text: declares tools, writes calls, reads replies whole or as they come, writes results. One subclass each, in <c>Formats/</c>; a line in <see cref="ToolCallFormats"/>.
/// </summary>
internal abstract class ToolCallFormat
{
    /// <summary>As in command lines and rows: <c>hermes</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a reply may hold several calls.</summary>
    public virtual bool HoldsMany => true;

    /// <summary>Whether calls carry their ids.</summary>
    public virtual bool KeepsIds => false;

    /// <summary>Where a call can begin.</summary>
    internal abstract IReadOnlyList<Opener> Openers { get; }

    /// <summary>What tells a model which tools there are, and how to call them; it stands in the system message.</summary>
    public abstract string Declare(IReadOnlyList<ToolDefinition> tools);

    /// <summary>What brings results back: the text of the turn that follows.</summary>
    public abstract string WriteResults(IReadOnlyList<ToolResult> results);

    /// <summary>A reply with calls.</summary>
    /// <exception cref="FormatException">The format cannot hold it: what it would write means something else.</exception>
    public string Write(string text, IReadOnlyList<ToolCall> calls, IReadOnlyList<ToolDefinition> tools)
    {
        if (calls.Count > 1 && !HoldsMany) throw new FormatException($"{Name} holds one call in a reply, not {calls.Count}");
        var written = Render(text.Trim(), calls);
        var read = Parse(written, tools);
        if (read.Outcome != ParseOutcome.Clean || read.Text != text.Trim() || !read.Calls.SequenceEqual(calls.Select(Kept)))
            throw new FormatException($"{Name} cannot hold this reply: what it would write is read as something else{(read.Problems is [var problem, ..] ? $" ({problem})" : "")}");
        return written;
    }

    /// <summary>A whole reply.</summary>
    public ParsedReply Parse(string reply, IReadOnlyList<ToolDefinition> tools)
    {
        var parser = new ToolCallParser(this, tools);
        parser.Feed(reply);
        return parser.End();
    }

    /// <summary>What of a call the format keeps.</summary>
    public ToolCall Kept(ToolCall call) => KeepsIds ? call : call with { Id = null };

    protected abstract string Render(string text, IReadOnlyList<ToolCall> calls);

    /// <summary>A reply's text, then blocks, a line each.</summary>
    protected static string Lines(string text, IEnumerable<string> blocks) => string.Join('\n', blocks.Prepend(text).Where(part => part.Length > 0));
}

/// <summary>Where a call can begin.</summary>
/// <param name="Marker">The characters; where one marker is the beginning of another, it wins.</param>
/// <param name="Read">What reads the block behind it.</param>
/// <param name="AtLine">Only at the beginning of a line, or behind another block.</param>
/// <param name="IsBody">The marker is part of the block.</param>
internal sealed record Opener(string Marker, Func<IReadOnlyList<ToolDefinition>, BlockReader> Read, bool AtLine = false, bool IsBody = false);
