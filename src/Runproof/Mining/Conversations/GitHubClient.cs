using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Runproof.Mining.Conversations;

/// <summary>
/// Reads a repository's pull requests and issues from GitHub's REST API (docs: /rest/pulls, /rest/issues), page by page, oldest first. A full page is kept in the workspace and never asked for again; a call that was cut
/// off, or ran into the rate limit, goes on with the next one.
/// </summary>
/// <param name="folder">Where pages are kept.</param>
internal sealed class GitHubClient(HttpClient http, Uri api, string repository, string? token, string folder, IProgressLog log, TimeProvider clock)
{
    public const string TokenVariable = "GITHUB_TOKEN";
    public const string UrlVariable = "GITHUB_API_URL";
    private const int PerPage = 100;
    private const int MostTries = 4;

    /// <summary>A rate limit that ends sooner is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <exception cref="InputException">There is no such repository, or the token is refused.</exception>
    /// <exception cref="MachineException">The API does not answer, or its limit is reached for longer; what was read is kept.</exception>
    public async Task ReadIntoAsync(ConversationIndex index, CancellationToken cancel)
    {
        using var progress = log.Begin($"reading pull requests and issues of {repository}", null);
        foreach (var kind in new[] { "pulls?state=closed&sort=created", "issues?state=all&sort=created" })
        {
            for (var page = 1; ; page++)
            {
                var (conversations, isLast) = await PageAsync(kind, page, cancel);
                foreach (var one in conversations) index.Add(one);
                progress.Advance(1, $"{index.Pulls} pull requests, {index.Issues} issues");
                if (isLast) break;
            }
        }
    }

    private async Task<(IReadOnlyList<Conversation> Conversations, bool IsLast)> PageAsync(string kind, int page, CancellationToken cancel)
    {
        var file = Path.Combine(folder, $"{kind.Split('?')[0]}-{page.ToString("0000", CultureInfo.InvariantCulture)}.json");
        if (File.Exists(file)) return (ConversationReader.Read(await File.ReadAllTextAsync(file, cancel), null), false);
        var body = await AskAsync(new(api, $"repos/{repository}/{kind}&direction=asc&per_page={PerPage}&page={page}"), cancel);
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new MachineException($"what {api.Host} answers is no list of {kind.Split('?')[0]}: the same command goes on from there");
        var isLast = document.RootElement.GetArrayLength() < PerPage;
        if (!isLast)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(file + ".partial", body, cancel);
            File.Move(file + ".partial", file, overwrite: true);
        }

        return (ConversationReader.Read(body, null), isLast);
    }

    /// <summary>The whole body of a good answer.</summary>
    private async Task<string> AskAsync(Uri address, CancellationToken cancel)
    {
        var why = "";
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (attempt > 0) await Task.Delay(TimeSpan.FromSeconds(1 << attempt), clock, cancel);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Runproof", null));
                request.Headers.Accept.ParseAdd("application/vnd.github+json");
                if (token is not null) request.Headers.Authorization = new("Bearer", token);
                using var response = await http.SendAsync(request, cancel);
                var body = await response.Content.ReadAsStringAsync(cancel);
                if (response.IsSuccessStatusCode)
                {
                    // Half a page is no page.
                    using var whole = JsonDocument.Parse(body);
                    return body;
                }

                if (LimitEnds(response) is { } until) await WaitAsync(until, cancel);
                else if (response.StatusCode is HttpStatusCode.NotFound) throw new InputException($"{api.Host} has no repository '{repository}'{(token is null ? $", or it is not public: set {TokenVariable}" : "")}");
                else if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                    throw new InputException(token is null ? $"{api.Host} wants a token for '{repository}': set {TokenVariable}" : $"{api.Host} refuses the token of {TokenVariable} for '{repository}'");
                why = $"it answers {(int)response.StatusCode}";
            }
            catch (HttpRequestException error)
            {
                why = error.Message;
            }
            catch (JsonException)
            {
                why = "a page is cut off";
            }
            catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
            {
                why = "it does not answer in time";
            }
        }

        throw new MachineException($"{api.Host} cannot be read ({why}): what was read is kept, and the same command goes on from there");
    }

    /// <summary>When the limit of requests ends that an answer speaks of (docs: rate limits for the REST API); null where it speaks of none.</summary>
    private DateTimeOffset? LimitEnds(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests)) return null;
        if (response.Headers.RetryAfter?.Delta is { } delay) return clock.GetUtcNow() + delay;
        string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
        if (Header("x-ratelimit-remaining") == "0" && long.TryParse(Header("x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)) return DateTimeOffset.FromUnixTimeSeconds(reset);
        return response.StatusCode == HttpStatusCode.TooManyRequests ? clock.GetUtcNow() + TimeSpan.FromMinutes(1) : null;
    }

    private async Task WaitAsync(DateTimeOffset until, CancellationToken cancel)
    {
        var wait = until - clock.GetUtcNow();
        if (wait > Patience)
            throw new MachineException($"the limit of requests to {api.Host} is reached until {until.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC{(token is null ? $" ({TokenVariable} raises it)" : "")}: what was read is kept, and the same command goes on from there");
        log.Say($"the limit of requests to {api.Host} is reached: going on in {Math.Max(1, Math.Ceiling(wait.TotalSeconds)):0} s");
        if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancel);
    }
}
