namespace Runproof;

/// <summary>The user stopped the work. The message is the line the user sees: what is kept.</summary>
public sealed class InterruptedException : OperationCanceledException
{
    public InterruptedException(string message)
        : base(message)
    {
    }

    public InterruptedException()
    {
    }

    public InterruptedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
