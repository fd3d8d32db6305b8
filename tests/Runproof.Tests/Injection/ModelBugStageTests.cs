using System.Text.RegularExpressions;
using Runproof.Chat;
using Runproof.Injection;
using Runproof.Injection.Models;
using Runproof.Tasks;
using Runproof.Tests.Chat;

namespace Runproof.Tests.Injection;

/// <summary>Bugs by a model on the whole road, with a server that speaks the protocol and answers like models do, well and badly.</summary>
public sealed partial class ModelBugStageTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<InjectionResult> InjectAsync(ModelOptions options, int count, int seed = 1)
    {
        using var model = ModelClient.Open(options, TimeProvider.System);
        return await new ModelBugStage(sample.Context, SilentLog.Instance, TimeProvider.System, 2, model).RunAsync(count, seed, Cancel);
    }

    /// <summary>Gives functions back with comparisons moved by one, forgets what a function did, and adds a feature that breaks another.</summary>
    private static ChatReply Answer(ChatRequest request, int before)
    {
        var text = request.Text;
        if (Function().Match(text) is { Success: true } function && text.Contains("one subtle mistake", StringComparison.Ordinal))
        {
            var changed = Comparison().Replace(function.Groups[1].Value, match => match.Value == " < " ? " <= " : " < ", 1);
            return ChatReply.Says($"<think>where?</think>Here:\n```python\n{changed}```");
        }

        if (text.Contains("The function to write:", StringComparison.Ordinal)) return ChatReply.Says($"```python\n{Head().Match(text).Groups[1].Value}        return None\n```");
        if (!text.Contains("def wrap", StringComparison.Ordinal)) return ChatReply.Says("READ src/textkit/wrap.py\nREAD tests/test_wrap.py");
        return before % 2 == 0 ? ChatReply.Says("I would rather not.") : ChatReply.Says("src/textkit/wrap.py\n<<<<<<< SEARCH\n" + Line().Match(text).Value + "\n=======\n" + Line().Match(text).Value.Replace("<= width", "< width", StringComparison.Ordinal) + "\n>>>>>>> REPLACE");
    }

    [Fact]
    public async Task Bugs_of_a_model_are_judged_like_all_others_and_asked_for_once()
    {
        await using var server = new ChatServer((request, before) => request.Text.Contains("You write bug reports", StringComparison.Ordinal) ? ModelStatementsTests.Report(request) : Answer(request, before));
        var result = await InjectAsync(server.Options(), 12);
        result.Judged.ShouldBe(12);
        result.Rows.Select(row => row.Operator).Distinct().Order().ShouldBe(["model-feature", "model-modify", "model-rewrite"]);
        result.Kept.Count.ShouldBeGreaterThan(1);
        result.Rejected.Keys.ShouldContain(Rejection.ModelReply);
        result.Rejected.Keys.ShouldNotContain(Rejection.Infrastructure);
        var tasks = result.Kept.Select(id => new TaskTable(sample.Workspace).Find(id)!).ToList();
        tasks.Select(task => task.Measurements.Operator).Distinct().Count().ShouldBeGreaterThan(1);
        tasks.ShouldAllBe(task => task.Measurements.Family == "model" && task.Measurements.Strict > 0 && task.Origin == TaskOrigin.Injected);

        var asked = server.Requests.Count;
        var again = await InjectAsync(server.Options(), 12);
        (again.JudgedNow, server.Requests.Count).ShouldBe((0, asked));
        server.Requests.ShouldAllBe(request => !request.Text.Contains("test_wrap.py\n\n```", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_the_run_with_one_line_and_what_is_judged_stays()
    {
        (await Should.ThrowAsync<InputException>(() => InjectAsync(ChatServer.OptionsFor(ChatServer.Nobody), 4, seed: 2))).Message.ShouldContain("does not answer");
        await using var server = new ChatServer((request, before) => before < 4 ? ChatReply.Says("no") : ChatReply.Fails(500, "gone"));
        var options = server.Options(limits: ChatServer.Quick with { Retries = 0 });
        (await Should.ThrowAsync<InputException>(() => InjectAsync(options, 16, seed: 3))).Message.ShouldContain("goes on from there");
        await using var back = new ChatServer(ChatReply.Says("no"));
        var result = await InjectAsync(back.Options(), 16, seed: 3);
        (result.Judged, result.Rejected[Rejection.ModelReply]).ShouldBe((16, 16));
        result.JudgedNow.ShouldBeInRange(12, 14, "two at once: answers may be on their way when the server is gone");
    }

    [GeneratedRegex(@"The function to change:\n\n```python\n(.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Function();

    [GeneratedRegex(" <=? ")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"The function to write:\n\n```python\n(.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Head();

    [GeneratedRegex("(?m)^.*<= width.*$")]
    private static partial Regex Line();
}
