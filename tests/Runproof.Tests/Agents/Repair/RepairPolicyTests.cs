using System.Text;
using Runproof.Agents;
using Runproof.Agents.Repair;
using Runproof.Sandboxes;
using Shouldly;

namespace Runproof.Tests.Agents.Repair;

/// <summary>Attempts of the repair agent at bugs that are put into sample repositories, in real sandboxes.</summary>
public sealed class RepairPolicyTests(TextkitRepository textkit, GokitRepository gokit, JskitRepository jskit) : IClassFixture<TextkitRepository>, IClassFixture<GokitRepository>, IClassFixture<JskitRepository>
{
    private const string Statement = """
        # `wrap` gives a wrong result

        `wrap` used to work and now it does not.

        ```python
        wrap("aa bb cc", 5)
        ```
        - gives: `['aa', 'bb', 'cc']`
        - expected: `['aa bb', 'cc']`

        Please find the cause and repair it. What works today must go on working.
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static AgentLimits Limits(Scaffold scaffold, int seconds = 30) => scaffold.Limits with { Turns = 40, Command = TimeSpan.FromSeconds(seconds) };

    private static RepairPolicy Policy(SampleRepository repository, Scaffold scaffold, Assignment assignment, int seconds = 30) => new(scaffold, Limits(scaffold, seconds), assignment, new(repository.Environment.Suites, repository.Workspace.Root), 1);

    [Theory]
    [InlineData("mini")]
    [InlineData("swe-agent")]
    [InlineData("openhands")]
    public async Task A_bug_is_mended_whose_failing_tests_are_seen(string agent)
    {
        await using var sandbox = await WithBugAsync(textkit, "src/textkit/wrap.py", "len(word) <= width", "len(word) < width");
        var scaffold = ScaffoldList.Of(agent);
        var assignment = new Assignment("`wrap` does not fill its lines.", "/testbed", ["tests/test_wrap.py::test_lines_fill_up_to_the_width"], "python3 -m pytest tests/test_wrap.py");
        var (end, turns) = await AttemptAsync(sandbox, scaffold, Policy(textkit, scaffold, assignment), assignment, []);
        end.Reason.ShouldBe(ExitReason.Submitted, end.Detail);
        turns.Count.ShouldBeLessThanOrEqualTo(40);
        (await ChangedAsync(sandbox)).ShouldBe(["src/textkit/wrap.py"]);
        await ShouldHoldAsync(sandbox, "wrap('aa bb cc', 5) == ['aa bb', 'cc'] and wrap('aa bb cc', 4) == ['aa', 'bb', 'cc'] and wrap('a longword b', 4) == ['a', 'longword', 'b']");
        turns.ShouldAllBe(turn => turn.Reply.Calls.Count == 1 && turn.Reply.Text.Length > 0);
    }

    [Fact]
    public async Task A_bug_is_mended_of_which_only_the_statement_tells()
    {
        await using var sandbox = await WithBugAsync(textkit, "src/textkit/wrap.py", "len(word) <= width", "len(word) < width", "tests/test_wrap.py");
        var scaffold = ScaffoldList.Of("mini");
        var assignment = new Assignment(Statement, "/testbed", [], null);
        var (end, turns) = await AttemptAsync(sandbox, scaffold, Policy(textkit, scaffold, assignment), assignment, []);
        end.Reason.ShouldBe(ExitReason.Submitted, end.Detail);
        turns.Count.ShouldBeLessThanOrEqualTo(40);
        (await ChangedAsync(sandbox)).ShouldBe(["src/textkit/wrap.py"]);

        // The tests of the file are hidden: the example is all that can be asked.
        await ShouldHoldAsync(sandbox, "wrap('aa bb cc', 5) == ['aa bb', 'cc']");
    }

    [Fact]
    public async Task A_bug_in_Go_is_mended()
    {
        await using var sandbox = await WithBugAsync(gokit, "queue.go", "len(q.items) >= q.limit", "len(q.items) > q.limit");
        var scaffold = ScaffoldList.Of("mini");
        var failing = gokit.Environment.Tests.Select(test => test.Id).Where(id => id.Contains("Limit", StringComparison.OrdinalIgnoreCase) || id.Contains("Full", StringComparison.OrdinalIgnoreCase) || id.Contains("Queue", StringComparison.Ordinal)).ToList();
        var assignment = new Assignment("A full queue takes one more.", "/testbed", failing, "go test ./...");
        var (end, _) = await AttemptAsync(sandbox, scaffold, Policy(gokit, scaffold, assignment), assignment, []);
        end.Reason.ShouldBe(ExitReason.Submitted, end.Detail);
        (await ChangedAsync(sandbox)).ShouldBe(["queue.go"]);
    }

    [Fact]
    public async Task What_was_recorded_is_gone_through_and_gone_on_with()
    {
        var scaffold = ScaffoldList.Of("mini");
        var assignment = new Assignment(Statement, "/testbed", ["tests/test_wrap.py::test_lines_fill_up_to_the_width"], "python3 -m pytest tests/test_wrap.py");
        await using var first = await WithBugAsync(textkit, "src/textkit/wrap.py", "len(word) <= width", "len(word) < width");
        var (_, whole) = await AttemptAsync(first, scaffold, Policy(textkit, scaffold, assignment), assignment, []);
        await using var second = await WithBugAsync(textkit, "src/textkit/wrap.py", "len(word) <= width", "len(word) < width");
        var known = whole.Take(3).ToList();
        var (end, again) = await AttemptAsync(second, scaffold, Policy(textkit, scaffold, assignment), assignment, known);
        end.Reason.ShouldBe(ExitReason.Submitted, end.Detail);
        again.Take(3).ShouldBe(known);
        again[3].Reply.Calls[0].Arguments.ToJsonString().ShouldBe(whole[3].Reply.Calls[0].Arguments.ToJsonString());

        var other = Policy(textkit, scaffold, assignment with { Failing = ["tests/test_slug.py::test_words"] });
        var conversation = new Conversation("", "", scaffold.Tools, known);
        (await Should.ThrowAsync<InvalidOperationException>(() => other.ReplyAsync(conversation, Cancel))).Message.ShouldContain("turn 1");
    }

    [Fact]
    public async Task Without_anything_to_go_by_it_guesses_says_so_and_breaks_nothing()
    {
        await using var sandbox = await WithBugAsync(textkit, "src/textkit/wrap.py", "len(word) <= width", "len(word) < width", "tests/test_wrap.py");
        var scaffold = ScaffoldList.Of("mini");
        var assignment = new Assignment("`wrap` does not fill its lines.", "/testbed", [], null);
        var (end, turns) = await AttemptAsync(sandbox, scaffold, Policy(textkit, scaffold, assignment, 12), assignment, [], 12);
        end.Reason.ShouldBe(ExitReason.Submitted, end.Detail);
        turns.ShouldContain(turn => turn.Reply.Text.Contains("I could not reproduce the problem", StringComparison.Ordinal));
        (await ChangedAsync(sandbox)).Count.ShouldBe(1);
        var suite = await sandbox.ExecuteAsync(new(["sh", "-c", "PYTHONPATH=src python3 -m pytest -q"], TimeSpan.FromMinutes(1), "/testbed"), Cancel);
        suite.Succeeded.ShouldBeTrue(suite.Output.Text);
    }

    [Fact]
    public async Task It_is_told_when_nothing_is_known_to_try()
    {
        await using var sandbox = await WithBugAsync(jskit, "README.md", "#", "##", "src", "lib", "index.*");
        var scaffold = ScaffoldList.Of("mini");
        var assignment = new Assignment("Something is wrong somewhere.", "/testbed", [], null);
        var (end, turns) = await AttemptAsync(sandbox, scaffold, Policy(jskit, scaffold, assignment), assignment, []);
        end.Reason.ShouldBe(ExitReason.GaveUp);
        turns[^1].Reply.Text.ShouldContain("give up");
    }

    private static async Task<(EpisodeEnd End, IReadOnlyList<Turn> Turns)> AttemptAsync(ISandbox sandbox, Scaffold scaffold, IPolicy policy, Assignment assignment, IReadOnlyList<Turn> known, int seconds = 30)
    {
        var episode = new Episode(scaffold, policy, assignment, Limits(scaffold, seconds), new Silent(), TimeProvider.System);
        var end = await episode.RunAsync(sandbox, known, TimeSpan.Zero, Cancel);
        return (end, episode.Turns);
    }

    private static async Task<ISandbox> WithBugAsync(SampleRepository repository, string file, string right, string wrong, params string[] hidden)
    {
        var layer = Path.Combine(repository.Workspace.Root, "bugs", Guid.NewGuid().ToString("N"));
        var path = Path.Combine(layer, "testbed", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var text = repository.Context.Tree.ReadText(file);
        text.ShouldContain(right);
        await File.WriteAllTextAsync(path, text.Replace(right, wrong, StringComparison.Ordinal), Cancel);
        var sandbox = await repository.Workspace.Sandboxes.CreateAsync(repository.Context.Layers.Plain([layer]), Cancel);
        var made = await sandbox.ExecuteAsync(new(["sh", "-c", $"cd /testbed && rm -rf .git {string.Join(' ', hidden)} && git init -q . && git config user.name x && git config user.email x@localhost && git add -A && git commit -q -m start"], TimeSpan.FromMinutes(1)), Cancel);
        made.Succeeded.ShouldBeTrue(made.Error.Text);
        return sandbox;
    }

    private static async Task<IReadOnlyList<string>> ChangedAsync(ISandbox sandbox)
    {
        var result = await sandbox.ExecuteAsync(new(["sh", "-c", "cd /testbed && git add -A && git diff --cached --name-only"], TimeSpan.FromMinutes(1)), Cancel);
        return [.. Encoding.UTF8.GetString(result.Output.Bytes.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static async Task ShouldHoldAsync(ISandbox sandbox, string what)
    {
        var result = await sandbox.ExecuteAsync(new(["python3", "-c", $"from textkit.wrap import wrap; assert {what}"], TimeSpan.FromMinutes(1), "/testbed/src"), Cancel);
        result.Succeeded.ShouldBeTrue(result.Error.Text);
    }

    private sealed class Silent : IEpisodeLog
    {
        public void Replied(Turn turn)
        {
            // Nothing is kept.
        }

        public void Observed(Turn turn)
        {
            // Nothing is kept.
        }
    }
}
