using Runproof.Sandboxes;

namespace Runproof.Tasks.Oci;

/// <summary>The Debian packages of this machine, with what they need and which files are theirs.</summary>
internal sealed class InstalledPackages
{
    private const int NameOnly = 0;
    private readonly Dictionary<string, string> _needs = [];
    private readonly Dictionary<string, string> _providers = [];
    private readonly List<string> _essential = [];

    /// <exception cref="MachineException">This is not Debian or a system made from it.</exception>
    public static async Task<InstalledPackages> ReadAsync(CancellationToken cancel)
    {
        var told = await HostProcess.RunAsync(new("dpkg-query", ["-W", "-f", "${db:Status-Status}\\t${Package}\\t${Essential}\\t${Provides}\\t${Pre-Depends}, ${Depends}\\n"]), cancel);
        if (!told.Succeeded) throw new MachineException("an image is made from Debian's packages, and dpkg does not work here: export with --format harbor, whose image is built elsewhere");
        var packages = new InstalledPackages();
        foreach (var fields in told.Output.Split('\n').Select(line => line.Split('\t')).Where(fields => fields.Length == 5 && fields[0] == "installed"))
        {
            packages._needs[fields[1]] = fields[4];
            if (fields[2] == "yes") packages._essential.Add(fields[1]);
            foreach (var provided in Names(fields[3])) packages._providers.TryAdd(provided, fields[1]);
        }

        return packages;
    }

    public bool Has(string package) => _needs.ContainsKey(package) || _providers.ContainsKey(package);

    /// <summary>What is essential, the packages themselves, and all that these need; recommendations are left out.</summary>
    public IReadOnlyList<string> With(IEnumerable<string> packages)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var left = new Stack<string>(_essential.Concat(packages));
        while (left.TryPop(out var name))
        {
            var package = _needs.ContainsKey(name) ? name : _providers.GetValueOrDefault(name);
            if (package is null || !found.Add(package)) continue;

            // Of alternatives those that are there: one of them is what the others stand for.
            foreach (var needed in _needs[package].Split(',').SelectMany(group => Names(group.Replace('|', ',')).Where(Has))) left.Push(needed);
        }

        return [.. found];
    }

    /// <summary>Absolute paths of files, links and folders, as the packages name them.</summary>
    public static async Task<IReadOnlyList<string>> FilesAsync(IReadOnlyList<string> packages, CancellationToken cancel)
    {
        var told = await HostProcess.RunAsync(new("dpkg-query", ["-L", .. packages]), cancel);
        return [.. told.Output.Split('\n').Where(line => line.StartsWith('/') && line.Length > 2)];
    }

    /// <summary><c>a (&gt;= 1), b:any</c>.</summary>
    private static IEnumerable<string> Names(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(one => one.Split([' ', ':', '('])[NameOnly]).Where(name => name.Length > 0);
}
