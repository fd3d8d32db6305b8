namespace Runproof.Mining.Conversations;

/// <summary>A pull request or an issue: what people wrote about a change.</summary>
/// <param name="MergeCommit">Of a merged pull request; null of one that is not merged, and of an issue.</param>
internal sealed record Conversation(int Number, bool IsPull, string Title, string Body, string? MergeCommit)
{
    public string Text => $"{Title}\n\n{Body}";
}
