namespace Runproof.Agents.Policies;

/// <summary>What a model thinks before it speaks, where that stands in its text: <c>&lt;think&gt;…&lt;/think&gt;</c>, whose beginning a chat template may have written already.</summary>
internal static class Thoughts
{
    private const string Open = "<think>", Close = "</think>";

    public static (string Thought, string Text) Split(string reply)
    {
        var begun = reply.AsSpan().TrimStart().StartsWith(Open, StringComparison.Ordinal);
        var end = reply.IndexOf(Close, StringComparison.Ordinal);

        // Without a beginning it is a thought only if nothing else could have been: the mark is not used otherwise.
        if (end < 0) return begun ? (reply.TrimStart()[Open.Length..].Trim(), "") : ("", reply);
        var thought = reply[..end].Trim();
        return ((begun ? thought[Open.Length..] : thought).Trim(), reply[(end + Close.Length)..].TrimStart('\n'));
    }
}
