using System.Text;
using Runproof.Environments;
using Runproof.Mining;
using Runproof.Repositories;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Mining;

/// <summary>Changes of odd kinds: what can be a task is one, and what cannot says why.</summary>
public sealed class OddHistoryTests : WrittenHistory
{
    private async Task<string> CommitBytesAsync(string message, params (string Path, byte[] Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, path))!);
            await File.WriteAllBytesAsync(Path.Combine(Folder, path), content, Cancel);
        }

        return await CommitAsync(message);
    }

    [Fact]
    public async Task Renamed_removed_and_binary_files_and_odd_line_ends_are_no_trouble()
    {
        await CommitAsync("Begin", ("shop/__init__.py", ""), ("shop/old.py", "def kept():\n    return 1\n"), ("shop/gone.py", "X = 1\n"), ("shop/dos.py", "def dos():\r\n    return 1\r\n"), ("tests/test_old.py", "from shop import old\n\n\ndef test_kept():\n    assert old.kept() == 1\n"));
        File.Delete(Path.Combine(Folder, "shop/old.py"));
        File.Delete(Path.Combine(Folder, "shop/gone.py"));
        File.Delete(Path.Combine(Folder, "tests/test_old.py"));
        var renamed = await CommitBytesAsync(
            "The module is called current, and reads signatures", ("shop/current.py", Encoding.UTF8.GetBytes("def kept():\n    return 1\n\n\ndef signature(path):\n    return open(path, 'rb').read(4)\n")), ("shop/logo.bin", [0, 1, 2, 255, 0, 10]),
            ("tests/test_current.py", Encoding.UTF8.GetBytes("import os\nfrom shop import current\n\nHERE = os.path.dirname(__file__)\n\n\ndef test_kept():\n    assert current.kept() == 1\n\n\ndef test_signature():\n    assert current.signature(os.path.join(HERE, 'data.bin')) == b'\\x00\\xff\\x00\\n'\n    assert current.signature(os.path.join(HERE, '..', 'shop', 'logo.bin')) == b'\\x00\\x01\\x02\\xff'\n")),
            ("tests/data.bin", [0, 255, 0, 10, 7]));
        var dos = await CommitAsync("Files of DOS count from two upwards", ("shop/dos.py", "def dos():\r\n    return 2\r\n"), ("tests/test_dos.py", "from shop.dos import dos\r\n\r\n\r\ndef test_dos():\r\n    assert dos() == 2\r\n"));
        File.CreateSymbolicLink(Path.Combine(Folder, "shop/alias.py"), "dos.py");
        var link = await CommitAsync("Another name for it", ("tests/test_alias.py", "from shop.alias import dos\n\n\ndef test_alias():\n    assert dos() == 2\n"), ("shop/dos.py", "def dos():\r\n    return 1 + 1\r\n"));
        var latin = await CommitBytesAsync(
            "Words of the west of Europe", ("shop/latin.py", [.. "# coding: latin-1\nWORD = '"u8, 0xE9, 0xE8, .. "'\n"u8]), ("tests/test_latin.py", Encoding.UTF8.GetBytes("from shop.latin import WORD\n\n\ndef test_word():\n    assert len(WORD) == 2\n")));

        var result = await MineAsync(quality: false);
        result.KeptCommits.ShouldBe([renamed, dos], ignoreOrder: true);
        (Row(link).Reason, Row(latin).Reason).ShouldBe((ChangeRejection.Links, ChangeRejection.DoesNotApply));
        (await new VerificationStage(Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync(result.Kept, 1, Cancel)).ShouldAllBe(verified => verified.Holds);

        // The initial state is the base, removed files and all.
        var task = new TaskTable(Workspace).Find(Row(renamed).InstanceId!)!;
        var context = await EnvironmentContext.OpenAsync(Workspace, new EnvironmentTable(Workspace).Find(task.EnvironmentHash)!, Cancel);
        await using var sandbox = await InitialState.OpenAsync(context, task, Cancel);
        var tree = await sandbox.ExecuteAsync(Runproof.Sandboxes.ExecRequest.Shell("git rev-parse HEAD^{tree}", TimeSpan.FromSeconds(30)), Cancel);
        tree.Output.Text.Trim().ShouldBe((await GitAsync("rev-parse", task.BaseCommit + "^{tree}")).Trim());
    }

    [Fact]
    public async Task Of_two_changes_that_do_the_same_the_older_one_stays()
    {
        (string, string?)[] before = [("shop.py", "def one():\n    return 0\n"), ("tests/test_one.py", null)];
        (string, string?)[] after = [("shop.py", "def one():\n    return 1\n"), ("tests/test_one.py", "import shop\n\n\ndef test_one():\n    assert shop.one() == 1\n")];
        await CommitAsync("Begin", [.. before, ("tests/test_shop.py", "import shop\n\n\ndef test_loads():\n    assert shop\n")]);
        var first = await CommitAsync("One is one and no less", after);
        await CommitAsync("Not yet", before);
        var again = await CommitAsync("One is one and no less, again", after);
        var result = await MineAsync();
        result.KeptCommits.ShouldBe([first]);
        (Row(again).Reason, Row(again).Detail).ShouldBe((ChangeRejection.Duplicate, $"does what {first[..10]} does"));
        new TaskTable(Workspace).Ids().ShouldBe([Row(first).InstanceId!]);
        (await MineAsync()).JudgedNow.ShouldBe(0);
    }

    [Fact]
    public async Task A_shallow_clone_is_mined_as_far_as_it_goes()
    {
        await CommitAsync("Begin", ("shop.py", "def one():\n    return 0\n"), ("tests/test_shop.py", "import shop\n\n\ndef test_loads():\n    assert shop\n"));
        await CommitAsync("Two", ("shop.py", "def one():\n    return 0\n\n\ndef two():\n    return 2\n"));
        var head = await CommitAsync("One is one and no less", ("shop.py", "def one():\n    return 1\n\n\ndef two():\n    return 2\n"), ("tests/test_one.py", "import shop\n\n\ndef test_one():\n    assert shop.one() == 1\n"));
        var shallow = Folder + ".shallow";
        await new Git(Path.GetDirectoryName(Folder)!).RunAsync(["clone", "-q", "--depth", "2", "file://" + Folder, shallow], Cancel);
        var repository = await Repository.OpenAsync(shallow, null, Workspace.Root, Cancel);
        var today = await new EnvironmentBuilder(Workspace, SilentLog.Instance, TimeProvider.System, 2).BuildAsync(repository, null, Cancel);
        var result = await new MiningStage(Workspace, repository, today, SilentLog.Instance, TimeProvider.System, 2).RunAsync(null, null, 1, Cancel);
        (result.Changes, result.KeptCommits.Single()).ShouldBe((1, head));
    }
}
