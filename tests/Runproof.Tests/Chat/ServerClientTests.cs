using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Runproof.Chat;

namespace Runproof.Tests.Chat;

/// <summary>The client against a server that speaks the protocol, and one that does not.</summary>
public sealed class ServerClientTests
{
    private const string Key = "sk-very-secret-0123456789";

    private static readonly ChatMessage[] Question = [new(ChatRole.System, "Be short."), new(ChatRole.User, "What is \"two\" and two?\nÄ 一")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<string> AskAsync(ModelOptions options)
    {
        using var model = ModelClient.Open(options, TimeProvider.System);
        return (await model.Chat.GetResponseAsync(Question, new ChatOptions { MaxOutputTokens = 50 }, Cancel)).Text;
    }

    private static async Task<ModelException> FailureAsync(ModelOptions options)
    {
        var error = await Should.ThrowAsync<ModelException>(() => AskAsync(options));
        error.Message.ShouldNotContain('\n');
        error.ToString().ShouldNotContain(Key, customMessage: "nor may any inner exception hold it");
        return error;
    }

    [Fact]
    public async Task A_question_is_asked_as_the_protocol_says_and_answered()
    {
        await using var server = new ChatServer(ChatReply.Says("Four."));
        using var model = ModelClient.Open(server.Options(key: Key), TimeProvider.System);
        var reply = await model.Chat.GetResponseAsync(Question, new ChatOptions { MaxOutputTokens = 50 }, Cancel);
        (reply.Text, reply.FinishReason).ShouldBe(("Four.", ChatFinishReason.Stop));
        model.Used.ShouldBe(new ModelUsage(1, 100, 50));

        var request = server.Requests.ShouldHaveSingleItem();
        (request.Path, request.Authorization, request.Model).ShouldBe(("/v1/chat/completions", "Bearer " + Key, "small"));
        request.Text.ShouldBe("Be short.\nWhat is \"two\" and two?\nÄ 一");
        request.Body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()).ShouldBe(["system", "user"]);
    }

    [Fact]
    public async Task A_server_that_counts_no_tokens_is_estimated()
    {
        await using var server = new ChatServer(ChatReply.Says("Four, I would say.", usage: false));
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        await model.Chat.GetResponseAsync(Question, cancellationToken: Cancel);
        (model.Used.InputTokens, model.Used.OutputTokens).ShouldBe((8, 4));
    }

