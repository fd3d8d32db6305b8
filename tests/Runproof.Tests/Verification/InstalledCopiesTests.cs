using Runproof.Environments;
using Runproof.Repositories;
using Runproof.Verification;

namespace Runproof.Tests.Verification;

/// <summary>Another version of the code that a task is about, where an agent can read it.</summary>
public sealed class InstalledCopiesTests : WrittenRepositoryTests
{
    private static readonly string Shop = string.Join("\n", Enumerable.Range(1, 30).Select(i => $"def price_{i}(count):\n    return count * {i * 7}\n")) + "\n";

    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly (string, string)[] Repository =
    [
        ("shop/__init__.py", ""), ("shop/prices.py", Shop), ("tests/test_prices.py", "from shop.prices import price_3\n\n\ndef test_price():\n    assert price_3(2) == 42\n"),
    ];

    [Fact]
    public async Task A_solution_that_lies_in_an_installed_package_is_found()
    {
        var context = await OpenAsync(Repository);
        var (gold, before) = await BugAsync(context);
        new InstalledCopies(context, withRepository: true).Holding(gold, before).ShouldBeNull();

        // Another version, with the lines of the solution, and one that has the bug as well.
        Install(context, "lib/other/prices.py", Shop.Replace("count * 70\n", "count * 71\n"));
        new InstalledCopies(context, withRepository: true).Holding(gold, before).ShouldBe("an installed 'prices.py' holds 2 of the 2 lines that the solution changes");
        Install(context, "lib/other/prices.py", Shop.Replace("count * 21\n", "count * 22\n"));
        new InstalledCopies(context, withRepository: true).Holding(gold, before).ShouldBeNull();

        // The same lines in a file that is something else.
        Install(context, "lib/other/prices.py", string.Join("\n", Enumerable.Range(1, 90).Select(i => $"line {i}")) + "\n    return count * 21\n");
        new InstalledCopies(context, withRepository: true).Holding(gold, before).ShouldBeNull();
    }

    [Fact]
    public async Task What_stands_twice_in_the_repository_is_no_place_for_a_bug()
    {
        var context = await OpenAsync([.. Repository, ("old/prices.py", Shop + "# as it was\n")]);
        var (gold, before) = await BugAsync(context);
        new InstalledCopies(context, withRepository: true).Holding(gold, before).ShouldBe("'old/prices.py' of the repository holds 2 of the 2 lines that the solution changes");
        new InstalledCopies(context, withRepository: false).Holding(gold, before).ShouldBeNull();
    }

    [Fact]
    public async Task Files_of_the_machine_that_are_versions_of_the_repositorys_are_hidden()
    {
        var machine = MachineFiles.All.Where(path => path.EndsWith("/colorsys.py", StringComparison.Ordinal)).ToList();
        Assert.SkipWhen(machine.Count == 0, "this machine has no Python library below /usr");
        var text = await File.ReadAllTextAsync(machine[0], Cancel);
        var context = await OpenAsync([.. Repository, ("shop/colorsys.py", text.Replace("return ", "return  ", StringComparison.Ordinal).Replace("return  r, g, b", "return r, g, b", StringComparison.Ordinal)), ("shop/chunk.py", "def encode():\n    return 1\n" + Shop)]);
        context.Layers.Hidden.ShouldContain(machine[0]);
        context.Layers.Hidden.ShouldAllBe(path => path.EndsWith("/colorsys.py", StringComparison.Ordinal) || Path.GetFileName(path).StartsWith("colorsys.cpython-", StringComparison.Ordinal));

        // What is compiled of it holds as much.
        foreach (var bytecode in MachineFiles.All.Where(path => path.StartsWith(Path.GetDirectoryName(machine[0])! + "/__pycache__/colorsys.", StringComparison.Ordinal))) context.Layers.Hidden.ShouldContain(bytecode);
        await using var sandbox = await context.SandboxToJudgeAsync(Cancel);
        (await sandbox.ExecuteAsync(Runproof.Sandboxes.ExecRequest.Shell($"wc -c <'{machine[0]}'", TimeSpan.FromSeconds(20)), Cancel)).Output.Text.Trim().ShouldBe("0");
    }

    private static void Install(EnvironmentContext context, string path, string content)
    {
        var file = Path.Combine(context.Layers.Dependencies, "env", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    /// <returns>The patch that takes the bug out, and the layer that holds it.</returns>
    private async Task<(string Gold, string Before)> BugAsync(EnvironmentContext context)
    {
        var scratch = Directory.CreateDirectory(Path.Combine(Workspace.Root, "tmp", "bug")).FullName;
        var wrong = Shop.Replace("count * 21\n", "count * 22\n");
        var bug = await Diffs.BetweenAsync("shop/prices.py", System.Text.Encoding.UTF8.GetBytes(Shop), System.Text.Encoding.UTF8.GetBytes(wrong), Mode, scratch, Cancel);
        var gold = await Diffs.BetweenAsync("shop/prices.py", System.Text.Encoding.UTF8.GetBytes(wrong), System.Text.Encoding.UTF8.GetBytes(Shop), Mode, scratch, Cancel);
        return (gold, await PatchedLayer.WriteAsync(context.Tree, bug, Path.Combine(scratch, "before"), Cancel));
    }
}
