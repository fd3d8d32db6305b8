namespace Runproof.Agents;

/// <summary>How long an attempt may go on.</summary>
/// <param name="Turns">Replies.</param>
/// <param name="Total">The whole attempt, the model's time included.</param>
/// <param name="Command">One command.</param>
/// <param name="FormatErrors">Replies without a usable call, one after the other.</param>
/// <param name="Timeouts">Commands that did not end, one after the other.</param>
/// <param name="Calls">Calls of one reply that are run; the others are told so.</param>
/// <param name="Dollars">What the model may cost; null where nothing limits it or no price is known.</param>
internal sealed record AgentLimits(int Turns, TimeSpan Total, TimeSpan Command, int FormatErrors = 3, int Timeouts = 3, int Calls = 8, decimal? Dollars = null);

/// <summary>Why an attempt ended.</summary>
internal enum ExitReason
{
    Submitted,

    /// <summary>All its turns are used.</summary>
    Turns,

    /// <summary>Its time is over.</summary>
    Time,

    /// <summary>Its money is spent.</summary>
    Cost,

    /// <summary>The conversation is longer than the model can read.</summary>
    Context,

    /// <summary>Too many replies one after the other that could not be read.</summary>
    Format,

    /// <summary>Too many commands one after the other that did not end.</summary>
    Commands,

    /// <summary>The policy gave up.</summary>
    GaveUp,

    /// <summary>The model's server gave no usable answer: says nothing about the agent.</summary>
    Model,

    /// <summary>The sandbox failed: says nothing about the agent.</summary>
    Sandbox,
}

/// <param name="Detail">One line for people.</param>
/// <param name="Submission">What the agent submitted, where that is a text.</param>
internal sealed record EpisodeEnd(ExitReason Reason, string Detail, string? Submission = null)
{
    /// <summary>Of <see cref="ExitReason.Model"/>.</summary>
    public Chat.ModelFault? Fault { get; init; }

    /// <summary>Not the agent's doing: retried, and never a zero.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsInfrastructure => Reason is ExitReason.Model or ExitReason.Sandbox;
}
