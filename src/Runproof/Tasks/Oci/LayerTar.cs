using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Runproof.Sandboxes;

namespace Runproof.Tasks.Oci;

/// <param name="Digest">Of the compressed bytes: the name of the blob.</param>
/// <param name="Content">Of the bytes as they are unpacked: the layer's name in an image's configuration.</param>
/// <param name="Bytes">Compressed.</param>
internal sealed record OciBlob(string Digest, string Content, long Bytes);

/// <summary>A layer in the making: the same files give the same bytes, whoever makes it and when.</summary>
/// <param name="file">Is written and grows.</param>
internal sealed class LayerTar(string file)
{
    /// <summary>Of everything made here: that of a file is kept only where a tool compares it.</summary>
    private const long Epoch = 1767225600;

    public const int Root = 0;
    public const int Runner = 1000;

    /// <param name="paths">Below the folder, in any order, folders without what is in them; null for all that is in the folder.</param>
    /// <param name="only">A folder in it, as <c>./NAME</c>: that alone, with all that is in it.</param>
    public async Task AddAsync(string folder, IEnumerable<string>? paths, int owner, CancellationToken cancel, string? only = null)
    {
        List<string> arguments =
        [
            File.Exists(file) ? "--append" : "--create", "--file", file, "--format=gnu", "--sort=name", $"--owner={owner}", $"--group={owner}", "--numeric-owner",
            string.Create(CultureInfo.InvariantCulture, $"--mtime=@{Epoch}"), "--directory", folder,
        ];
        arguments.AddRange(paths is null ? (only is null ? Entries(folder) : [only]) : ["--no-recursion", "--null", "--verbatim-files-from", "--files-from=-"]);
        var input = paths is null ? null : string.Concat(paths.Order(StringComparer.Ordinal).Select(path => path + "\0"));
        var packed = await HostProcess.RunAsync(new("tar", arguments, Input: input), cancel);
        if (packed.ExitCode == 127) throw new MachineException("tar is not installed: apt-get install tar");
        if (!packed.Succeeded) throw new IOException($"a layer of an image cannot be written: {packed.LastErrorLine}");
    }

    /// <summary>Compresses it into a folder of blobs.</summary>
    public static async Task<OciBlob> StoreAsync(string file, string blobs, CancellationToken cancel)
    {
        var partial = Path.Combine(blobs, Path.GetFileName(file) + ".partial");
        string content;
        await using (var source = File.OpenRead(file)) content = Convert.ToHexStringLower(await SHA256.HashDataAsync(source, cancel));
        await using (var source = File.OpenRead(file))
        await using (var target = File.Create(partial))
        await using (var zip = new GZipStream(target, CompressionLevel.Optimal)) await source.CopyToAsync(zip, cancel);
        string digest;
        await using (var written = File.OpenRead(partial)) digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancel));
        File.Move(partial, Path.Combine(blobs, digest), overwrite: true);
        return new(digest, content, new FileInfo(Path.Combine(blobs, digest)).Length);
    }

    private static IEnumerable<string> Entries(string folder) => Directory.EnumerateFileSystemEntries(folder).Select(path => "./" + Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
