using Runproof.Sandboxes;

namespace Runproof.Tasks.Harbor;

/// <summary>Archives with the same bytes for the same files, whoever makes them and when. Links are kept as links.</summary>
internal static class Archive
{
    /// <param name="files">Paths below the folder; null for all that is in it.</param>
    public static async Task PackAsync(string folder, string archive, CancellationToken cancel, IEnumerable<string>? files = null)
    {
        List<string> arguments =
        [
            "--create", "--file", archive, "--use-compress-program", "gzip -n", "--format=gnu", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@1767225600", "--directory", folder,
        ];
        arguments.AddRange(files is null ? ["."] : ["--no-recursion", "--null", "--verbatim-files-from", "--files-from=-"]);
        var input = files is null ? null : string.Concat(files.Order(StringComparer.Ordinal).Select(file => file + "\0"));
        var packed = await HostProcess.RunAsync(new("tar", arguments, Input: input), cancel);
        if (packed.ExitCode == 127) throw new MachineException("tar is not installed: apt-get install tar");
        if (!packed.Succeeded) throw new IOException($"'{Path.GetFileName(archive)}' cannot be written: {packed.LastErrorLine}");
    }

    /// <summary>The same file under a second name; a copy where the file system has no such thing.</summary>
    public static async Task ShareAsync(string file, string target, CancellationToken cancel)
    {
        if (!(await HostProcess.RunAsync(new("ln", ["--", file, target]), cancel)).Succeeded) File.Copy(file, target);
    }

    /// <summary>Puts a folder's content into another one. What is there is replaced, never written into. No second names of the same files: a link changes their status, and a run that goes on takes that for writing.</summary>
    public static async Task CopyAsync(string from, string to, CancellationToken cancel)
    {
        Directory.CreateDirectory(to);
        var copied = await HostProcess.RunAsync(new("cp", ["-a", "--reflink=auto", "--remove-destination", "--", from + "/.", to]), cancel);
        if (!copied.Succeeded) throw new IOException($"'{from}' cannot be copied: {copied.LastErrorLine}");
    }
}
