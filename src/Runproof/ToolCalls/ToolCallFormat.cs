using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;

namespace Runproof.ToolCalls;

/// <summary>
/// How one family of models writes tool calls as text: declares tools, writes calls, reads replies whole or as they come, writes results. One subclass each, in <c>Formats/</c>; a line in <see cref="ToolCallFormats"/>.
/// </summary>
internal abstract class ToolCallFormat
{
    /// <summary>The tags that most families think in.</summary>
    protected static readonly (string Begin, string End) Think = ("<think>", "</think>");
    private IReadOnlyList<Opener>? _allOpeners;

    /// <summary>As in command lines and rows: <c>hermes</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a reply may hold several calls.</summary>
    public virtual bool HoldsMany => true;

    /// <summary>Whether calls carry their ids.</summary>
    public virtual bool KeepsIds => false;

    /// <summary>The tools that the format is made for; null where it holds calls of any tool.</summary>
    public virtual IReadOnlyList<ToolDefinition>? OwnTools => null;

    /// <summary>How results come back.</summary>
    public abstract ResultStyle Results { get; }

    /// <summary>Whether a thought has a place of its own.</summary>
    public virtual bool KeepsThought => ThoughtTags is not null;

    /// <summary>Where a call can begin.</summary>
    internal abstract IReadOnlyList<Opener> Openers { get; }

    /// <summary>Where a call or a thought can begin.</summary>
    internal IReadOnlyList<Opener> AllOpeners => _allOpeners ??= ThoughtTags is { } tags ? [new(tags.Begin, _ => new UntilBlock(tags.End, ReadThought), AtStart: true), .. Openers] : Openers;

    /// <summary>What stands around a thought at the beginning of a reply, in families whose models think so.</summary>
    protected virtual (string Begin, string End)? ThoughtTags => null;

    /// <summary>What tells a model which tools there are, and how to call them; it stands in the system message.</summary>
    public abstract string Declare(IReadOnlyList<ToolDefinition> tools);

    /// <summary>What brings results back: the text of the turn that follows.</summary>
    /// <param name="calls">Those that gave the results, where the format shows more of a call than its name.</param>
    public string WriteResults(IReadOnlyList<ToolResult> results, params IReadOnlyList<ToolCall> calls) =>
        Results.Write([.. results.Select((result, i) => (calls.FirstOrDefault(call => call.Id is not null && call.Id == result.CallId) ?? calls.ElementAtOrDefault(i)) is { } call && call.Name == result.Name ? result with { Name = Described(call) } : result)]);

    /// <summary>A call as its result names it.</summary>
    public virtual string Described(ToolCall call) => call.Name;

    /// <summary>Why the format cannot hold a call, whatever stands beside it; null where it can.</summary>
    public virtual string? WhyNot(ToolCall call) => OwnTools is { } own ? OwnTool.WhyNot(call, own) : null;

    /// <summary>A reply with calls.</summary>
    /// <exception cref="FormatException">The format cannot hold it: there is no place for it, or what it would write means something else.</exception>
    public string Write(string text, IReadOnlyList<ToolCall> calls, IReadOnlyList<ToolDefinition> tools, string thought = "")
    {
        if (calls.Count > 1 && !HoldsMany) throw new FormatException($"{Name} holds one call in a reply, not {calls.Count}");
        if (thought.Trim().Length > 0 && !KeepsThought) throw new FormatException($"{Name} has no place for a thought");
        if (calls.Select(WhyNot).FirstOrDefault(why => why is not null) is { } reason) throw new FormatException($"{Name} cannot hold this call: {reason}");
        var written = Render(thought.Trim(), text.Trim(), calls);
        var read = Parse(written, tools);
        if (read.Outcome != ParseOutcome.Clean || read.Text != text.Trim() || read.Thought != thought.Trim() || !read.Calls.SequenceEqual(calls.Select(Kept)))
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

    /// <summary>With a thought, where there is one.</summary>
    protected virtual string Render(string thought, string text, IReadOnlyList<ToolCall> calls)
    {
        var said = Render(text, calls);
        return thought.Length == 0 || ThoughtTags is not { } tags ? said : $"{tags.Begin}\n{thought}\n{tags.End}\n\n{said}";
    }

    /// <summary>A reply's text, then blocks, a line each.</summary>
    protected static string Lines(string text, IEnumerable<string> blocks) => string.Join('\n', blocks.Prepend(text).Where(part => part.Length > 0));

    private static void ReadThought(string body, bool isEnded, BlockResult into)
    {
        if (!isEnded) into.Repairs.Add("the reply ends inside a thought");
        into.Thought = body;
    }
}

/// <summary>Where a call can begin.</summary>
/// <param name="Marker">The characters; where one marker is the beginning of another, it wins. Empty: any line that is not blank.</param>
/// <param name="Read">What reads the block behind it.</param>
/// <param name="AtLine">Only at the beginning of a line, or behind another block.</param>
/// <param name="IsBody">The marker is part of the block.</param>
/// <param name="AtStart">Only where nothing was said yet.</param>
internal sealed record Opener(string Marker, Func<IReadOnlyList<ToolDefinition>, BlockReader> Read, bool AtLine = false, bool IsBody = false, bool AtStart = false)
{
    /// <summary>Any line that is not blank.</summary>
    public static Opener Line(Func<IReadOnlyList<ToolDefinition>, BlockReader> read) => new("", read, AtLine: true, IsBody: true);
}
