using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runproof.Mining.Conversations;

/// <summary>Finds what people wrote about a change: its pull request, by the commit it became or by the number in the commit's message, and the issues that it settles.</summary>
internal sealed partial class ConversationIndex
{
    private readonly Dictionary<int, Conversation> _pulls = [];
    private readonly Dictionary<int, Conversation> _issues = [];
    private readonly Dictionary<string, Conversation> _byCommit = [];

    public static ConversationIndex None { get; } = new();

    public int Pulls => _pulls.Count;

    public int Issues => _issues.Count;

    public void Add(Conversation one)
    {
        (one.IsPull ? _pulls : _issues)[one.Number] = one;
        if (one.MergeCommit is { } commit) _byCommit[commit] = one;
    }

    /// <summary>Reads files: JSON lines, or one JSON value; a line that cannot be read is named, and the rest goes on.</summary>
    /// <exception cref="InputException">There is no such file, or nothing in it.</exception>
    public async Task ReadAsync(string file, string? repository, IProgressLog log, CancellationToken cancel)
    {
        if (!File.Exists(file)) throw new InputException($"'{file}' does not exist: give a file of pull requests and issues (JSON as GitHub's API writes it, a GitHub export, or lines of GH Archive)");
        var before = _pulls.Count + _issues.Count;
        var number = 0;
        List<string> bad = [];
        await foreach (var line in File.ReadLinesAsync(file, cancel))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                foreach (var one in ConversationReader.Read(line, repository)) Add(one);
            }
            catch (JsonException)
            {
                bad.Add($"{Path.GetFileName(file)} line {number}: not JSON");
            }
        }

        // One value over many lines.
        if (_pulls.Count + _issues.Count == before && bad.Count > 0)
        {
            try
            {
                foreach (var one in ConversationReader.Read(await File.ReadAllTextAsync(file, cancel), repository)) Add(one);
                bad.Clear();
            }
            catch (JsonException)
            {
                throw new InputException($"'{file}' holds neither JSON lines nor one JSON value");
            }
        }

        foreach (var line in bad) log.Say($"note: {line}");
        if (_pulls.Count + _issues.Count == before) log.Say($"note: '{file}' tells of no pull request and no issue{(repository is null ? "" : $" of {repository}")}");
    }

    /// <summary>The issues that a change settles, then its pull request: whoever asked says best what is wanted.</summary>
    public IReadOnlyList<Conversation> Of(Change change)
    {
        var messages = string.Join('\n', change.Commits.Select(commit => commit.Message));
        var pull = change.Commits.Select(commit => _byCommit.GetValueOrDefault(commit.Hash)).FirstOrDefault(one => one is not null)
            ?? PullNumber().Matches(change.Newest.Subject).Select(match => Number(match.Groups[1].Value ?? "")).Select(number => _pulls.GetValueOrDefault(number)).FirstOrDefault(one => one is not null);
        var settled = Settled().Matches($"{messages}\n{pull?.Text}").Select(match => Number(match.Groups[1].Value)).Distinct().Select(number => _issues.GetValueOrDefault(number)).OfType<Conversation>();
        return [.. settled, .. pull is null ? Array.Empty<Conversation>() : [pull]];
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    [GeneratedRegex(@"(?i)(?:pull request |\(|gh-|pr )#?(\d+)\)?")]
    private static partial Regex PullNumber();

    /// <summary>The words by which GitHub closes an issue (docs: linking a pull request to an issue using a keyword).</summary>
    [GeneratedRegex(@"(?i)\b(?:clos|fix|resolv)(?:e[sd]?|es)?\b\s*:?\s*(?:https?://\S+/issues/|(?:[\w.-]+/[\w.-]+)?#)(\d+)")]
    private static partial Regex Settled();
}
