using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>
/// Brings a missing module from Debian's packages into an environment: downloaded and unpacked into a layer, never installed on the host,
/// and never running a package's scripts.
/// </summary>
internal static class DebianPackages
{
    /// <summary>The packages that the failures of a run ask for.</summary>
    public static List<string> Wanted(PackageRules rules, SuiteRun run)
    {
        if (rules.Debian is null) return [];
        List<string> wanted = [];
        var texts = run.Report.CollectionFailures.Select(failure => failure.Message).Append(run.Log).Concat(run.Report.Tests.Values.Take(2000).Select(test => test.Message ?? ""));
        foreach (var text in texts)
        {
            if (rules.Missing is not null)
            {
                foreach (System.Text.RegularExpressions.Match match in rules.Missing.Matches(text))
                {
                    var name = match.Groups.Values.Skip(1).First(group => group.Success).Value;
                    wanted.Add(PackageOf(rules, name));
                }
            }

            if (rules.UnknownOption?.Match(text) is { Success: true } options)
            {
                wanted.AddRange(options.Groups[1].Value.Split(' ').SelectMany(word => rules.Options.Where(option => word.StartsWith(option.Key, StringComparison.Ordinal)).Select(option => option.Value)));
            }
        }

        return [.. wanted.Distinct().Order(StringComparer.Ordinal)];
    }

    public static string PackageOf(PackageRules rules, string name) =>
        rules.Known.TryGetValue(name, out var known) ? known : rules.Debian!.Replace("{name}", name.ToLowerInvariant().Replace('_', '-').Replace('/', '-'), StringComparison.Ordinal);

    /// <summary>Downloads a package and what it needs of its kind, and unpacks them.</summary>
    /// <returns>The packages unpacked; empty where there is no such package or no archive answers.</returns>
    public static async Task<IReadOnlyList<string>> UnpackAsync(string package, string folder, string scratch, CancellationToken cancel)
    {
        var plan = await HostProcess.RunAsync(new("apt-get", ["install", "--simulate", "--no-install-recommends", "-qq", package], WallTime: TimeSpan.FromMinutes(1)), cancel);
        if (!plan.Succeeded) return [];
        var (first, last) = (package.Split('-')[0] + "-", "-" + package.Split('-')[^1]);
        var names = plan.Output.Split('\n').Where(line => line.StartsWith("Inst ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).Where(name => name.StartsWith(first, StringComparison.Ordinal) || name.EndsWith(last, StringComparison.Ordinal)).ToList();

        // Already on the host, which the sandbox sees: nothing to do, and nothing that would help.
        if (names.Count == 0) return [];
        var downloads = Directory.CreateDirectory(Path.Combine(scratch, "debs")).FullName;
        File.SetUnixFileMode(downloads, (UnixFileMode)0x1FF);
        var fetched = await HostProcess.RunAsync(new("apt-get", ["download", "-qq", .. names], downloads, WallTime: TimeSpan.FromMinutes(3)), cancel);
        if (!fetched.Succeeded) return [];
        Directory.CreateDirectory(folder);
        var complete = true;
        foreach (var file in Directory.EnumerateFiles(downloads, "*.deb"))
        {
            complete &= (await HostProcess.RunAsync(new("dpkg-deb", ["--extract", file, folder]), cancel)).Succeeded;
            File.Delete(file);
        }

        return complete ? names : [];
    }
}
