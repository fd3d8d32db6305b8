using System.Diagnostics;
using Runproof.Injection;

namespace Runproof.Bench;

/// <summary>Screening candidates against running the whole suite for each: the same repository, candidates, sandboxes and cores.</summary>
internal static class ScreeningBench
{
    public static Task<int> RunAsync(string location, string[] arguments) =>
        BenchRun.WithAsync(location, arguments, async run =>
        {
            var (context, sites, judge) = (run.Context, run.Sites, run.Judge);
            var agree = 0;
            var screened = new (string? Reason, double Seconds)[sites.Count];
            var screening = await run.TimeAsync(async i =>
            {
                var started = Stopwatch.GetTimestamp();
                screened[i] = ((await judge.ScreenAsync(Bug.At(sites[i]), run.Layers[i], null, default)).Reason, Stopwatch.GetElapsedTime(started).TotalSeconds);
            }, prepare: true);
            var wholes = new double[sites.Count];
            var whole = await run.TimeAsync(async i =>
            {
                var started = Stopwatch.GetTimestamp();
                await using var sandbox = await context.SandboxToJudgeAsync(default, run.Layers[i]);
                var reason = judge.ScreenVerdict(await context.Runner.RunAsync(sandbox, context.WholeSuite, null, default)).Reason;
                wholes[i] = Stopwatch.GetElapsedTime(started).TotalSeconds;
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
            var timed = Enumerable.Range(0, sites.Count).Where(i => screened[i].Reason != Rejection.TimeoutOnly).ToList();
            if (timed.Count < sites.Count) Console.WriteLine($"without what is cut  {timed.Sum(i => wholes[i]) / timed.Sum(i => screened[i].Seconds),8:0.00}   by the time limit ({sites.Count - timed.Count} candidates, {Enumerable.Range(0, sites.Count).Except(timed).Sum(i => screened[i].Seconds):0.0} s of screening)");
        });
}
