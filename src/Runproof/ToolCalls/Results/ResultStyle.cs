namespace Runproof.ToolCalls;

/// <summary>How results come back, and how they are told apart again.</summary>
/// <param name="role">Of the turn that brings them.</param>
internal abstract class ResultStyle(string role)
{
    public const string Tool = "tool";
    public const string User = "user";

    public string Role => role;

    /// <summary>Each result has a turn of its own.</summary>
    public virtual bool IsOne => false;

    /// <summary>Whether a result says that it is an error.</summary>
    public virtual bool KeepsErrors => false;

    public abstract string Write(IReadOnlyList<ToolResult> results);

    /// <summary>The results of a turn, with what of them is written; names are empty where they are not. Null where the turn is none.</summary>
    public abstract IReadOnlyList<ToolResult>? Read(string turn);
}
