using System.Globalization;

namespace Runproof.Repositories;

/// <param name="Parents">Full hashes, the first one is what the commit was made on.</param>
/// <param name="Author">E-mail address.</param>
/// <param name="Message">As it was written, subject first.</param>
public sealed record Commit(string Hash, IReadOnlyList<string> Parents, string Author, DateTimeOffset When, string Message)
{
    public string Subject => Message.Split('\n', 2)[0].Trim();
}

/// <summary>The commits of a repository, as git tells them.</summary>
internal static class History
{
    private const char RecordMark = '\u001e';

    /// <summary>Commits that lead to a revision, the newest first; of a shallow clone as far as it goes.</summary>
    public static async Task<IReadOnlyList<Commit>> ReadAsync(string gitDirectory, string revision, int? most, CancellationToken cancel)
    {
        string[] limit = most is { } count ? [$"--max-count={count.ToString(CultureInfo.InvariantCulture)}"] : [];
        var output = await new Git(gitDirectory).RunAsync(["log", "--topo-order", .. limit, "--format=%x1e%H%x00%P%x00%ae%x00%ct%x00%B", revision, "--"], cancel);
        return [.. output.Split(RecordMark, StringSplitOptions.RemoveEmptyEntries).Select(Read).OfType<Commit>()];
    }

    /// <summary>Hashes that lead to one revision and not to another.</summary>
    public static async Task<IReadOnlyList<string>> BetweenAsync(string gitDirectory, string without, string revision, CancellationToken cancel) =>
        (await new Git(gitDirectory).RunAsync(["rev-list", "--topo-order", $"{without}..{revision}", "--"], cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static Commit? Read(string record)
    {
        var fields = record.Split('\0', 5);
        if (fields.Length < 5 || !long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return null;
        return new(fields[0].Trim(), fields[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), fields[2], DateTimeOffset.FromUnixTimeSeconds(seconds), fields[4].Trim());
    }
}
