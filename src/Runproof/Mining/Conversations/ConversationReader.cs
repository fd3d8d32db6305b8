using System.Globalization;
using System.Text.Json;

namespace Runproof.Mining.Conversations;

/// <summary>
/// Reads what GitHub's REST API answers, what <c>gh pr list --json</c> and a GitHub export write, and the events of GH Archive: one JSON value a file or a line, an object or a list of them.
/// </summary>
internal static class ConversationReader
{
    private static readonly string[] MergeKeys = ["merge_commit_sha", "mergeCommit"];

    /// <param name="repository"><c>owner/name</c>: what is told of another repository is passed over; null where nobody said.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static IReadOnlyList<Conversation> Read(string json, string? repository)
    {
        using var document = JsonDocument.Parse(json);
        List<Conversation> found = [];
        foreach (var one in document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.EnumerateArray().ToArray() : [document.RootElement])
        {
            if (one.ValueKind == JsonValueKind.Object && OfObject(one, repository) is { } conversation) found.Add(conversation);
        }

        return found;
    }

    private static Conversation? OfObject(JsonElement one, string? repository)
    {
        // An event of GH Archive: {"type": "PullRequestEvent", "repo": {"name": ...}, "payload": {"pull_request": {...}}}
        if (one.TryGetProperty("payload", out var payload))
        {
            if (repository is not null && one.TryGetProperty("repo", out var repo) && Text(repo, "name") is { } name && !name.Equals(repository, StringComparison.OrdinalIgnoreCase)) return null;
            if (payload.ValueKind != JsonValueKind.Object) return null;
            if (payload.TryGetProperty("pull_request", out var pull)) return OfObject(pull, null);
            return payload.TryGetProperty("issue", out var issue) ? OfObject(issue, null) : null;
        }

        if (NumberOf(one) is not { } number || Text(one, "title") is not { } title) return null;
        var isPull = MergeKeys.Any(key => one.TryGetProperty(key, out _)) || one.TryGetProperty("head", out _) || Text(one, "url")?.Contains("/pull", StringComparison.Ordinal) == true;

        // Among issues the API lists pull requests as well, without the commit they became.
        if (!isPull && one.TryGetProperty("pull_request", out _)) return null;
        var merge = Text(one, "merge_commit_sha") ?? (one.TryGetProperty("mergeCommit", out var commit) ? Text(commit, "oid") : null);
        var isOpen = one.TryGetProperty("merged_at", out var merged) && merged.ValueKind == JsonValueKind.Null;
        return new(number, isPull, title, Text(one, "body") ?? "", isOpen ? null : merge);
    }

    private static int? NumberOf(JsonElement one)
    {
        if (one.TryGetProperty("number", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value)) return value;
        return Text(one, "url") is { } url && int.TryParse(url[(url.LastIndexOf('/') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : null;
    }

    private static string? Text(JsonElement one, string name) => one.ValueKind == JsonValueKind.Object && one.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
