using Runproof.Environments;
using Runproof.Sandboxes;

namespace Runproof.Tasks.Oci;

/// <summary>The layer below all tasks of an environment: what Debian's packages of its tools have in <c>/usr</c>, and the <c>/etc</c> that sandboxes see. Nothing is downloaded.</summary>
internal static class Toolchain
{
    private static readonly string[] NotNeeded = ["/usr/share/doc/", "/usr/share/man/", "/usr/share/info/", "/usr/share/locale/", "/usr/share/lintian/", "/usr/share/bug/"];
    private static readonly string[] LinkFolders = ["/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
    private const UnixFileMode Shared = (UnixFileMode)0b001_111_111_111;

    /// <summary>The Debian packages that the tests of an environment need.</summary>
    /// <exception cref="MachineException">A tool is here, but from elsewhere.</exception>
    public static IReadOnlyList<string> PackagesOf(RepositoryEnvironment environment, InstalledPackages installed)
    {
        List<string> packages = ["git", .. environment.Profiles.SelectMany(profile => profile.Tools).Select(tool => tool.Debian)];
        if (packages.FirstOrDefault(package => !installed.Has(package)) is { } missing)
            throw new MachineException($"{environment.Profiles[0].Title}: '{missing}' is not installed as a Debian package here, so its files are not known and cannot be put into an image: export with --format harbor");
        if (environment.OptionsText.Length > 0) packages.AddRange(ProjectOptions.Parse(environment.OptionsText, ProjectOptions.FileName).Debian.Where(installed.Has));
        return [.. packages.Distinct().Order(StringComparer.Ordinal)];
    }

    /// <param name="scratch">A folder for what is not on the system.</param>
    public static async Task PackAsync(LayerTar tar, IReadOnlyList<string> packages, InstalledPackages installed, SystemFiles system, string scratch, CancellationToken cancel)
    {
        var files = await FilesAsync(installed.With(packages), cancel);
        await tar.AddAsync("/", files.Select(path => path[1..]), LayerTar.Root, cancel);
        var root = Directory.CreateDirectory(Path.Combine(scratch, "system")).FullName;
        await Harbor.Archive.CopyAsync(await system.EtcAsync(new([], SandboxLimits.Default)), Path.Combine(root, "etc"), cancel);
        await File.WriteAllTextAsync(Path.Combine(root, "etc/gitconfig"), $"[safe]\n\tdirectory = {SandboxPaths.Testbed}\n", cancel);
        foreach (var folder in new[] { "proc", "sys", "dev", "run", "root", "var/tmp", "tmp", "home", "opt" }) Directory.CreateDirectory(Path.Combine(root, folder));
        foreach (var folder in new[] { "tmp", "var/tmp" }) File.SetUnixFileMode(Path.Combine(root, folder), Shared);
        foreach (var (name, _) in SystemFiles.RootFolders("/").Where(one => one.IsLink)) File.CreateSymbolicLink(Path.Combine(root, name), "usr/" + name);
        await tar.AddAsync(root, null, LayerTar.Root, cancel);
        var own = Directory.CreateDirectory(Path.Combine(scratch, "own")).FullName;
        foreach (var folder in new[] { SandboxPaths.Home, SandboxPaths.Env, SandboxPaths.Testbed, SandboxPaths.Exchange }) Directory.CreateDirectory(own + folder);
        await tar.AddAsync(own, [SandboxPaths.Home[1..], SandboxPaths.Env[1..], SandboxPaths.Testbed[1..], SandboxPaths.Exchange[1..]], LayerTar.Runner, cancel);
    }

    private static async Task<IReadOnlyCollection<string>> FilesAsync(IReadOnlyList<string> packages, CancellationToken cancel)
    {
        var links = SystemFiles.RootFolders("/").Where(one => one.IsLink).Select(one => $"/{one.Name}/").ToList();
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var named in await InstalledPackages.FilesAsync(packages, cancel))
        {
            var path = links.Exists(link => named.StartsWith(link, StringComparison.Ordinal)) ? "/usr" + named : named;
            var isSystem = path.StartsWith("/usr/", StringComparison.Ordinal) || SystemFiles.RootFolders("/").Any(one => !one.IsLink && path.StartsWith($"/{one.Name}/", StringComparison.Ordinal));
            if (isSystem && !NotNeeded.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) && (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)) files.Add(path);
        }

        // What update-alternatives made belongs to no package.
        foreach (var link in LinkFolders.Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries).Where(path => new FileInfo(path).LinkTarget?.StartsWith("/etc/alternatives/", StringComparison.Ordinal) == true))
        {
            if (new FileInfo(link).ResolveLinkTarget(returnFinalTarget: true) is { } target && files.Contains(target.FullName)) files.Add(link);
        }

        return files;
    }
}
