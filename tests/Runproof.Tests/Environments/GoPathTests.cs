using Runproof.Environments;

namespace Runproof.Tests.Environments;

/// <summary>Go code from before modules.</summary>
public sealed class GoPathTests : WrittenRepositoryTests
{
    [Fact]
    public async Task Packages_are_found_under_the_path_by_which_they_import_one_another()
    {
        Assert.SkipWhen((await Runproof.Sandboxes.HostProcess.RunAsync(new("go", ["version"], "/"))).ExitCode != 0, "Go is not installed");
        var context = await OpenAsync(
            ("shop.go", "package shop\n\nimport \"example.org/some/shop/money\"\n\nfunc Total(prices []int) string {\n\tsum := 0\n\tfor _, price := range prices {\n\t\tsum += price\n\t}\n\treturn money.Shown(sum)\n}\n"),
            ("shop_test.go", "package shop_test\n\nimport (\n\t\"testing\"\n\n\t\"example.org/some/shop\"\n)\n\nfunc TestTotal(t *testing.T) {\n\tif got := shop.Total([]int{1, 2}); got != \"3 EUR\" {\n\t\tt.Errorf(\"got %s, want 3 EUR\", got)\n\t}\n}\n"),
            ("money/money.go", "package money\n\nimport \"strconv\"\n\nfunc Shown(sum int) string { return strconv.Itoa(sum) + \" EUR\" }\n"),
            ("money/money_test.go", "package money\n\nimport \"testing\"\n\nfunc TestShown(t *testing.T) {\n\tif Shown(1) != \"1 EUR\" {\n\t\tt.Fail()\n\t}\n}\n"));
        context.Environment.Tests.Select(test => (test.Id, test.File)).ShouldBe([("example.org/some/shop.TestTotal", "shop_test.go"), ("example.org/some/shop/money.TestShown", "money/money_test.go")], ignoreOrder: true);
        context.Functions.Where(function => function.IsReached).Select(function => function.Name).ShouldBe(["Total", "Shown"], ignoreOrder: true);
        context.Environment.Suites[0].HasSentinels.ShouldBeTrue();
    }

    [Theory]
    [InlineData("package shop // import \"example.org/said\"\n", "example.org/said")]
    [InlineData("package shop\n\nfunc Total() int { return 1 }\n", "testbed")]
    public async Task The_path_is_the_one_that_the_code_names_or_any(string code, string expected)
    {
        await WriteAsync(("shop.go", code));
        var repository = await Runproof.Repositories.Repository.OpenAsync(Folder, null, Workspace.Root, Cancel);
        var tree = await Runproof.Repositories.RepositoryTree.CheckOutAsync(repository, Path.Combine(Workspace.Root, "tree"), Directory.CreateDirectory(Path.Combine(Workspace.Root, "tmp")).FullName, Cancel);
        GoPath.Variables(tree).ShouldContain(new KeyValuePair<string, string>(GoPath.Variable, expected));
    }
}
