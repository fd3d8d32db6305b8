using Microsoft.Extensions.AI;
using Runproof.Chat;

namespace Runproof.Tests.Chat;

public sealed class RecordedRepliesTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Replies => Path.Combine(_bench.Root, "new", "replies.jsonl");

    private static async Task<string> AskAsync(ModelOptions options, string question)
    {
        using var model = ModelClient.Open(options, TimeProvider.System);
        return (await model.Chat.GetResponseAsync(question, cancellationToken: Cancel)).Text;
    }

    private ModelOptions Replay(string model = "small") => new(model, null, null, ChatServer.Quick, Replay: Replies);

    [Fact]
    public async Task What_was_recorded_is_answered_without_a_server_and_not_paid_for_twice()
    {
        await using (var server = new ChatServer((request, before) => ChatReply.Says($"{request.Text}! ({before})", before == 0 ? "length" : "stop")))
        {
            (await AskAsync(server.Options(Replies, "sk-secret"), "one")).ShouldBe("one! (0)");
            (await AskAsync(server.Options(Replies, "sk-secret"), "two")).ShouldBe("two! (1)");
            (await AskAsync(server.Options(Replies), "one")).ShouldBe("one! (0)");
            server.Requests.Count.ShouldBe(2);
        }

        (await AskAsync(Replay(), "two")).ShouldBe("two! (1)");
        using var model = ModelClient.Open(Replay(), TimeProvider.System);
        var reply = await model.Chat.GetResponseAsync("one", cancellationToken: Cancel);
        (reply.Text, reply.FinishReason, reply.Usage!.OutputTokenCount).ShouldBe(("one! (0)", ChatFinishReason.Length, 50));
        model.Used.ShouldBe(ModelUsage.None);
        File.ReadAllText(Replies).ShouldNotContain("sk-secret");
    }

    [Fact]
    public async Task What_was_not_recorded_is_said_in_a_line()
    {
        await using (var server = new ChatServer(ChatReply.Says("yes"))) await AskAsync(server.Options(Replies), "one");
        foreach (var (options, question) in new[] { (Replay(), "other"), (Replay("larger"), "one") })
        {
            var error = await Should.ThrowAsync<ModelException>(() => AskAsync(options, question));
            (error.Fault, error.Message).ShouldBe((ModelFault.NotRecorded, $"'{Replies}' lacks replies of model '{options.Model}' that this run needs: --model-record asks the server for them"));
        }
    }

    [Fact]
    public async Task Half_a_line_of_a_killed_run_harms_nothing()
    {
        await using var server = new ChatServer((request, _) => ChatReply.Says(request.Text + "!"));
        await AskAsync(server.Options(Replies), "one");
        File.AppendAllText(Replies, "{\"request\":\"0123");
        await AskAsync(server.Options(Replies), "two");
        (await AskAsync(Replay(), "one")).ShouldBe("one!");
        (await AskAsync(Replay(), "two")).ShouldBe("two!");
    }

    [Fact]
    public void A_file_that_holds_something_else_is_refused()
    {
        var file = Path.Combine(_bench.Root, "notes.txt");
        File.WriteAllText(file, "hello\n");
        Should.Throw<InputException>(() => ModelClient.Open(new("small", null, null, ChatServer.Quick, Replay: file), TimeProvider.System)).Message.ShouldBe($"'{file}' holds no recorded replies: give a file that --model-record made");
        Should.Throw<InputException>(() => ModelClient.Open(new("small", ChatServer.Nobody, null, ChatServer.Quick, Record: Path.Combine(file, "inside")), TimeProvider.System)).Message.ShouldStartWith("--model-record: ");
        Should.Throw<InputException>(() => ModelClient.Open(new("small", ChatServer.Nobody, null, ChatServer.Quick, Record: _bench.Root), TimeProvider.System)).Message.ShouldContain("is a folder");
    }
}
