using System.Formats.Tar;
using System.Security.Cryptography;

namespace Runproof.Sandboxes.Containers;

/// <summary>
/// The image of all sandboxes: folders to mount things on and nothing else, a few kilobytes that are made here. The toolchain is the host's, as it is with bubblewrap, so the environments are
/// the same and no image has to come from anywhere. It stays with the engine for the next run.
/// </summary>
internal static class EmptyRoot
{
    private const UnixFileMode Plain = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Shared = (UnixFileMode)0b001_111_111_111;
    private static readonly string[] Folders = ["dev", "etc", "home", "opt", "proc", "run", "runproof", "runproof/support", "sys", "usr", "var"];

    /// <param name="root">Host path of the root file system whose programs are mounted.</param>
    /// <returns>Name of the image.</returns>
    public static async Task<string> ImportAsync(EngineClient engine, string root, ContainerUser user, CancellationToken cancel)
    {
        var tar = Tar(root, user);
        var name = "localhost/runproof-root-" + Convert.ToHexStringLower(SHA256.HashData(tar))[..16];
        if ((await engine.GetAsync($"images/{name}/json", cancel)).Succeeded) return name;
        (await engine.PostTarAsync($"images/create?fromSrc=-&repo={Uri.EscapeDataString(name)}", new MemoryStream(tar), cancel)).OrThrow("import the empty image of sandboxes");
        (await engine.GetAsync($"images/{name}/json", cancel)).OrThrow("import the empty image of sandboxes");
        return name;
    }

    private static byte[] Tar(string root, ContainerUser user)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            void Write(TarEntryType type, string name, string link, UnixFileMode mode, ContainerUser? owner)
            {
                var entry = new UstarTarEntry(type, name) { Mode = mode, Uid = (int)(owner?.User ?? 0), Gid = (int)(owner?.Group ?? 0), ModificationTime = DateTimeOffset.UnixEpoch };
                if (link.Length > 0) entry.LinkName = link;
                tar.WriteEntry(entry);
            }

            foreach (var folder in Folders) Write(TarEntryType.Directory, folder + "/", "", Plain, null);
            foreach (var (name, isLink) in SystemFiles.RootFolders(root)) Write(isLink ? TarEntryType.SymbolicLink : TarEntryType.Directory, name, isLink ? "usr/" + name : "", isLink ? Shared : Plain, null);

            // podman gives what is mounted to the owner that the folder has in the image.
            foreach (var (folder, target) in SandboxPaths.Writable.Where(place => !place.Target.StartsWith("/dev/", StringComparison.Ordinal)))
                Write(TarEntryType.Directory, target[1..] + "/", "", WritableFolders.IsShared(folder) ? Shared : Plain, user);
        }

        return stream.ToArray();
    }
}

/// <summary>As whom commands run inside a container, which is also who owns what they may write.</summary>
internal sealed record ContainerUser(uint User, uint Group)
{
    public const uint Usual = 1000;

    /// <summary>
    /// For root an ordinary user of no power; an ordinary user is itself, since nobody else could write to its files.
    /// </summary>
    public static ContainerUser OfProcess => Libc.IsRoot ? new(Usual, Usual) : new(Libc.EffectiveUser(), Libc.EffectiveGroup());

    public override string ToString() => $"{User}:{Group}";
}
