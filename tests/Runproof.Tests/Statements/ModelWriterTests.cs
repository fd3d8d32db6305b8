using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Chat;
using Runproof.Statements;
using Runproof.Tests.Chat;

namespace Runproof.Tests.Statements;

/// <summary>The writer against a server, each time once more from the replies that were recorded: both must end alike.</summary>
public sealed class ModelWriterTests : IAsyncLifetime
{
    private const string Good = "# `slugify` joins words with an underscore\n\nWhen I call `slugify(\"a b\")` I get `'a_b'`. It should be `'a-b'`, as it always was.\n";
    private const string Leaking = "# `slugify` is wrong\n\n`test_slug_of_two` shows it: `slugify(\"a b\")` gives `'a_b'` where it should give `'a-b'`.\n";
    private const string Template = "the template's words";

    private static readonly Secrets Secrets = new(
        ["--- a/textkit/slug.py\n+++ b/textkit/slug.py\n-    return \"-\".join(words)\n+    return \"_\".join(words)\n"], ["tests/test_slugs.py::test_slug_of_two"], ["tests/test_slugs.py"], ["python-string-swap"],
        ["0123456789abcdef0123456789abcdef01234567"]);

    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string AsJson<T>(T value) => JsonSerializer.Serialize(value, Json.Compact);

    private static StatementBrief Brief(int seed = 0, string call = "slugify(\"a b\")") =>
        new([new("t", BehaviourKind.Value, call, "'a_b'", "'a-b'", "", [], new Dictionary<string, string>())], Secrets, "textkit", "python", 3, seed);

    /// <summary>Writes one statement, from a server that gives these replies and then from the record.</summary>
    private async Task<(string Text, StatementOrigin Origin, IReadOnlyList<ChatRequest> Requests)> WriteAsync(StatementBrief brief, params ChatReply[] replies)
    {
        var record = Path.Combine(_bench.Root, $"{Guid.NewGuid():N}.jsonl");
        await using var server = new ChatServer(replies);
        using var model = ModelClient.Open(server.Options(record, "sk-secret"), TimeProvider.System);
        var (text, origin) = await new ModelWriter(model, SilentLog.Instance).WriteAsync(brief, Template, Cancel);

        using var replay = ModelClient.Open(new("small", null, null, ChatServer.Quick, Replay: record), TimeProvider.System);
        var again = await new ModelWriter(replay, SilentLog.Instance).WriteAsync(brief, Template, Cancel);
        again.Text.ShouldBe(text);
        AsJson(again.Origin).ShouldBe(AsJson(origin));
        return (text, origin, server.Requests);
    }

    [Fact]
    public async Task A_clean_answer_is_the_statement()
    {
        var (text, origin, requests) = await WriteAsync(Brief(), ChatReply.Says(Good));
        text.ShouldBe(Good);
        AsJson(origin).ShouldBe("""{"writer":"small","length":"short","attempts":1,"refused":[]}""");
        requests.ShouldHaveSingleItem().Text.ShouldContain("- gives: `'a_b'`\n- expected: `'a-b'`");
    }

    [Theory]
    [InlineData("<think>\nThe user wants test_slug_of_two.\n</think>\n\n", "")]
    [InlineData("```markdown\n", "\n```")]
    [InlineData("", "\n\n  \n")]
    public async Task What_surrounds_the_report_is_taken_off(string before, string after) => (await WriteAsync(Brief(), ChatReply.Says(before + Good.Trim() + after))).Text.ShouldBe(Good);

