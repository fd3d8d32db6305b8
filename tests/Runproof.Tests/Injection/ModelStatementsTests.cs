using System.Text.RegularExpressions;
using Runproof.Chat;
using Runproof.Injection;
using Runproof.Statements;
using Runproof.Tasks;
using Runproof.Tests.Chat;

namespace Runproof.Tests.Injection;

/// <summary>Statements by a model on the whole road, with a server that reports what it is told.</summary>
public sealed partial class ModelStatementsTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<InjectionResult> InjectAsync(ModelOptions options, int count, int seed)
    {
        using var model = ModelClient.Open(options, TimeProvider.System);
        return await new InjectionStage(sample.Context, SilentLog.Instance, TimeProvider.System, 2, new ModelWriter(model, SilentLog.Instance)).RunAsync(count, seed, Cancel);
    }

    /// <summary>What a diligent model would write: the observations, and around them as many words as are wanted.</summary>
    internal static ChatReply Report(ChatRequest request)
    {
        var words = int.Parse(Wanted().Match(request.Text).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        var filler = string.Concat(Enumerable.Repeat("We rely on this every single day. ", words / 7));
        return ChatReply.Says($"# Something is odd\n\n{filler}\n\n{Observed().Match(request.Text).Groups[1].Value}");
    }

    [Fact]
    public async Task Kept_tasks_have_statements_by_the_model_and_later_calls_ask_only_for_new_ones()
    {
        await using var server = new ChatServer((request, _) => Report(request));
        var first = await InjectAsync(server.Options(), 10, seed: 5);
        var tasks = first.Kept.Select(id => new TaskTable(sample.Workspace).Find(id)!).ToList();
        tasks.Count(task => task.Statement!.Writer == "small").ShouldBeGreaterThan(tasks.Count / 2);
        foreach (var task in tasks.Where(task => task.Statement!.Writer == "small"))
        {
            task.ProblemStatement.ShouldStartWith("# Something is odd");
            StatementLengths.Of(task.ProblemStatement).ShouldBe(task.Statement!.Length);
            LeakCheck.Find(task.ProblemStatement, new([task.BugPatch, task.GoldPatch], task.FailToPass, task.HiddenFiles, [], [task.BaseCommit])).ShouldBeEmpty();
        }

        (first.Statements.Writers.Values.Sum(), first.Statements.Asked).ShouldBe((first.Kept.Count, first.Kept.Count));
        first.Statements.Lengths.Count.ShouldBe(3, "a catalogue has all three lengths");
        first.Statements.Usage.Requests.ShouldBe(server.Requests.Count);

        var asked = server.Requests.Count;
        var again = await InjectAsync(server.Options(), 10, seed: 5);
        (again.JudgedNow, server.Requests.Count).ShouldBe((0, asked));
        again.Statements.Writers.ShouldBe(first.Statements.Writers);
        var more = await InjectAsync(server.Options(), 12, seed: 5);
        more.JudgedNow.ShouldBe(2);
        (server.Requests.Count - asked).ShouldBeLessThanOrEqualTo(2 * 3);
    }

    [Fact]
    public async Task A_failing_endpoint_loses_no_task()
    {
        await using var server = new ChatServer((request, before) => before < 2 ? Report(request) : ChatReply.Fails(500, "gone"));
        var with = await InjectAsync(server.Options(limits: ChatServer.Quick with { Retries = 0 }), 6, seed: 6);
        with.Statements.Fallbacks.Keys.ShouldContain("endpoint");
        with.Kept.Select(id => new TaskTable(sample.Workspace).Find(id)!.ProblemStatement).ShouldAllBe(text => text.Length > 40);

        await using var other = new TextkitRepository();
        await other.InitializeAsync();
        var without = await new InjectionStage(other.Context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(6, seed: 6, Cancel);
        without.Kept.Select(id => id.Split('.')[^1]).ShouldBe(with.Kept.Select(id => id.Split('.')[^1]));
        without.Statements.Writers.Keys.ShouldBe(["template"]);
        without.Statements.Asked.ShouldBe(0);
    }

    [GeneratedRegex(@"Length: (\d+) to")]
    private static partial Regex Wanted();

    [GeneratedRegex(@"<observations>\n(.*)</observations>", RegexOptions.Singleline)]
    private static partial Regex Observed();
}
