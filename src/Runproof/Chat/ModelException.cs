namespace Runproof.Chat;

/// <summary>Why a model gave no answer.</summary>
internal enum ModelFault
{
    /// <summary>Nothing answers at the address.</summary>
    Unreachable,

    /// <summary>The server refuses the request as such: the key, the model's name, the form. Asking again changes nothing.</summary>
    Refused,

    /// <summary>Too many requests, or the server is in trouble: it may answer later.</summary>
    Busy,

    /// <summary>No answer within the time limit of a call.</summary>
    TooSlow,

    /// <summary>An answer came, and it is no chat completion.</summary>
    BadAnswer,

    /// <summary>What was asked is longer than the model can read.</summary>
    ContextFull,

    /// <summary>The budget of requests or tokens is spent.</summary>
    Budget,

    /// <summary>The recorded replies hold no answer to this request.</summary>
    NotRecorded,
}

/// <summary>A model gave no answer. The message is one line and never holds the key.</summary>
internal sealed class ModelException : Exception
{
    public ModelException(ModelFault fault, string message, Exception? inner = null, TimeSpan? retryAfter = null)
        : base(message, inner) => (Fault, RetryAfter) = (fault, retryAfter);

    public ModelException(string message) : base(message) { }

    public ModelException(string message, Exception inner) : base(message, inner) { }

    public ModelException() { }

    public ModelFault Fault { get; }

    /// <summary>How long the server asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
