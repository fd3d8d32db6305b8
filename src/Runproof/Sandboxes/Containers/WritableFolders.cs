using System.Buffers;

namespace Runproof.Sandboxes.Containers;

/// <summary>
/// The folders of one sandbox on the host: what its commands write, and short plain names for all that is mounted, since neither mount options nor every engine's own syntax can hold
/// the characters of a user's path, and options have little room.
/// </summary>
internal sealed class WritableFolders
{
    private const UnixFileMode Owners = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Everybodys = (UnixFileMode)0b001_111_111_111;
    private static readonly SearchValues<char> NotPlain = SearchValues.Create(":,\\\"' \n");
    private readonly ContainerUser _user;
    private readonly string _names;
    private int _count;
    private int _generation;

    public WritableFolders(string folder, ContainerUser user)
    {
        (Folder, _user) = (folder, user);
        _names = Directory.CreateTempSubdirectory($"{NamesPrefix}{Environment.ProcessId}-").FullName;
        if (_names.AsSpan().ContainsAny(NotPlain)) throw new SandboxException($"'{Path.GetTempPath()}' cannot be mounted from: set TMPDIR to a folder with a plain name");
        Link("b", folder);
        Renew();
    }

    public const string NamesPrefix = "rp";

    public string Folder { get; }

    /// <summary>Counts how often everything was thrown away: mounts of before show what was before.</summary>
    public int Generation => _generation;

    public string Written => Path.Combine(Folder, $"u{_generation}");

    /// <summary>Where everybody may write, as in any <c>/tmp</c>.</summary>
    public static bool IsShared(string folder) => folder is "tmp" or "vartmp" or "shm";

    /// <summary>Names of <see cref="Written"/>'s folder of a place, and of the overlay's own beside it.</summary>
    public (string Upper, string Work) NamesOf(string place) => ($"{_names}/b/u{_generation}/{place}", $"{_names}/b/w{_generation}/{place}");

    /// <summary>A plain name for a file or folder.</summary>
    public string NameOf(string path) => Link($"{_count++}", path);

    public async Task ThrowAwayAsync()
    {
        var (upper, work) = (Written, Path.Combine(Folder, $"w{_generation}"));
        _generation++;
        Renew();
        await RemoveAsync(upper, work);
    }

    public async Task DeleteAsync()
    {
        Directory.Delete(_names, recursive: true);
        if (Directory.Exists(Folder)) await RemoveAsync(Folder);
    }

    /// <summary>Removes the names that killed processes left.</summary>
    public static void RemoveStaleNames()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), NamesPrefix + "*-*"))
        {
            var owner = Path.GetFileName(folder)[NamesPrefix.Length..].Split('-')[0];
            if (!int.TryParse(owner, out _) || ProcessTree.IsAlive(owner)) continue;
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another process was faster.
            }
        }
    }

    private string Link(string name, string target)
    {
        var link = Path.Combine(_names, name);
        File.CreateSymbolicLink(link, target);
        return link;
    }

    private void Renew()
    {
        foreach (var (place, _) in SandboxPaths.Writable)
        {
            foreach (var folder in new[] { Path.Combine(Written, place), Path.Combine(Folder, $"w{_generation}", place) })
            {
                Directory.CreateDirectory(folder);
                File.SetUnixFileMode(folder, IsShared(place) ? Everybodys : Owners);
                if (Libc.IsRoot) Libc.ChangeOwner(folder, _user.User, _user.Group);
            }
        }
    }

    /// <summary>The overlay's own folders belong to the engine's user, and are empty; what commands made may be closed to its owner.</summary>
    private static async Task RemoveAsync(params string[] folders)
    {
        const string Script = "for f; do rmdir -- \"$f\"/*/work \"$f\"/*/index \"$f\"/*/*/work \"$f\"/*/*/index; rm -rf -- \"$f\" || { chmod -R u+rwX -- \"$f\"; rm -rf -- \"$f\"; }; [ ! -e \"$f\" ] || exit 1; done";
        var removed = await HostProcess.RunAsync(new("sh", ["-c", Script, "sh", .. folders]));
        if (!removed.Succeeded) throw new SandboxException($"what a sandbox wrote cannot be removed: {removed.LastErrorLine}");
    }
}
