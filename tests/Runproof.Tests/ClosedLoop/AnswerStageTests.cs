using System.Text.Json;
using Runproof.Agents.Policies;
using Runproof.Chat;
using Runproof.ClosedLoop;
using Runproof.Tests.Chat;

namespace Runproof.Tests.ClosedLoop;

/// <summary>Questions asked of a model behind a real server, answers judged by uses or by a model that plays the user.</summary>
public sealed class AnswerStageTests : IAsyncDisposable
{
    private const string Right = "```python\ndef f(x):\n    return x + 1\n```", Wrong = "```python\ndef f(x):\n    return x\n```";
    private readonly Workbench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Rows => Path.Combine(_bench.Root, "rows.jsonl");

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static Question Asked(string id, bool uses = true) => new(id, $"Write f ({id}).", AnswerKind.Function, "python", Uses: uses ? [new("f(1)", "2")] : null);

    private async Task<IReadOnlyList<AnswerRow>> RunAsync(IReadOnlyList<Question> questions, ChatServer server, ChatServer? user = null, int attempts = 1)
    {
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        using var player = user is null ? null : ModelClient.Open(user.Options(), TimeProvider.System);
        return await new AnswerStage(_bench.Sandboxes, model, player is null ? null : () => new ModelPolicy(player.Chat, null, new(), null), SilentLog.Instance, TimeProvider.System, 2).RunAsync(questions, null, attempts, Rows, Cancel);
    }

    [Fact]
    public async Task Every_answer_is_a_row_once_and_only_what_works_is_kept()
    {
        await using var server = new ChatServer((request, before) => ChatReply.Says(request.Text.Contains("(b)", StringComparison.Ordinal) ? Wrong : Right));
        var rows = await RunAsync([Asked("a"), Asked("b")], server, attempts: 2);
        rows.Select(row => (row.Id, row.Kept, row.Reason)).ShouldBe([("a", true, "works"), ("a", true, "works"), ("b", false, "wrong_value"), ("b", false, "wrong_value")]);
        await File.AppendAllTextAsync(Rows, "{\"id\": \"c\", \"att", Cancel);
        (await RunAsync([Asked("a"), Asked("b")], server, attempts: 2)).Count.ShouldBe(4);
        server.Requests.Count.ShouldBe(4);
        (await RunAsync([Asked("a"), Asked("b"), Asked("c")], server, attempts: 2)).Count.ShouldBe(6);
        (await File.ReadAllLinesAsync(Rows, Cancel)).Count(line => line.EndsWith('}')).ShouldBe(6);
    }

    [Theory]
    [InlineData("cat answer.py; echo 'f(1)' | python3 /runproof/exchange/call.py", true, "works", true)]
    [InlineData("echo 'f(1)' | python3 /runproof/exchange/call.py", false, "refused_by_user", false)]
    [InlineData("ls", true, "never_used", false)]
    [InlineData("python3 answer.py --wrong; false", true, "last_use_failed", false)]
    public async Task A_model_that_plays_the_user_must_have_used_it(string command, bool works, string reason, bool kept)
    {
        await using var server = new ChatServer(ChatReply.Says(Right));
        await using var user = new ChatServer(
            ChatReply.Calls("I try it.", ("u1", "bash", JsonSerializer.Serialize(new { command }))), ChatReply.Calls("So.", ("u2", "verdict", JsonSerializer.Serialize(new { works, reason = "I saw it" }))));
        var row = (await RunAsync([Asked("m", uses: false)], server, user)).ShouldHaveSingleItem();
        (row.Reason, row.Kept).ShouldBe((reason, kept));
    }

    [Fact]
    public async Task Without_uses_and_without_a_user_there_is_nothing_to_judge_by()
    {
        await using var server = new ChatServer(ChatReply.Says(Right));
        (await Should.ThrowAsync<InputException>(() => RunAsync([Asked("m", uses: false)], server))).Message.ShouldContain("give --user");
    }

    [Theory]
    [InlineData("""{"id": "a", "prompt": "p", "kind": "function", "language": "cobol"}""", "no way to run")]
    [InlineData("""{"id": "a", "prompt": "p", "kind": "function", "language": "go"}""", "no way to call")]
    [InlineData("""{"id": "a", "prompt": "p", "kind": "poem", "language": "python"}""", "line 1 is no question")]
    [InlineData("""{"id": "a", "kind": "script", "language": "python"}""", "needs id, prompt")]
    [InlineData("""{"id": "a", "prompt": "p", "kind": "script", "language": "python", "files": {"../x": "y"}}""", "does not lie in")]
    [InlineData("""{"id": "a", "prompt": "p", "kind": "function", "language": "python", "uses": [{"prints": "x"}]}""", "have a 'call'")]
    [InlineData("", "holds no questions")]
    public void Questions_that_cannot_be_used_are_refused(string line, string message)
    {
        var path = Path.Combine(_bench.Root, "questions.jsonl");
        File.WriteAllText(path, line + "\n");
        Should.Throw<InputException>(() => Question.Read(path)).Message.ShouldContain(message);
    }
}
