using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Runproof.Mining.Conversations;
using Runproof.Tests.Chat;

namespace Runproof.Tests.Mining.Conversations;

/// <summary>A server of this machine that answers as GitHub's API does.</summary>
public sealed class GitHubClientTests : IAsyncDisposable
{
    private readonly Workbench _bench = new();
    private readonly LocalServer _server;
    private readonly HttpClient _http = new();
    private readonly List<(string Path, string? Token)> _asked = [];
    private Func<string, int, (int Status, string Body, (string, string)[] Headers)> _answer = (_, _) => (500, "", []);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public GitHubClientTests() => _server = new(AnswerAsync);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        await _bench.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext call)
    {
        var path = call.Request.Path + call.Request.QueryString;
        var before = _asked.Count(one => one.Path == path);
        _asked.Add((path, call.Request.Headers.Authorization));
        var (status, body, headers) = _answer(path, before);
        call.Response.StatusCode = status;
        foreach (var (name, value) in headers) call.Response.Headers[name] = value;
        await call.Response.WriteAsync(body);
    }

    private static string Page(int first, int count, bool pulls) =>
        JsonSerializer.Serialize(Enumerable.Range(first, count).Select(number => pulls
            ? new Dictionary<string, object?> { ["number"] = number, ["title"] = $"P{number}", ["body"] = null, ["merged_at"] = "2026-01-01T00:00:00Z", ["merge_commit_sha"] = $"c{number}" }
            : new Dictionary<string, object?> { ["number"] = number, ["title"] = $"I{number}", ["body"] = "x" }));

    private async Task<ConversationIndex> ReadAsync(string? token = "secret", IProgressLog? log = null)
    {
        var index = new ConversationIndex();
        await new GitHubClient(_http, _server.Url, "someone/shop", token, Path.Combine(_bench.Root, "pages"), log ?? SilentLog.Instance, TimeProvider.System).ReadIntoAsync(index, Cancel);
        return index;
    }

    [Fact]
    public async Task All_pages_are_read_half_ones_again_and_full_ones_never_a_second_time()
    {
        _answer = (path, times) => (path.Contains("/pulls?", StringComparison.Ordinal), path.EndsWith("page=1", StringComparison.Ordinal)) switch
        {
            (true, true) => times == 0 ? (200, Page(1, 100, pulls: true)[..5000], []) : (200, Page(1, 100, pulls: true), []),
            (true, false) => (200, Page(101, 7, pulls: true), []),
            _ => times == 0 ? (403, "{}", [("retry-after", "1")]) : (200, Page(200, 3, pulls: false), []),
        };
        var notes = new KeptLog();
        var index = await ReadAsync(log: notes);
        (index.Pulls, index.Issues).ShouldBe((107, 3));
        notes.Said.Single().ShouldBe($"the limit of requests to 127.0.0.1 is reached: going on in 1 s");
        _asked.ShouldAllBe(one => one.Token == "Bearer secret");
        _asked[0].Path.ShouldBe("/repos/someone/shop/pulls?state=closed&sort=created&direction=asc&per_page=100&page=1");
        var before = _asked.Count;
        (await ReadAsync()).Pulls.ShouldBe(107);
        _asked.Skip(before).Select(one => one.Path).ShouldBe(["/repos/someone/shop/pulls?state=closed&sort=created&direction=asc&per_page=100&page=2", "/repos/someone/shop/issues?state=all&sort=created&direction=asc&per_page=100&page=1"]);
    }

    [Theory]
    [InlineData(404, "has no repository 'someone/shop', or it is not public: set GITHUB_TOKEN")]
    [InlineData(401, "wants a token for 'someone/shop': set GITHUB_TOKEN")]
    public async Task What_cannot_be_read_is_told_in_a_line(int status, string message)
    {
        _answer = (_, _) => (status, "{}", []);
        (await Should.ThrowAsync<InputException>(() => ReadAsync(token: null))).Message.ShouldContain(message);
    }

    [Fact]
    public async Task A_limit_that_lasts_ends_the_call_with_the_time()
    {
        var reset = TimeProvider.System.GetUtcNow().AddHours(2);
        _answer = (_, _) => (403, "{}", [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", $"{reset.ToUnixTimeSeconds()}")]);
        var said = (await Should.ThrowAsync<MachineException>(() => ReadAsync())).Message;
        said.ShouldContain($"is reached until {reset.UtcDateTime:HH:mm} UTC");
        said.ShouldNotContain("secret");
    }
}
