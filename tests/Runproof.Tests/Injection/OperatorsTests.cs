using Runproof.Injection;
using Runproof.Languages;

namespace Runproof.Tests.Injection;

public sealed class OperatorsTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    public static TheoryData<string> Languages => [.. LanguageProfiles.All.Select(profile => profile.Name)];

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Every_fixture_holds(string language)
    {
        var results = await OperatorTests.RunAsync(LanguageProfiles.Named(language), _bench.Root, TestContext.Current.CancellationToken);
        results.Where(result => result.Problem is not null).Select(result => $"{result.Id}: {result.Problem}").ShouldBeEmpty();
        results.Count.ShouldBeGreaterThanOrEqualTo(15);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void There_are_operators_of_every_family(string language)
    {
        string[] families = ["comparison", "arithmetic", "logic", "control", "state", "calls", "errors", "data", "strings"];
        var profile = LanguageProfiles.Named(language);
        var operators = Operators.For(profile);
        operators.Select(one => one.Name).Distinct().Count().ShouldBeGreaterThanOrEqualTo(15);
        operators.Select(one => one.Family).Distinct().ShouldBe(families, ignoreOrder: true);
        operators.ShouldAllBe(one => one.Id.StartsWith(one.Language + "-", StringComparison.Ordinal) && one.Id.StartsWith(one.Name, StringComparison.Ordinal) && (one.Language == language || one.Language == profile.Extends));
        operators.Select(one => one.Id).ShouldBeUnique();
    }

    [Theory]
    [InlineData("does not fire in 'before'", "return $X", "y = 1\n")]
    [InlineData("makes", "return 1", "def f():\n    return 1\n")]
    public async Task A_fixture_that_does_not_hold_is_told(string problem, string pattern, string before)
    {
        var rule = $"id: python-x\nlanguage: python\nrule:\n  pattern: {pattern}\nfix: return 2\n";
        var one = new BugOperator("python-x", "python-x", "python", "data", "m", "i", before, "something else\n", null, rule);
        (await OperatorTests.ProblemAsync(one, LanguageProfiles.Named("python"), _bench.Root, TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldContain(problem);
    }

    [Fact]
    public async Task A_rule_that_does_not_parse_is_told_and_not_silent()
    {
        var one = new BugOperator("python-x", "python-x", "python", "data", "m", "i", "a\n", "b\n", null, "id: python-x\nlanguage: python\nrule:\n  kindd: identifier\nfix: b\n");
        (await OperatorTests.ProblemAsync(one, LanguageProfiles.Named("python"), _bench.Root, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }
}
