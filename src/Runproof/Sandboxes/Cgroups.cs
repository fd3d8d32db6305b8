using System.Globalization;

namespace Runproof.Sandboxes;

/// <summary>
/// Where this process may make control groups that limit memory and processes and share the processors, found by trying. Both hierarchies are known:
/// v1 (one tree per controller) and v2 (one tree, only where the controllers are delegated to us).
/// </summary>
internal sealed class Cgroups
{
    private const string Prefix = "runproof-";
    private readonly string? _memoryBase;
    private readonly string? _pidsBase;
    private readonly string? _processorBase;
    private readonly bool _v2;
    private static int _count;

    private Cgroups(string? memoryBase, string? pidsBase, string? processorBase, bool v2) => (_memoryBase, _pidsBase, _processorBase, _v2) = (memoryBase, pidsBase, processorBase, v2);

    public string? MemoryMechanism => _memoryBase is null ? null : Version;

    public string? ProcessMechanism => _pidsBase is null ? null : Version;

    /// <summary>What gives each sandbox the same share of the processors, however many processes it has: a group's usual weight.</summary>
    public string? ProcessorMechanism => _processorBase is null ? null : Version;

    private string Version => _v2 ? "cgroup v2" : "cgroup v1";

    public static async Task<Cgroups> DetectAsync(CancellationToken cancel)
    {
        var mounts = File.ReadAllLines("/proc/mounts").Select(line => line.Split(' ')).Where(field => field.Length > 3).ToList();
        string? V1(string controller) => mounts
            .Where(field => field[2] == "cgroup" && field[3].Split(',').Contains(controller)).Select(field => field[1]).FirstOrDefault();

        async Task<string?> WorkingAsync(string? place, string file) => await WorksAsync(place, file, cancel) ? place : null;
        var memory = await WorkingAsync(V1("memory"), "memory.limit_in_bytes");
        var pids = await WorkingAsync(V1("pids"), "pids.max");
        if (memory is not null || pids is not null)
        {
            var processors = await WorkingAsync(V1("cpu"), "cpu.shares");
            RemoveStale(memory, pids, processors);
            return new(memory, pids, processors, v2: false);
        }

        var root = mounts.Where(field => field[2] == "cgroup2").Select(field => field[1]).FirstOrDefault();
        foreach (var place in root is null ? [] : OwnGroupAndParent(root))
        {
            TryWrite(Path.Combine(place, "cgroup.subtree_control"), "+memory +pids");
            TryWrite(Path.Combine(place, "cgroup.subtree_control"), "+cpu");
            if (await WorksAsync(place, "memory.max", cancel) && await WorksAsync(place, "pids.max", cancel))
            {
                RemoveStale(place);
                return new(place, place, await WorkingAsync(place, "cpu.weight"), v2: true);
            }
        }

        return new(null, null, null, v2: false);
    }

    /// <summary>Makes the groups of one sandbox.</summary>
    public Group Create(SandboxLimits limits)
    {
        var name = $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        var folders = new[] { _memoryBase, _pidsBase, _processorBase }.OfType<string>().Distinct().Select(place => Path.Combine(place, name)).ToList();
        foreach (var folder in folders) Directory.CreateDirectory(folder);
        if (_memoryBase is not null)
        {
            TryWrite(Path.Combine(_memoryBase, name, _v2 ? "memory.max" : "memory.limit_in_bytes"), Number(limits.MemoryBytes));
            // Swap would turn a limit into a slow machine.
            TryWrite(Path.Combine(_memoryBase, name, _v2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes"), _v2 ? "0" : Number(limits.MemoryBytes));
        }

        if (_pidsBase is not null) TryWrite(Path.Combine(_pidsBase, name, "pids.max"), Number(limits.Processes));
        return new(folders, _memoryBase is null ? null : Path.Combine(_memoryBase, name, _v2 ? "memory.events" : "memory.oom_control"));
    }

    private static async Task<bool> WorksAsync(string? place, string limitFile, CancellationToken cancel)
    {
        if (place is null) return false;
        var folder = Path.Combine(place, $"{Prefix}{Environment.ProcessId}-probe");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, limitFile), Number(limitFile is "memory.max" or "memory.limit_in_bytes" ? 1 << 30 : 100));
            var joined = await HostProcess.RunAsync(new("sh", ["-c", "echo $$ > \"$0\"", Path.Combine(folder, "cgroup.procs")]), cancel);
            return joined.Succeeded;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            Remove(folder);
        }
    }

    private static IEnumerable<string> OwnGroupAndParent(string root)
    {
        var own = File.ReadAllLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?[3..].Trim('/');
        if (own is null) yield break;
        yield return Path.Combine(root, own);
        if (Path.GetDirectoryName(own) is { } parent) yield return Path.Combine(root, parent);
    }

    /// <summary>Groups of a run that was killed.</summary>
    private static void RemoveStale(params string?[] places)
    {
        foreach (var folder in places.OfType<string>().Distinct().SelectMany(place => Directory.EnumerateDirectories(place, Prefix + "*")).ToList())
        {
            var owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (!ProcessTree.IsAlive(owner)) Remove(folder);
        }
    }

    private static void Remove(string folder)
    {
        // A group whose last process is still being reaped is busy for some milliseconds.
        for (var attempt = 0; attempt < 50; attempt++)
        {
            try
            {
                Directory.Delete(folder);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(attempt < 5 ? 1 : 20);
            }
        }
    }

    private static void TryWrite(string file, string value)
    {
        try
        {
            if (File.Exists(file)) File.WriteAllText(file, value);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Probed at start: what matters works; the rest (swap accounting) is optional.
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The control groups of one sandbox.</summary>
    internal sealed class Group(IReadOnlyList<string> folders, string? memoryEvents) : IDisposable
    {
        public IEnumerable<string> MemberFiles => folders.Select(folder => Path.Combine(folder, "cgroup.procs"));

        /// <summary>How often the kernel killed for memory so far.</summary>
        public long OutOfMemoryKills()
        {
            if (memoryEvents is null) return 0;
            var line = File.ReadLines(memoryEvents).FirstOrDefault(text => text.StartsWith("oom_kill ", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["oom_kill ".Length..], CultureInfo.InvariantCulture);
        }

        public void Dispose()
        {
            foreach (var folder in folders) Remove(folder);
        }
    }
}
