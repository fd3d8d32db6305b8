using Runproof.Mining;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Mining;

/// <summary>A Go package whose new test calls a function that does not exist yet: the others of the package do not decide anything.</summary>
public sealed class GoHistoryTests : WrittenHistory
{
    private const string Tests = "package shop\n\nimport \"testing\"\n\nfunc TestTotal(t *testing.T) {\n\tif Total(1, 2) != 3 {\n\t\tt.Error(\"wrong\")\n\t}\n}\n";

    [Fact]
    public async Task Tests_that_only_fail_to_compile_with_the_new_ones_pass_in_both_states()
    {
        await CommitAsync("Begin", ("go.mod", "module example.org/shop\n\ngo 1.19\n"), ("shop.go", "package shop\n\nfunc Total(prices ...int) int {\n\tsum := 0\n\tfor _, price := range prices {\n\t\tsum += price\n\t}\n\treturn sum\n}\n"), ("shop_test.go", Tests));
        var head = await CommitAsync(
            "Averages of prices, rounded towards zero", ("mean.go", "package shop\n\nfunc Mean(prices ...int) int {\n\treturn Total(prices...) / len(prices)\n}\n"),
            ("shop_test.go", Tests + "\nfunc TestMean(t *testing.T) {\n\tif Mean(1, 2, 4) != 2 {\n\t\tt.Error(\"wrong\")\n\t}\n}\n"));
        var result = await MineAsync();
        result.KeptCommits.ShouldBe([head]);
        var task = new TaskTable(Workspace).Find(result.Kept.Single())!;
        task.FailToPass.ShouldBe(["example.org/shop.TestMean"]);
        task.Uncollected.ShouldBe(["example.org/shop.TestTotal"]);
        task.Measurements.Strict.ShouldBe(0);
        task.ProblemStatement.ShouldContain("`Mean`");
        (await new VerificationStage(Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync(result.Kept, 1, Cancel)).ShouldAllBe(verified => verified.Holds);
    }
}
