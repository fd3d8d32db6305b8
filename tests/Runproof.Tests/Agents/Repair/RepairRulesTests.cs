using Runproof.Agents.Repair.Candidates;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Sandboxes;
using Shouldly;

namespace Runproof.Tests.Agents.Repair;

public sealed class RepairRulesTests
{
    [Theory]
    [InlineData("python")]
    [InlineData("javascript")]
    [InlineData("go")]
    public async Task The_fixtures_of_all_repairs_hold(string language)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var bench = new Workbench();
        var profile = LanguageProfiles.Named(language);
        var rules = RepairRules.For(profile);
        rules.Count.ShouldBeGreaterThan(20);
        List<string> problems = [];
        foreach (var rule in rules)
        {
            var scratch = WorkspaceFolders.CreateTemporary(bench.Root);
            if (await OperatorTests.ProblemAsync(rule.Operator, profile, scratch, cancel) is { } problem) problems.Add($"{rule.Id}: {problem}");
        }

        problems.ShouldBeEmpty();
    }
}
