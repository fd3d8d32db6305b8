using System.Diagnostics;
using System.Globalization;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Coverage;
using Runproof.Injection;
using Runproof.Tasks;

namespace Runproof.Bench;

/// <summary>
/// A catalogue that grows to a million made-up tasks: copies of one real kept task under other names, languages and families, a third of them with an environment of their own, as tasks from history have. Each way of
/// asking is timed in the small and in the large catalogue; the export is watched for memory.
/// </summary>
internal static class GrowthBench
{
    private const int Small = 1000;
    private const int Calls = 200;
    private const int Together = 5000;
    private static readonly string[] Languages = ["python", "javascript", "go", "java", "csharp", "c", "cpp", "rust", "ruby", "php", "elixir", "lua", "bash"];
    private static readonly string[] Families = ["arithmetic", "comparison", "logic", "calls", "control", "state", "strings", "errors", "collections", "history"];

    public static Task<int> RunAsync(string location, string[] arguments) => BenchRun.WithAsync(location, ["16"], async run =>
    {
        var all = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        Candidate? kept = null;
        foreach (var site in run.Sites)
        {
            if (await run.Judge.JudgeAsync(Bug.At(site), default) is not { IsKept: true } candidate) continue;
            kept = candidate;
            break;
        }

        var task = kept?.Task ?? throw new InputException("none of 16 bugs is kept: give another repository");
        var (workspace, made) = (run.Context.Workspace, 0);
        var timed = new Dictionary<string, List<double>>();
        foreach (var size in new[] { Small, all })
        {
            var started = Stopwatch.GetTimestamp();
            for (; made < size; made += Math.Min(Together, size - made)) Fill(run.Context, task, made, Math.Min(Together, size - made));
            Console.WriteLine($"{size} tasks: filled in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {Bytes(workspace) / size} bytes on disk each");
            foreach (var (name, p95) in Ask(workspace, size)) (timed.TryGetValue(name, out var known) ? known : timed[name] = []).Add(p95);
        }

        Console.WriteLine($"{"p95, ms",-28} {Small,10} {all,10}   ratio");
        foreach (var (name, times) in timed) Console.WriteLine($"{name,-28} {times[0],10:0.00} {times[1],10:0.00} {times[1] / times[0],7:0.0}");
        await ExportAsync(workspace);
    });

    private static void Fill(EnvironmentContext context, CodingTask task, int first, int count)
    {
        var (tasks, environments) = (new TaskTable(context.Workspace), new EnvironmentTable(context.Workspace));
        context.Workspace.Database.Together(() =>
        {
            for (var i = first; i < first + count; i++)
            {
                var (number, language) = (Blobs.Draw($"task {i}"), Languages[i / 500 % Languages.Length]);
                var repo = $"owner{i / 500 % 97}/project{i / 500}";
                var isMined = i % 3 == 0;
                var hash = isMined ? $"{number:x16}{i:x16}" : context.Environment.Hash;
                if (isMined) environments.Add(context.Environment with { Hash = hash, Era = context.Environment.Hash, AppliedPatch = task.BugPatch, Name = repo }, ReachMap.Empty, [], task.CreatedAt);
                tasks.Add(
                    task with
                    {
                        InstanceId = $"{repo.Replace("/", "__", StringComparison.Ordinal)}.{number:x16}", Repo = repo, EnvironmentHash = hash, Origin = isMined ? TaskOrigin.Mined : TaskOrigin.Injected, ProblemStatement = $"{task.ProblemStatement}\n{number:x16}",
                        Measurements = task.Measurements with { Family = Families[(int)((ulong)number % (ulong)Families.Length)], File = $"src/{language}/file{i % 40}" },
                    },
                    "made up");
            }
        });
    }

    private static IEnumerable<(string Name, double P95)> Ask(Workspace workspace, int size)
    {
        var table = new TaskTable(workspace);
        var ids = table.Sample(TaskFilter.None, Calls, 7);
        var repos = table.Names("repo");
        (string Name, Func<int, object?> Ask)[] ways =
        [
            ("list, first page of 100", _ => table.Page(TaskFilter.None, "", 100)),
            ("list, a later page", i => table.Page(TaskFilter.None, ids[i % ids.Count], 100)),
            ("filter by repository", i => table.Page(new(Repo: repos[i * 31 % repos.Count]), "", 100)),
            ("filter by origin, later page", i => table.Page(new(Origin: i % 2 == 0 ? "mined" : "injected"), ids[i % ids.Count], 100)),
            ("filter by family", i => table.Page(new(Family: Families[i % Families.Length]), ids[i % ids.Count], 100)),
            ("filter by three", i => table.Page(new(Origin: "injected", Family: Families[i % Families.Length], Repo: repos[i * 31 % repos.Count]), "", 100)),
            ("count of a filter", i => table.Count(new(Origin: "mined", Family: Families[i % Families.Length]))),
            ("show, by a beginning", i => table.Find(table.Ids(beginning: ids[i % ids.Count][..^2]).First())),
            ("sample of 100", i => table.Sample(TaskFilter.None, 100, i)),
            ("sample of 100 of a filter", i => table.Sample(new(Origin: "mined", Family: Families[i % Families.Length]), 100, i)),
        ];
        foreach (var (name, ask) in ways)
        {
            var times = Enumerable.Range(0, Calls).Select(i =>
            {
                var started = Stopwatch.GetTimestamp();
                if (ask(i) is null) throw new InvalidOperationException($"{name}: no answer in a catalogue of {size}");
                return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }).Order().ToList();
            yield return (name, times[Calls * 95 / 100]);
        }
    }

    /// <summary>Peak memory of exports of more and more tasks; only those of the real environment can be exported.</summary>
    private static async Task ExportAsync(Workspace workspace)
    {
        var table = new TaskTable(workspace);
        var target = Path.Combine(workspace.Root, "export.jsonl");
        List<double> peaks = [];
        foreach (var count in new[] { 500, 1000, 2000, 4000 })
        {
            GC.Collect();
            var export = SweBenchExport.WriteAsync(workspace, table.Ids(new(Origin: "injected")).Take(count).Select(id => table.Find(id)!), target, parquet: false, default);
            var peak = 0.0;
            while (await Task.WhenAny(export, Task.Delay(50)) != export) peak = Math.Max(peak, OwnMemory());
            peaks.Add(peak);
            Console.WriteLine($"export of {await export,5}: {new FileInfo(target).Length / 1024,8} KiB, peak memory {peak:0} MiB");
        }

        Console.WriteLine($"memory of twice as many to half of them, the last pair: {peaks[3] / peaks[2]:0.00}");
    }

    /// <summary>MiB of the process without what it maps of files: the catalogue is mapped.</summary>
    private static double OwnMemory() =>
        double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    private static long Bytes(Workspace workspace) => Directory.EnumerateFiles(workspace.Root, "catalogue.db*").Sum(file => new FileInfo(file).Length);
}