    [Fact]
    public async Task A_stream_gets_the_whole_reply_through_the_same_layers()
    {
        await using var server = new ChatServer(ChatReply.Says("Four."));
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        (await model.Chat.GetStreamingResponseAsync(Question, cancellationToken: Cancel).ToChatResponseAsync(Cancel)).Text.ShouldBe("Four.");
        model.Used.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_is_missing_or_refused_is_said_without_the_key()
    {
        await using var server = new ChatServer(ChatReply.Fails(401, $"Incorrect API key provided: {Key}."));
        var missing = await FailureAsync(server.Options());
        (missing.Fault, missing.Message).ShouldBe((ModelFault.Refused, $"the server at {server.Url} wants a key: set OPENAI_API_KEY"));
        var refused = await FailureAsync(server.Options(key: Key));
        refused.Message.ShouldStartWith($"the server at {server.Url} refuses the key of OPENAI_API_KEY (");
        refused.Message.ShouldContain("***");
        server.Requests.Count.ShouldBe(2, "what is refused is not asked again");
    }

    [Fact]
    public async Task A_model_that_is_not_there()
    {
        await using var server = new ChatServer(ChatReply.Fails(404, "The model `small` does not exist."));
        var error = await FailureAsync(server.Options());
        error.Fault.ShouldBe(ModelFault.Refused);
        error.Message.ShouldStartWith($"the server at {server.Url} has no model 'small', or no chat completions at this address (");
        error.Message.ShouldContain("does not exist");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_busy_server_is_asked_again(int status)
    {
        await using var server = new ChatServer(ChatReply.Fails(status, "later"), ChatReply.Fails(status, "later"), ChatReply.Says("Four."));
        (await AskAsync(server.Options())).ShouldBe("Four.");
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_server_that_stays_in_trouble_fails_in_the_end()
    {
        await using var server = new ChatServer(ChatReply.Fails(500, "out of memory"));
        var error = await FailureAsync(server.Options());
        error.Fault.ShouldBe(ModelFault.Busy);
        error.Message.ShouldContain("out of memory");
        server.Requests.Count.ShouldBe(3, "the first and two more");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_wait_that_a_server_names_is_kept(bool asDate)
    {
        var wait = asDate ? TimeProvider.System.GetUtcNow().AddSeconds(3).ToString("R", CultureInfo.InvariantCulture) : "1";
        await using var server = new ChatServer(ChatReply.Fails(429, "later", wait), ChatReply.Says("Four."));
        var started = Stopwatch.GetTimestamp();
        (await AskAsync(server.Options())).ShouldBe("Four.");
        Stopwatch.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task A_server_that_names_a_long_wait_is_not_waited_for()
    {
        await using var server = new ChatServer(ChatReply.Fails(429, "tomorrow", "86400"));
        (await FailureAsync(server.Options())).RetryAfter.ShouldBe(TimeSpan.FromDays(1));
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>welcome</html>")]
    [InlineData("{\"choices\": [")]
    [InlineData("[1, 2]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"choices\": []}")]
    [InlineData("{\"choices\": [{\"message\": 5}]}")]
    public async Task A_body_that_is_no_completion(string body)
    {
        await using var server = new ChatServer(new ChatReply(200, body));
        var error = await FailureAsync(server.Options(key: Key));
        error.Fault.ShouldBe(ModelFault.BadAnswer);
        error.Message.ShouldStartWith($"what the server at {server.Url} answers is no chat completion (");
    }

    [Fact]
    public async Task A_slow_answer_is_cut_and_not_asked_for_again()
    {
        await using var server = new ChatServer(ChatReply.Says("Four.") with { Delay = TimeSpan.FromSeconds(5) });
        var error = await FailureAsync(server.Options(limits: ChatServer.Quick with { PerCall = TimeSpan.FromSeconds(0.5) }));
        (error.Fault, error.Message).ShouldBe((ModelFault.TooSlow, $"the server at {server.Url} did not answer within 0.5 s"));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_there()
    {
        var error = await FailureAsync(ChatServer.OptionsFor(ChatServer.Nobody, key: Key));
        error.Fault.ShouldBe(ModelFault.Unreachable);
        error.Message.ShouldStartWith($"the server at {ChatServer.Nobody} does not answer (");
    }

    [Fact]
    public async Task An_interrupt_is_an_interrupt()
    {
        await using var server = new ChatServer(ChatReply.Says("Four.") with { Delay = TimeSpan.FromSeconds(5) });
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        using var interrupt = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        await Should.ThrowAsync<OperationCanceledException>(() => model.Chat.GetResponseAsync(Question, cancellationToken: interrupt.Token));
    }

    [Fact]
    public async Task The_budget_holds_for_requests_and_for_tokens()
    {
        await using var server = new ChatServer(ChatReply.Says("Four."));
        foreach (var limits in new[] { ChatServer.Quick with { MostRequests = 2 }, ChatServer.Quick with { MostTokens = 300 } })
        {
            using var model = ModelClient.Open(server.Options(limits: limits), TimeProvider.System);
            for (var call = 0; call < 2; call++) await model.Chat.GetResponseAsync(Question, cancellationToken: Cancel);
            (await Should.ThrowAsync<ModelException>(() => model.Chat.GetResponseAsync(Question, cancellationToken: Cancel))).Fault.ShouldBe(ModelFault.Budget);
            model.Used.ShouldBe(new ModelUsage(2, 200, 100));
        }

        server.Requests.Count.ShouldBe(4);
    }
}
