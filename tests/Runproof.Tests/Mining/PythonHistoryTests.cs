using Runproof.Environments;
using Runproof.Mining;
using Runproof.Sandboxes;
using Runproof.Repositories;
using Runproof.Catalogue;
using Runproof.Tasks;
using Runproof.Tasks.Harbor;
using Runproof.Verification;

namespace Runproof.Tests.Mining;

/// <summary>A history with each kind of change in it: what is kept, and why the rest is not.</summary>
public sealed class PythonHistoryTests : WrittenHistory
{
    private const string Shop = "def total(prices):\n    result = 0\n    for price in prices:\n        result = result + price\n    return result\n";
    private const string ShopTests = "from shop import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n\n\ndef test_nothing():\n    assert total([]) == 0\n";

    [Fact]
    public async Task Changes_that_their_tests_tell_apart_are_kept_and_every_other_has_its_reason()
    {
        var first = await CommitAsync("Begin", ("shop.py", Shop), ("tests/test_shop.py", ShopTests), ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1.0\"\n"), ("CHANGES.md", "# 1.0\n"));
        var docs = await CommitAsync("Say how to use it", ("README.md", "# Shop\n"));
        var discount = await CommitAsync(
            "Totals may carry a discount in percent (#12)\n\nCloses #12\nSigned-off-by: A <a@example.org>", ("shop.py", Shop.Replace("(prices)", "(prices, discount=0)").Replace("return result", "return result * (100 - discount) / 100")),
            ("tests/test_shop.py", ShopTests + "\n\ndef test_discount():\n    assert total([50, 50], discount=10) == 90\n\n\ndef test_large_discount():\n    assert total([80], discount=50) == 40\n"), ("CHANGES.md", "# 1.1\ndiscount\n# 1.0\n"), ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1.1\"\n"));
        var refactoring = await CommitAsync("Use sum", ("shop.py", "def total(prices, discount=0):\n    return sum(prices) * (100 - discount) / 100\n"), ("tests/test_more.py", "from shop import total\n\n\ndef test_more():\n    assert total([2, 2, 2]) == 6\n"));
        var code = await CommitAsync("Totals refuse what is no number at all", ("shop.py", "def total(prices, discount=0):\n    if any(isinstance(price, str) for price in prices):\n        raise TypeError('a text is no price')\n    return sum(prices) * (100 - discount) / 100\n"));
        var tests = await CommitAsync("Test that", ("tests/test_texts.py", "import pytest\nfrom shop import total\n\n\ndef test_text():\n    with pytest.raises(TypeError, match='no price'):\n        total(['1'])\n"));
        await GitAsync("checkout", "-q", "-b", "money");
        var currency = await CommitAsync("Prices can be shown with their currency", ("money.py", "def shown(price, currency):\n    return f'{price:.2f} {currency}'\n"));
        var currencyTests = await CommitAsync("Tests", ("tests/test_money.py", "from money import shown\n\n\ndef test_shown():\n    assert shown(2, 'EUR') == '2.00 EUR'\n"));
        await GitAsync("checkout", "-q", "main");
        await GitAsync("merge", "-q", "--no-ff", "-m", "Merge pull request #14 from someone/money", "money");
        var merge = await HeadAsync();

        var result = await MineAsync();
        result.Rejected.ShouldBe(new Dictionary<string, int> { [ChangeRejection.NoTests] = 1, [ChangeRejection.NotToldApart] = 1 }, ignoreOrder: true);
        result.Kept.Count.ShouldBe(3);
        result.KeptCommits.ShouldBe([discount, code, tests, merge, currency, currencyTests], ignoreOrder: true);
        result.Eras.ShouldBe(1);
        (Row(docs).Reason, Row(refactoring).Reason).ShouldBe((ChangeRejection.NoTests, ChangeRejection.NotToldApart));

        var task = Find(discount);
        (task.Origin, task.BaseCommit, task.FailToPass, task.TestPatch is null).ShouldBe((TaskOrigin.Mined, docs, task.FailToPass, false));
        task.FailToPass.ShouldBe(["tests/test_shop.py::test_discount", "tests/test_shop.py::test_large_discount"]);
        task.Measurements.Strict.ShouldBe(2);
        task.ProblemStatement.ShouldStartWith("# Totals may carry a discount in percent\n");
        task.ProblemStatement.ShouldNotContain("#12");
        task.ProblemStatement.ShouldNotContain("Signed-off");
        task.GoldPatch.ShouldContain("shop.py");
        task.GoldPatch.ShouldNotContain("CHANGES.md");

        // A part of the change that is new: its tests cannot be loaded without it, and its name is told.
        var added = Find(merge);
        added.ProblemStatement.ShouldContain("Prices can be shown with their currency");
        added.ProblemStatement.ShouldContain("`shown`");
        added.Measurements.Strict.ShouldBe(0);

        (await new VerificationStage(Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync(result.Kept, 1, Cancel)).ShouldAllBe(verified => verified.Holds);

        // Everything a second time: nothing is judged again, and trees that are gone come back.
        WorkspaceFolders.Delete(Path.Combine(Workspace.Root, "trees"));
        var again = await MineAsync();
        (again.JudgedNow, again.Kept.Count).ShouldBe((0, 3));
        await IsEqualElsewhereAsync("tasks.jsonl");
        await IsEqualElsewhereAsync("harbor");
        await InitialStateIsTheBaseAsync(task);
        await ThePastIsThePastAloneAsync(task, [first, docs], [discount, code, merge]);
        first.Length.ShouldBe(40);
    }

    /// <summary>With its past shown, an agent sees the base commit and what came before it, and can reach nothing of what came later.</summary>
    private async Task ThePastIsThePastAloneAsync(CodingTask task, string[] before, string[] after)
    {
        await GitAsync("tag", "later", after[0]);
        await GitAsync("tag", "earlier", before[0]);
        var context = await EnvironmentContext.OpenAsync(Workspace, new EnvironmentTable(Workspace).Find(task.EnvironmentHash)!, Cancel);
        await using var sandbox = await InitialState.OpenAsync(context, task, Cancel, ShownHistory.Past);
        var script = $"git rev-parse HEAD; git rev-list --all | sort | tr '\n' ' '; echo; git status --porcelain | wc -l; git fsck --lost-found --no-reflogs 2>&1 | grep -c dangling; git for-each-ref --format='%(refname)'; git stash list; "
            + $"for commit in {string.Join(' ', after)}; do git cat-file -e $commit 2>/dev/null && echo found; done; git rev-list --objects --all | wc -l; git cat-file --batch-all-objects --batch-check | wc -l; ls .git/logs 2>/dev/null; git log -1 --format=%s -- README.md";
        var lines = (await sandbox.ExecuteAsync(ExecRequest.Shell(script, TimeSpan.FromSeconds(30)), Cancel)).Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).ToArray();
        lines[..5].ShouldBe([task.BaseCommit, string.Join(' ', before.Order(StringComparer.Ordinal)), "0", "0", "refs/heads/main"]);
        lines[5].ShouldBe(lines[6]);
        lines[7..].ShouldBe(["Say how to use it"]);
        var injected = await Should.ThrowAsync<InputException>(() => InitialState.OpenAsync(context, task with { Origin = TaskOrigin.Injected }, Cancel, ShownHistory.Past));
        injected.Message.ShouldContain("holds the code without its bug");
    }

    /// <summary>What an agent sees is the base commit's tree as one orphan commit, and nothing of what came later.</summary>
    private async Task InitialStateIsTheBaseAsync(CodingTask task)
    {
        var context = await EnvironmentContext.OpenAsync(Workspace, new EnvironmentTable(Workspace).Find(task.EnvironmentHash)!, Cancel);
        await using var sandbox = await InitialState.OpenAsync(context, task, Cancel);
        var seen = await sandbox.ExecuteAsync(ExecRequest.Shell("git rev-parse HEAD^{tree}; git rev-list --all --count; git count-objects -v | grep -c . ; git fsck --lost-found --no-reflogs 2>&1 | grep -c dangling; git for-each-ref --format='%(refname)'; git stash list; grep -rl discount . --include=* | grep -v '^./.git/' ; find / -name '*.pyc' -path '*shop*' 2>/dev/null", TimeSpan.FromSeconds(30)), Cancel);
        var lines = seen.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe((await GitAsync("rev-parse", task.BaseCommit + "^{tree}")).Trim());
        lines[1].ShouldBe("1");
        lines[3..].ShouldBe(["0", "refs/heads/main"]);
    }

    /// <summary>Exported, and imported into another workspace, all tasks are the same, and those of rows, whose environments are measured anew, hold.</summary>
    private async Task IsEqualElsewhereAsync(string name)
    {
        var path = Path.Combine(Path.GetDirectoryName(Folder)!, name);
        IReadOnlyList<CodingTask> tasks = [.. new TaskTable(Workspace).All()];
        if (name == "harbor") await new HarborExport(Workspace, SilentLog.Instance).WriteAsync(tasks, path, Cancel);
        else await SweBenchExport.WriteAsync(Workspace, tasks, path, parquet: false, Cancel);
        (await new TaskImport(Workspace, null).ReadAsync(path, Cancel)).Known.ShouldBe(3);
        using var other = Workspace.Open(path + ".ws");
        var import = new TaskImport(other, async commit => await new EnvironmentBuilder(other, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(await Repository.OpenAsync(Folder, commit, other.Root, Cancel), null, Cancel));
        var result = await import.ReadAsync(path, Cancel);
        foreach (var task in tasks) TaskImport.JudgesAs(new TaskTable(other).Find(task.InstanceId)! with { EnvironmentHash = task.EnvironmentHash }, task).ShouldBeTrue(task.InstanceId);
        if (name != "harbor") (await new VerificationStage(other, SilentLog.Instance, TimeProvider.System, 2).RunAsync(result.Tasks, 1, Cancel)).ShouldAllBe(verified => verified.Holds);
    }

    private CodingTask Find(string head) => new TaskTable(Workspace).Find(Row(head).InstanceId!)!;
}
