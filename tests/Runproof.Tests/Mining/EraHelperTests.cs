using Runproof.Chat;
using Runproof.Mining;
using Runproof.Tests.Chat;

namespace Runproof.Tests.Mining;

/// <summary>Commits whose tests only run when somebody says how.</summary>
public sealed class EraHelperTests : WrittenHistory
{
    private const string Settings = "import rates\n\n\ndef total(prices):\n    return sum(prices) * rates.RATE\n";
    private const string Right = "The rates lie in a folder of their own.\n\n```toml\nlanguage = \"python\"\nframework = \"pytest\"\nsource_roots = [\".\", \"conf\"]\ninstall = \"mkdir -p /opt/env/made && echo yes >/opt/env/made/it\"\n```\n";

    [Fact]
    public async Task What_a_model_says_is_mended_until_tests_run_and_kept_once_a_change_is_told_apart()
    {
        await WriteHistoryAsync("    return sum(prices) * rates.RATE + 0.5\n");
        await using var server = new ChatServer(ChatReply.Says("Set PYTHONPATH."), ChatReply.Says("```toml\nsources = [\"conf\"]\n```"), ChatReply.Says("```toml\nsource_roots = [\"nowhere\"]\n```"), ChatReply.Says(Right));
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        var result = await MineAsync(model: model);
        result.Kept.Count.ShouldBe(1);
        server.Requests.Count.ShouldBe(4);
        server.Requests[0].Text.ShouldContain("<file path=\"pyproject.toml\">");
        server.Requests[3].Text.ShouldContain("unknown key 'sources'");
        Directory.GetFiles(Path.Combine(Workspace.Root, "eras")).Length.ShouldBe(1);

        // From then on nobody is asked.
        Workspace.Database.Execute("DELETE FROM changes; DELETE FROM tasks;");
        (await MineAsync(model: model)).Kept.ShouldBe(result.Kept);
        server.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_set_up_that_tells_nothing_apart_is_not_kept_and_rejects_nothing_for_good()
    {
        var change = await WriteHistoryAsync(Settings.Split('\n')[4] + "\n");
        await using var server = new ChatServer(ChatReply.Says(Right));
        using var model = ModelClient.Open(server.Options(), TimeProvider.System);
        (await MineAsync(model: model)).Kept.ShouldBeEmpty();
        (Row(change).Reason, Directory.Exists(Path.Combine(Workspace.Root, "eras"))).ShouldBe((ChangeRejection.Environment, false));
        Row(change).Detail.ShouldStartWith("set up as a model says, and not told apart: ");
    }

    /// <summary>Two commits of an era that cannot be built as it stands, the second of them with a test; then one that can.</summary>
    private async Task<string> WriteHistoryAsync(string sum)
    {
        await CommitAsync("Begin", ("shop.py", Settings), ("conf/rates.py", "RATE = 1\n"), ("tests/test_shop.py", "from shop import total\n\n\ndef test_total():\n    assert total([]) < 1\n"), ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\n"));
        var change = await CommitAsync("Every total gets half a unit for its handling", ("shop.py", "import rates\n\n\ndef total(prices):\n" + sum), ("tests/test_more.py", $"from shop import total\n\n\ndef test_more():\n    assert total([2]) == {(sum.Contains("0.5", StringComparison.Ordinal) ? "2.5" : "2")}\n"), ("notes.py", "X = 1\n"));
        await CommitAsync("Rates stand beside the code", ("conf/rates.py", null), ("rates.py", "RATE = 1\n"), ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\ndescription = \"a shop\"\n"));
        return change;
    }
}
