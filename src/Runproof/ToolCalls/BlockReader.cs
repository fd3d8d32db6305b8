namespace Runproof.ToolCalls;

/// <summary>What the next character makes of a block.</summary>
internal enum BlockState
{
    More,

    /// <summary>The character ended the block.</summary>
    Done,

    /// <summary>It is no call: the marker was part of what the model says.</summary>
    Prose,
}

/// <summary>What was read of a block.</summary>
internal sealed class BlockResult
{
    public List<ToolCall> Calls { get; } = [];

    /// <summary>What was wrong, and could only mean one thing.</summary>
    public List<string> Repairs { get; } = [];

    /// <summary>Why a call cannot be read.</summary>
    public List<string> Faults { get; } = [];
}

/// <summary>Reads a block, from behind its marker, a character at a time: how a reply was cut into pieces does not matter.</summary>
internal abstract class BlockReader
{
    public abstract BlockState Take(char next);

    /// <summary>The calls of the block.</summary>
    /// <param name="isEnded">False where the reply ended in the middle of it.</param>
    public abstract void Read(string body, bool isEnded, BlockResult into);
}
