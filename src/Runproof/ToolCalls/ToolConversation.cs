namespace Runproof.ToolCalls;

/// <summary>A conversation with tools, in no format yet.</summary>
/// <param name="System">What the system message says beside the tools.</param>
internal sealed record ToolConversation(string System, IReadOnlyList<ConversationTurn> Turns)
{
    public bool Equals(ToolConversation? other) => other is not null && System == other.System && Turns.SequenceEqual(other.Turns);

    public override int GetHashCode() => HashCode.Combine(System, Turns.Count);
}

/// <summary>One turn.</summary>
internal abstract record ConversationTurn;

/// <summary>What the user says.</summary>
internal sealed record UserTurn(string Text) : ConversationTurn;

/// <summary>What the model thinks, says and calls.</summary>
internal sealed record AssistantTurn(string Text, IReadOnlyList<ToolCall> Calls, string Thought = "") : ConversationTurn
{
    public bool Equals(AssistantTurn? other) => other is not null && Text == other.Text && Thought == other.Thought && Calls.SequenceEqual(other.Calls);

    public override int GetHashCode() => HashCode.Combine(Text, Thought, Calls.Count);
}

/// <summary>What the calls of the turn before gave, in their order.</summary>
internal sealed record ResultsTurn(IReadOnlyList<ToolResult> Results) : ConversationTurn
{
    public bool Equals(ResultsTurn? other) => other is not null && Results.SequenceEqual(other.Results);

    public override int GetHashCode() => Results.Count;
}
