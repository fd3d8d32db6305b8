namespace Runproof.Sandboxes;

/// <summary>Folders below a workspace that belong to a running process, and those that a killed one left behind.</summary>
internal static class WorkspaceFolders
{
    private static int _count;

    /// <summary>A new empty folder <c>tmp/PID-N</c>, plain in its name whatever the workspace is called.</summary>
    public static string CreateTemporary(string workspace)
    {
        var folder = Path.Combine(workspace, "tmp", $"{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        Delete(folder);
        Directory.CreateDirectory(folder);
        DiskSpace.Require(workspace);
        return folder;
    }

    /// <summary>Removes what processes that are gone have left.</summary>
    public static void RemoveStale(string workspace)
    {
        var temporary = Path.Combine(workspace, "tmp");
        if (!Directory.Exists(temporary)) return;
        foreach (var folder in Directory.EnumerateFileSystemEntries(temporary))
        {
            if (!ProcessTree.IsAlive(Path.GetFileName(folder).Split('-')[0])) DeleteStale(folder);
        }
    }

    /// <summary>A program that the dead process had started (<c>cp</c>, <c>git</c>) may write for a moment still. What cannot be removed waits for the next start.</summary>
    private static void DeleteStale(string folder)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            try
            {
                Delete(folder);
                return;
            }
            catch (IOException)
            {
                Thread.Sleep(100);
            }
        }
    }

    /// <summary>Removes a folder that code under test may have filled: links are not followed, read-only folders are opened first.</summary>
    public static void Delete(string folder)
    {
        if (!Directory.Exists(folder)) return;
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
            foreach (var inner in Directory.EnumerateDirectories(folder, "*", options)) File.SetUnixFileMode(inner, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.Delete(folder, recursive: true);
        }
    }
}