    [Fact]
    public async Task A_leak_is_told_without_the_secret_and_the_next_answer_is_taken()
    {
        var (text, origin, requests) = await WriteAsync(Brief(), ChatReply.Says(Leaking), ChatReply.Says(Good));
        text.ShouldBe(Good);
        (origin.Writer, origin.Attempts).ShouldBe(("small", 2));
        AsJson(origin.Refused).ShouldBe("""[{"fault":"leak","rules":["test name"]}]""");
        requests.Count.ShouldBe(2);
        requests[1].Text.ShouldContain("An earlier draft was refused");
        requests.ShouldAllBe(request => !request.Text.Contains("test_slug", StringComparison.OrdinalIgnoreCase) && !request.Text.Contains("shows it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("leaks", DraftFault.Leak, Leaking)]
    [InlineData("leaks", DraftFault.Leak, "# Wrong\n\nReplace the line by `return \"-\".join(words)` and `slugify` will give `'a-b'` again, as it did.")]
    [InlineData("unfit", DraftFault.Unfit, "I'm sorry, but I can't help with that.")]
    [InlineData("unfit", DraftFault.Unfit, "{\"title\": \"x\"}")]
    [InlineData("unfit", DraftFault.Unfit, "")]
    [InlineData("unfit", DraftFault.Unfit, "la la la la la la la la la la la la la la la la la la")]
    public async Task An_answer_that_stays_bad_leaves_the_template(string fallback, DraftFault fault, string answer)
    {
        var (text, origin, requests) = await WriteAsync(Brief(), ChatReply.Says(answer));
        (text, origin.Writer, origin.Fallback, origin.Attempts).ShouldBe((Template, "template", fallback, 3));
        origin.Refused.Select(draft => draft.Fault).ShouldBe([fault, fault, fault]);
        requests.Count.ShouldBe(3);
        requests.Select(request => request.Text).ShouldBeUnique();
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_is_none() => (await WriteAsync(Brief(), ChatReply.Says(Good, "length"), ChatReply.Says(Good))).Origin.Attempts.ShouldBe(2);

    [Theory]
    [InlineData(0, StatementLength.Short, "30 to 70 words")]
    [InlineData(4, StatementLength.Medium, "120 to 180 words")]
    [InlineData(8, StatementLength.Long, "280 to 450 words")]
    public async Task The_seed_chooses_the_length(int seed, StatementLength length, string wanted)
    {
        var words = string.Concat(Enumerable.Repeat("It has been like this for us since today. ", length switch { StatementLength.Short => 1, StatementLength.Medium => 15, _ => 40 }));
        var (_, origin, requests) = await WriteAsync(Brief(seed), ChatReply.Says(Good + "\n" + words));
        (origin.Writer, origin.Length).ShouldBe(("small", length));
        requests[0].Text.ShouldContain(wanted);
    }

    [Fact]
    public async Task Without_behaviour_that_may_be_told_nobody_is_asked()
    {
        await using var server = new ChatServer(ChatReply.Says(Good));
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        var writer = new ModelWriter(model, SilentLog.Instance);
        (await writer.WriteAsync(Brief() with { Examples = [] }, Template, Cancel)).Origin.Fallback.ShouldBe("nothing_to_tell");
        (await writer.WriteAsync(Brief(call: "slugify('test_slug_of_two')"), Template, Cancel)).Origin.Fallback.ShouldBe("nothing_to_tell");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_request_holds_a_secret_whatever_the_behaviours()
    {
        var random = new Random(5);
        string[] words = ["alpha", "test_slug_of_two", "f(test_slug_of_two)", "tests/test_slugs.py", "'x'", "return \"-\".join(words)", "12", "[]", "0123456789abcdef0123456789abcdef01234567", "slugs"];
        string Any() => string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => words[random.Next(words.Length)]));
        await using var server = new ChatServer((_, before) => ChatReply.Says(words[before % words.Length]));
        using var model = ModelClient.Open(server.Options(limits: ChatServer.Quick with { MostRequests = 1_000 }), TimeProvider.System);
        var writer = new ModelWriter(model, SilentLog.Instance);
        for (var round = 0; round < 60; round++)
        {
            var behaviours = Enumerable.Range(0, random.Next(1, 5)).Select(i => new Behaviour($"t{i}", (BehaviourKind)random.Next(4), random.Next(3) == 0 ? null : Any(), Any(), Any(), Any(), [Any()], new Dictionary<string, string> { ["a"] = Any() })).ToList();
            var statement = StatementWriter.Write(behaviours, Secrets, "textkit", "python", 5, round);
            await writer.WriteAsync(statement.Brief, statement.Text!, Cancel);
        }

        server.Requests.Count.ShouldBeGreaterThan(20);
        foreach (var request in server.Requests) LeakCheck.Find(request.Text, Secrets).ShouldBeEmpty();
    }

    [Fact]
    public async Task When_nobody_answers_at_first_it_is_said_once_and_nobody_is_asked_again()
    {
        using var model = ModelClient.Open(ChatServer.OptionsFor(ChatServer.Nobody), TimeProvider.System);
        var log = new KeptLog();
        var writer = new ModelWriter(model, log);
        for (var task = 0; task < 5; task++) AsJson((await writer.WriteAsync(Brief(task), Template, Cancel)).Origin).ShouldBe("""{"writer":"template","length":"short","attempts":0,"refused":[],"fallback":"endpoint"}""");
        log.Said.ShouldHaveSingleItem().ShouldEndWith(": the template writes the other statements of this run");
        writer.Used.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_dies_later_is_given_up_after_three_statements()
    {
        await using var server = new ChatServer((_, before) => before is 0 or 4 ? ChatReply.Says(Good) : ChatReply.Fails(500, "gone"));
        using var model = ModelClient.Open(server.Options(limits: ChatServer.Quick with { Retries = 0 }), TimeProvider.System);
        var log = new KeptLog();
        var writer = new ModelWriter(model, log);
        List<StatementOrigin> origins = [];
        for (var task = 0; task < 12; task++) origins.Add((await writer.WriteAsync(Brief(task * 12), Template, Cancel)).Origin);
        origins.Select(origin => origin.Writer == "small").ShouldBe([true, false, false, false, .. Enumerable.Repeat(false, 8)]);
        server.Requests.Count.ShouldBe(4);
        log.Said.Count.ShouldBe(2);
        log.Said[1].ShouldEndWith(": the template writes the other statements of this run");

        var counts = StatementCounts.Of([.. origins, null], writer.Used);
        (counts.Asked, counts.Drafts, counts.FallbackRate).ShouldBe((12, 1, Math.Round(11 / 12.0, 4)));
        counts.Writers.ShouldBe(new Dictionary<string, int> { ["template"] = 12, ["small"] = 1 }, ignoreOrder: true);
        counts.Fallbacks.ShouldBe(new Dictionary<string, int> { ["endpoint"] = 11 });
    }

    [Fact]
    public async Task A_key_or_model_that_is_refused_at_first_is_the_users_mistake_and_later_the_servers()
    {
        await using var server = new ChatServer((_, before) => before == 1 ? ChatReply.Says(Good) : ChatReply.Fails(404, "no such model"));
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        var writer = new ModelWriter(model, SilentLog.Instance);
        (await Should.ThrowAsync<InputException>(() => writer.WriteAsync(Brief(), Template, Cancel))).Message.ShouldContain("has no model 'small'");
        (await writer.WriteAsync(Brief(), Template, Cancel)).Origin.Writer.ShouldBe("small");
        (await writer.WriteAsync(Brief(), Template, Cancel)).Origin.Fallback.ShouldBe("endpoint");
    }

    [Fact]
    public async Task A_spent_budget_leaves_the_rest_to_the_template()
    {
        await using var server = new ChatServer(ChatReply.Says(Leaking), ChatReply.Says(Good));
        using var model = ModelClient.Open(server.Options(limits: ChatServer.Quick with { MostRequests = 2 }), TimeProvider.System);
        var log = new KeptLog();
        var writer = new ModelWriter(model, log);
        (await writer.WriteAsync(Brief(), Template, Cancel)).Origin.Writer.ShouldBe("small");
        for (var task = 0; task < 3; task++) (await writer.WriteAsync(Brief(task), Template, Cancel)).Origin.Fallback.ShouldBe("budget");
        log.Said.ShouldBe(["the budget of 2 requests to the model is spent: --model-requests gives more: the template writes the other statements of this run"]);
    }

    [Fact]
    public async Task A_replay_that_lacks_an_answer_says_so_once_and_goes_on()
    {
        var record = Path.Combine(_bench.Root, "some.jsonl");
        await using (var server = new ChatServer(ChatReply.Says(Good)))
        {
            using var recording = ModelClient.Open(server.Options(record), TimeProvider.System);
            await new ModelWriter(recording, SilentLog.Instance).WriteAsync(Brief(), Template, Cancel);
        }

        using var replay = ModelClient.Open(new("small", null, null, ChatServer.Quick, Replay: record), TimeProvider.System);
        var log = new KeptLog();
        var writer = new ModelWriter(replay, log);
        for (var task = 1; task < 6; task++) (await writer.WriteAsync(Brief(call: $"slugify({task})"), Template, Cancel)).Origin.Fallback.ShouldBe("not_recorded");
        (await writer.WriteAsync(Brief(), Template, Cancel)).Text.ShouldBe(Good);
        log.Said.ShouldHaveSingleItem().ShouldContain("lacks replies of model 'small'");
    }
}
