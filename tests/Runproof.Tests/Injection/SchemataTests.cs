using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;

namespace Runproof.Tests.Injection;

/// <summary>Many bugs in one build, against a build for each.</summary>
public sealed class SchemataTests(GokitRepository sample) : IClassFixture<GokitRepository>, IDisposable
{
    private readonly string _scratch = WorkspaceFolders.CreateTemporary(sample.Workspace.Root);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => WorkspaceFolders.Delete(_scratch);

    [Fact]
    public async Task Each_bug_of_a_build_does_what_it_does_in_a_build_of_its_own()
    {
        var selector = new TestSelector(sample.Context);
        var sites = new Sampler((await SiteFinder.FindAsync(sample.Context, Cancel)).Eligible, 1).Next([], 12);
        await using var schemata = new Schemata(sample.Context);
        await schemata.PrepareAsync(sites, Cancel);
        sites.Count(site => schemata.Holds(Bug.At(site))).ShouldBeGreaterThan(sites.Count / 2);
        foreach (var site in sites.Where(site => schemata.Holds(Bug.At(site))))
        {
            var request = sample.Context.WholeSuite with { SuiteSeconds = 5, Selection = selector.For(Bug.At(site)) ?? sample.Environment.Tests };
            var together = await schemata.RunAsync(Bug.At(site), hasBug: true, request, Cancel);
            var passing = request.Selection.Select(test => test.Id).Order(StringComparer.Ordinal).ToList();
            var layer = new BugFiles(sample.Context, Bug.At(site)).WriteLayer(Path.Combine(_scratch, site.Id("")));
            await using var sandbox = await sample.Context.SandboxToJudgeAsync(Cancel, layer);
            var alone = await sample.Context.Runner.RunAsync(sandbox, request, null, Cancel);

            // What a test that panics takes with it may be told by one run and not by the other.
            var both = Passing(together, of: alone);
            both.ShouldBe(Passing(alone, of: together.ShouldNotBeNull()), $"{site.Operator} at {site.File}:{site.FirstLine}");
            together.Report.With(TestOutcome.Failed).Any().ShouldBe(alone.Report.With(TestOutcome.Failed).Any());
            var without = await schemata.RunAsync(Bug.At(site), hasBug: false, request, Cancel);
            passing.ShouldBeSubsetOf(Passing(without, of: without.ShouldNotBeNull()));
        }

        schemata.Answers.ShouldBeGreaterThan(sites.Count / 2);
    }

    [Fact]
    public async Task A_bug_that_does_not_compile_is_left_out_and_the_others_stay()
    {
        var sites = new Sampler((await SiteFinder.FindAsync(sample.Context, Cancel)).Eligible, 1).Next([], 12);
        await using var all = new Schemata(sample.Context);
        await all.PrepareAsync(sites, Cancel);
        var held = sites.Where(site => all.Holds(Bug.At(site))).Take(3).ToList();
        var broken = held[1] with { Replacement = "nobodyKnowsThis()" };
        await using var schemata = new Schemata(sample.Context);
        await schemata.PrepareAsync([held[0], broken, held[2]], Cancel);
        schemata.Holds(Bug.At(broken)).ShouldBeFalse();
        schemata.Holds(Bug.At(held[0])).ShouldBeTrue();
        schemata.Holds(Bug.At(held[2])).ShouldBeTrue();
        (await schemata.RunAsync(Bug.At(broken), hasBug: true, sample.Context.WholeSuite with { Selection = sample.Environment.Tests }, Cancel)).ShouldBeNull();
    }

    /// <summary>Tests that pass in a run, of those that another one tells of.</summary>
    private static IReadOnlyList<string> Passing(SuiteRun? run, SuiteRun of) =>
        [.. run.ShouldNotBeNull().Report.With(TestOutcome.Passed).Select(test => test.Id).Where(of.Report.Tests.ContainsKey).Order(StringComparer.Ordinal)];
}
