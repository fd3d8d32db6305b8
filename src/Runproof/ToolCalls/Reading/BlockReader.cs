namespace Runproof.ToolCalls;

/// <summary>What the next character makes of a block.</summary>
internal enum BlockState
{
    More,

    /// <summary>The character ended the block.</summary>
    Done,

    /// <summary>It is no call: the marker was part of what the model says, and what follows may hold another one.</summary>
    Prose,

    /// <summary>It is no call, and nothing in it is one.</summary>
    Text,
}

/// <summary>What was read of a block.</summary>
internal sealed class BlockResult
{
    public List<ToolCall> Calls { get; } = [];

    /// <summary>What the model says inside of the block.</summary>
    public string Text { get; set; } = "";

    /// <summary>What it thinks there.</summary>
    public string Thought { get; set; } = "";

    /// <summary>What was wrong, and could only mean one thing.</summary>
    public List<string> Repairs { get; } = [];

    /// <summary>Why a call cannot be read.</summary>
    public List<string> Faults { get; } = [];
}

/// <summary>Reads a block, from behind its marker, a character at a time: how a reply was cut into pieces does not matter.</summary>
internal abstract class BlockReader
{
    public abstract BlockState Take(char next);

    /// <summary>The marker alone is the block, and means nothing.</summary>
    public virtual bool IsEmpty => false;

    /// <summary>Whether a block that the end of the reply cuts off is no call at all.</summary>
    public virtual bool IsText(string body) => false;

    /// <summary>The calls of the block.</summary>
    /// <param name="isEnded">False where the reply ended in the middle of it.</param>
    public abstract void Read(string body, bool isEnded, BlockResult into);
}

/// <summary>A marker around calls that have markers of their own.</summary>
internal sealed class OuterMarker : BlockReader
{
    public override bool IsEmpty => true;

    public override BlockState Take(char next) => BlockState.Prose;

    public override void Read(string body, bool isEnded, BlockResult into)
    {
        // It says nothing.
    }
}
