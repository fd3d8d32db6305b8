using Runproof.Chat;
using Runproof.Mining;
using Runproof.Tests.Chat;

namespace Runproof.Tests.Mining;

public class QualityJudgeTests
{
    private static readonly ToldChange Change = new(null!, null!, new("+gold", "+test"), "", [], null!, ["t::one"], [], new HashSet<string>());

    [Theory]
    [InlineData("A: fair", null)]
    [InlineData("**B4**: it says nothing of what is wanted", "B4")]
    [InlineData("<think>B2: maybe</think>\nB11: two tasks", "B11")]
    [InlineData("I think that this task is fair.", null)]
    [InlineData("B12: no such code", null)]
    public async Task A_reply_is_read_strictly(string reply, string? code)
    {
        await using var server = new ChatServer(ChatReply.Says(reply));
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        (await new QualityJudge(model, SilentLog.Instance).FindAsync(Change, "What is wanted", TestContext.Current.CancellationToken))?.Code.ShouldBe(code);
        server.Requests.Single().Text.ShouldContain("<statement>\nWhat is wanted\n</statement>");
    }

    [Fact]
    public async Task A_model_that_fails_refuses_nothing_and_is_left_alone()
    {
        await using var server = new ChatServer(ChatReply.Fails(404, "no such model"));
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        var log = new KeptLog();
        var judge = new QualityJudge(model, log);
        for (var i = 0; i < 2; i++) (await judge.FindAsync(Change, "What is wanted", TestContext.Current.CancellationToken)).ShouldBeNull();
        (server.Requests.Count, log.Said.Count).ShouldBe((1, 1));
    }
}
