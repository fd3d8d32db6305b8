using Runproof.ToolCalls;

namespace Runproof.Agents;

/// <summary>All that a policy sees: who it is, what is wanted, which tools there are, and what happened so far.</summary>
/// <param name="System">Without the declaration of tools, which a format adds.</param>
internal sealed record Conversation(string System, string Task, IReadOnlyList<ToolDefinition> Tools, IReadOnlyList<Turn> Turns);

/// <summary>What an agent is to do.</summary>
/// <param name="Folder">Where the repository lies in the sandbox.</param>
/// <param name="Failing">Tests that fail and should pass, where they are visible.</param>
/// <param name="TestCommand">Runs them, as a line of shell; null where they are hidden.</param>
/// <param name="KnownFiles">Of the repository.</param>
/// <param name="Variables">Of every command: where installed packages lie, what keeps tools off the network.</param>
internal sealed record Assignment(string Statement, string Folder, IReadOnlyList<string> Failing, string? TestCommand, IReadOnlyList<string>? KnownFiles = null, IReadOnlyDictionary<string, string>? Variables = null)
{
    public IReadOnlyList<string> Files => KnownFiles ?? [];
}

/// <summary>Decides what an agent does next: a model, a recording, or an algorithm.</summary>
internal interface IPolicy
{
    /// <exception cref="Chat.ModelException">The model gave no answer.</exception>
    Task<Reply> ReplyAsync(Conversation conversation, CancellationToken cancel);
}

/// <summary>A policy that says what time it is: of a recording that runs again, the times are those of the recording, so that the same actions make the same trajectory.</summary>
internal interface ITimedPolicy
{
    Turn Timed(Turn turn);
}
