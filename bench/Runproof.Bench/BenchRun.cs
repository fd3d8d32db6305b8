using System.Diagnostics;
using System.Globalization;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Bench;

/// <summary>Candidates of a repository, ready to be judged in one way and in another.</summary>
/// <param name="Layers">Of each site the sandbox layer of its bug.</param>
internal sealed record BenchRun(EnvironmentContext Context, IReadOnlyList<BugSite> Sites, IReadOnlyList<string> Layers, CandidateJudge Judge, int Jobs)
{
    /// <param name="arguments">How many candidates, and the files that they may be in.</param>
    public static async Task<int> WithAsync(string location, string[] arguments, Func<BenchRun, Task> measure)
    {
        var (count, jobs) = (arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 48, Environment.ProcessorCount);
        var folder = Directory.CreateTempSubdirectory("runproof-bench-").FullName;
        try
        {
            using var workspace = Workspace.Open(folder);
            var repository = await Repository.OpenAsync(location, null, workspace.Root, default);
            var environment = await new EnvironmentBuilder(workspace, SilentLog.Instance, TimeProvider.System, jobs).BuildAsync(repository, null, default);
            var context = await EnvironmentContext.OpenAsync(workspace, environment, default);
            var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
            var files = arguments.Skip(1).ToHashSet();
            var sites = new Sampler([.. (await SiteFinder.FindAsync(context, default)).Eligible.Where(site => files.Count == 0 || files.Contains(site.File))], 1).Next([], count);
            await using var judge = new CandidateJudge(context, TimeProvider.System, 1, jobs: jobs);
            var layers = sites.Select((site, i) => new BugFiles(context, Bug.At(site)).WriteLayer(Path.Combine(scratch, $"bug{i}"))).ToList();
            Console.WriteLine($"{environment.Name}: {environment.Tests.Count} tests, suite {environment.SuiteSeconds:0.00} s, {sites.Count} candidates, {jobs} jobs");
            await measure(new(context, sites, layers, judge, jobs));
            return 0;
        }
        finally
        {
            WorkspaceFolders.Delete(folder);
        }
    }

    /// <summary>Seconds that <paramref name="work"/> takes over all candidates.</summary>
    /// <param name="prepare">Whether rounds are prepared as injection does.</param>
    public async Task<double> TimeAsync(Func<int, Task> work, bool prepare = false)
    {
        var started = Stopwatch.GetTimestamp();
        for (var first = 0; first < Sites.Count; first += JudgingRounds.Size)
        {
            var round = Enumerable.Range(first, Math.Min(JudgingRounds.Size, Sites.Count - first)).ToList();
            if (prepare) await Judge.PrepareAsync([.. round.Select(i => Sites[i])], default);
            await Parallel.ForEachAsync(round, new ParallelOptions { MaxDegreeOfParallelism = Jobs }, async (i, _) => await work(i));
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
