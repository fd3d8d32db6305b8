namespace Runproof.Sandboxes;

/// <summary>
/// Files of <c>/proc</c> that set the kernel up for the whole machine. They belong to root, and what runs in a sandbox of root's is root to the kernel wherever it looks at the owner alone: one line
/// written to <c>sys/kernel/core_pattern</c> starts a program outside. bubblewrap covers <c>sys</c> only where it can write to the folder itself, which nobody can. Of an
/// ordinary user's sandbox it hides no more than the settings of its own namespaces.
/// </summary>
internal static class KernelFiles
{
    /// <summary>The entries of <c>/proc</c> that hold a file which its owner may write, to be covered by read-only mounts.</summary>
    public static IReadOnlyList<string> Writable { get; } = [.. Directory.EnumerateFileSystemEntries("/proc").Where(HoldsWritable).Order(StringComparer.Ordinal)];

    private static bool HoldsWritable(string path)
    {
        // Processes, and links to what belongs to one.
        if (char.IsAsciiDigit(Path.GetFileName(path)[0]) || new FileInfo(path).LinkTarget is not null) return false;
        try
        {
            var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
            return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", options).Any(IsWritable) : IsWritable(path);
        }
        catch (IOException)
        {
            return true; // gone, or not to be listed: covered, if it is there
        }
    }

    private static bool IsWritable(string file) => (File.GetUnixFileMode(file) & UnixFileMode.UserWrite) != 0;
}
