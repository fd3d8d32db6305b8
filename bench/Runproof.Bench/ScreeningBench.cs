using System.Diagnostics;
using System.Globalization;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Bench;

/// <summary>Screening candidates against running the whole suite for each: the same repository, candidates, sandboxes and cores.</summary>
internal static class ScreeningBench
{
    public static async Task<int> RunAsync(string location, string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 48;
        var jobs = Environment.ProcessorCount;
        var folder = Directory.CreateTempSubdirectory("runproof-bench-").FullName;
        try
        {
            using var workspace = Workspace.Open(folder);
            var repository = await Repository.OpenAsync(location, null, workspace.Root, default);
            var environment = await new EnvironmentBuilder(workspace, SilentLog.Instance, TimeProvider.System, jobs).BuildAsync(repository, null, default);
            var context = await EnvironmentContext.OpenAsync(workspace, environment, default);
            var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
            var sites = new Sampler((await SiteFinder.FindAsync(context, default)).Eligible, 1).Next([], count);
            await using var judge = new CandidateJudge(context, TimeProvider.System, 1);
            var layers = sites.Select((site, i) => new BugFiles(context, Bug.At(site)).WriteLayer(Path.Combine(scratch, $"bug{i}"))).ToList();
            Console.WriteLine($"{environment.Name}: {environment.Tests.Count} tests, suite {environment.SuiteSeconds:0.00} s, {sites.Count} candidates, {jobs} jobs");

            var agree = 0;
            var screened = new (string? Reason, double Seconds)[sites.Count];
            var screening = await TimeAsync(sites.Count, jobs, async i =>
            {
                var started = Stopwatch.GetTimestamp();
                screened[i] = ((await judge.ScreenAsync(Bug.At(sites[i]), layers[i], null, default)).Reason, Stopwatch.GetElapsedTime(started).TotalSeconds);
            });
            var whole = await TimeAsync(sites.Count, jobs, async i =>
            {
                await using var sandbox = await context.SandboxToJudgeAsync(default, layers[i]);
                var reason = judge.ScreenVerdict(await context.Runner.RunAsync(sandbox, context.WholeSuite, null, default)).Reason;
                if (reason == screened[i].Reason) Interlocked.Increment(ref agree);
                else Console.WriteLine($"  differs: {sites[i].Operator} at {sites[i].File}:{sites[i].FirstLine}: screening {screened[i].Reason ?? "caught"}, whole suite {reason ?? "caught"}");
            });
            for (var i = 0; i < sites.Count; i++) if (screened[i].Seconds > 2) Console.WriteLine($"  slow: {sites[i].Operator} at {sites[i].File}:{sites[i].FirstLine}: {screened[i].Reason ?? "caught"}, {screened[i].Seconds:0.00} s");
            foreach (var group in screened.GroupBy(one => one.Reason ?? "caught").OrderByDescending(group => group.Count()))
                Console.WriteLine($"  {group.Key,-18} {group.Count(),4}, {group.Average(one => one.Seconds):0.00} s each");
            Console.WriteLine($"  in warm processes  {judge.ScreenedWarm,4}");
            Console.WriteLine($"screening            {screening,8:0.0} s  {sites.Count * 60 / screening,8:0.0} candidates a minute");
            Console.WriteLine($"whole suite for each {whole,8:0.0} s  {sites.Count * 60 / whole,8:0.0} candidates a minute");
            Console.WriteLine($"ratio                {whole / screening,8:0.00}   same answer for {agree} of {sites.Count}");
            return 0;
        }
        finally
        {
            WorkspaceFolders.Delete(folder);
        }
    }

    private static async Task<double> TimeAsync(int count, int jobs, Func<int, Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = jobs }, async (i, _) => await work(i));
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
