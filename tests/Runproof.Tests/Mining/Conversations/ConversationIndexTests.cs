using Runproof.Mining;
using Runproof.Mining.Conversations;
using Runproof.Repositories;
using Runproof.Tests.Chat;

namespace Runproof.Tests.Mining.Conversations;

public sealed class ConversationIndexTests : IAsyncLifetime
{
    private const string Pull = """{"number": 12, "title": "Totals may be negative", "body": "Fixes #11.", "merged_at": "2026-01-01T00:00:00Z", "merge_commit_sha": "aaaa", "head": {"sha": "bbbb"}}""";
    private const string Issue = """{"number": 11, "title": "Refunds are lost", "body": "A refund should lower the total."}""";

    private readonly Workbench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    private static Change Merged(string message, string hash = "aaaa") => new("base", hash, [new Commit(hash, ["base"], "a@example.org", default, message)], []);

    private async Task<(ConversationIndex Index, IReadOnlyList<string> Said)> ReadAsync(string content)
    {
        var file = Path.Combine(_bench.Root, "pulls.json");
        await File.WriteAllTextAsync(file, content, Cancel);
        var (index, log) = (new ConversationIndex(), new KeptLog());
        await index.ReadAsync(file, "someone/shop", log, Cancel);
        return (index, log.Said);
    }

    [Theory]
    [InlineData(Pull + "\n" + Issue)]
    [InlineData("[" + Pull + ",\n" + Issue + "]")]
    [InlineData("""{"type": "PullRequestEvent", "repo": {"name": "Someone/Shop"}, "payload": {"pull_request": """ + Pull + "}}\n" + """{"type": "IssuesEvent", "repo": {"name": "someone/shop"}, "payload": {"issue": """ + Issue + "}}\n" + """{"type": "IssuesEvent", "repo": {"name": "someone/else"}, "payload": {"issue": {"number": 11, "title": "Another"}}}""")]
    [InlineData("""[{"number": 12, "title": "Totals may be negative", "body": "Fixes #11.", "mergeCommit": {"oid": "aaaa"}}]""" + "\n" + Issue)]
    public async Task A_change_has_the_issue_that_it_settles_and_its_pull_request(string content)
    {
        var (index, _) = await ReadAsync(content);
        index.Of(Merged("whatever")).Select(one => one.Title).ShouldBe(["Refunds are lost", "Totals may be negative"]);
        index.Of(Merged("Totals may be negative (#12)", "cccc")).Select(one => one.Number).ShouldBe([11, 12]);
        index.Of(Merged("Merge pull request #12 from someone/topic", "cccc")).Select(one => one.Number).ShouldBe([11, 12]);
        index.Of(Merged("Something else, see #12", "cccc")).ShouldBeEmpty();
        index.Of(Merged("Lower totals, resolves #11", "cccc")).Select(one => one.Number).ShouldBe([11]);
    }

    [Fact]
    public async Task A_bad_line_is_named_and_the_rest_goes_on()
    {
        var (index, said) = await ReadAsync(Pull + "\n{\"number\": 13,\n" + Issue + "\n");
        said.ShouldBe(["note: pulls.json line 2: not JSON"]);
        (index.Pulls, index.Issues).ShouldBe((1, 1));
    }

    [Fact]
    public async Task What_holds_nothing_readable_is_refused() =>
        (await Should.ThrowAsync<InputException>(() => ReadAsync("{\n"))).Message.ShouldContain("holds neither JSON lines nor one JSON value");
}
