namespace Runproof;

/// <summary>What the user gave cannot be used. The message is one line: what is wrong, where, and what to do. Exit code 2.</summary>
public sealed class InputException : Exception
{
    public InputException(string message) : base(message) { }

    public InputException(string message, Exception inner) : base(message, inner) { }

    public InputException() { }
}
