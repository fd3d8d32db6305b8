using Runproof.Injection;

namespace Runproof.Tests.Injection;

public class SamplerTests
{
    private static readonly BugSite[] Sites =
    [
        .. from function in Enumerable.Range(0, 20)
           from site in Enumerable.Range(0, 10)
           select new BugSite($"op-{site % 5}", $"family-{site % 3}", $"file{function % 4}.py", (function * 100) + site, (function * 100) + site + 1, "x", 1, 1, $"f{function}", 1),
    ];

    [Fact]
    public void A_seed_reproduces_the_choice_and_another_seed_changes_it()
    {
        var one = new Sampler(Sites, 7).Next([], 16);
        new Sampler(Sites, 7).Next([], 16).ShouldBe(one);
        new Sampler(Sites, 8).Next([], 16).ShouldNotBe(one);
    }

    [Fact]
    public void A_round_is_spread_over_functions_files_and_families()
    {
        var round = new Sampler(Sites, 1).Next([], 16);
        round.Select(site => site.Function).Distinct().Count().ShouldBe(16);
        round.GroupBy(site => site.File).ShouldAllBe(group => group.Count() == 4);
        round.Select(site => site.Family).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Functions_without_a_task_come_first()
    {
        var kept = Sites.Where(site => site.Function is not ("f3" or "f11")).GroupBy(site => site.Function).Select(group => new Judged(group.First(), Kept: true)).ToList();
        new Sampler(Sites, 1).Next(kept, 4).Select(site => site.Function).ShouldBe(["f3", "f11", "f3", "f11"], ignoreOrder: true);
    }

    [Fact]
    public void Every_site_is_chosen_once_and_then_none()
    {
        List<Judged> judged = [];
        while (new Sampler(Sites, 1).Next(judged, JudgingRounds.Size) is { Count: > 0 } round) judged.AddRange(round.Select(site => new Judged(site, false)));
        judged.Select(one => one.Site).ShouldBeUnique();
        judged.Count.ShouldBe(Sites.Length);
    }
}
