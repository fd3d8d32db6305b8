using System.Collections.Concurrent;

namespace Runproof.Sandboxes;

/// <summary>
/// The <c>/etc</c> of sandboxes: configuration that toolchains read, and no passwords, keys or names of the host. Copied once, since bubblewrap needs
/// most of a millisecond for each path that it mounts.
/// </summary>
internal sealed class SystemFiles(string workspace) : IDisposable
{
    private static readonly string[] Entries =
    [
        "alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "mime.types", "magic", "magic.mime", "protocols", "services",
        "python3", "python3.11", "python3.12", "python3.13", "perl", "java-17-openjdk", "java-21-openjdk", "maven", "php", "fonts", "ssl/certs", "ssl/openssl.cnf",
        "ca-certificates.conf", "terminfo", "xml", "sgml", "locale.alias", "debian_version", "os-release",
    ];

    private static readonly string[] NetworkEntries = ["resolv.conf", "hosts", "gai.conf", "pip.conf", "npmrc"];

    private static readonly string[] RootLinks = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

    private readonly ConcurrentDictionary<(string Root, bool Network), Lazy<Task<string>>> _made = new();

    /// <summary>The folder to be seen as <c>/etc</c>.</summary>
    /// <exception cref="SandboxException">It cannot be copied.</exception>
    public Task<string> EtcAsync(SandboxSpec spec) => _made.GetOrAdd((spec.RootFileSystem ?? "/", spec.Network), key => new(() => CopyAsync(key.Root, key.Network))).Value;

    /// <summary>What a root file system has beside <c>/usr</c> for programs: links into it, or folders of their own.</summary>
    public static IEnumerable<(string Name, bool IsLink)> RootFolders(string root) =>
        RootLinks.Select(name => (Name: name, Folder: new DirectoryInfo(Path.Combine(root, name)))).Where(one => one.Folder.Exists).Select(one => (one.Name, one.Folder.LinkTarget is not null));

    /// <summary>An empty file in the folder that is seen as <c>/etc</c>.</summary>
    public static string Empty(string etc) => Path.Combine(etc, "hidden");

    /// <summary>What a sandbox hides of the host, as far as it is there.</summary>
    public static IEnumerable<string> HiddenOf(SandboxSpec spec) => (spec.Hidden ?? []).Where(path => File.Exists(Path.Combine(spec.RootFileSystem ?? "/", path.TrimStart('/'))));

    public void Dispose()
    {
        foreach (var made in _made.Values.Where(made => made is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })) WorkspaceFolders.Delete(made.Value.Result);
        _made.Clear();
    }

    private async Task<string> CopyAsync(string root, bool network)
    {
        var folder = WorkspaceFolders.CreateTemporary(workspace);
        var source = Path.Combine(root, "etc");
        string[] present = [.. Entries.Concat(network ? NetworkEntries : []).Where(entry => Path.Exists(Path.Combine(source, entry)) && !ParentIsLink(source, entry))];
        if (present.Length > 0)
        {
            // Links inside stay links (alternatives), those that are named are followed (resolv.conf).
            var copied = await HostProcess.RunAsync(
                new("cp", ["-aH", "--parents", "--", .. present, folder], WorkingDirectory: source, Environment: new Dictionary<string, string?> { ["LC_ALL"] = "C" }));
            var failure = copied.Succeeded ? null : copied.Error.Split('\n').FirstOrDefault(line => line.Length > 0 && !line.EndsWith("Permission denied", StringComparison.Ordinal));
            if (failure is not null) throw new SandboxException($"the system's configuration could not be copied for sandboxes: {failure}");
        }

        Write(folder, "passwd", $"root:x:0:0::/root:/bin/sh\nrunner:x:1000:1000::{SandboxPaths.Home}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n");
        Write(folder, "group", "root:x:0:\nrunner:x:1000:\nnogroup:x:65534:\n");
        Write(folder, "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        Write(folder, "hostname", "runproof\n");
        Write(folder, Empty(""), "");

        // A container engine mounts its own over these files, which must be there.
        if (!network) Write(folder, "hosts", "127.0.0.1 localhost runproof\n::1 localhost\n");
        if (!Path.Exists(Path.Combine(folder, "resolv.conf"))) Write(folder, "resolv.conf", "");
        if (!Path.Exists(Path.Combine(folder, "hosts"))) Write(folder, "hosts", "127.0.0.1 localhost\n");
        return folder;
    }

    /// <summary>A root file system comes from elsewhere: its links must not lead the copy to the host's files.</summary>
    private static bool ParentIsLink(string source, string entry) => new DirectoryInfo(Path.GetDirectoryName(Path.Combine(source, entry))!).LinkTarget is not null;

    private static void Write(string folder, string name, string content) => File.WriteAllText(Path.Combine(folder, name), content);
}
