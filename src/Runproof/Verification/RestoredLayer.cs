namespace Runproof.Verification;

/// <summary>A layer with the base state's files that judge, from folders that an answer removed or may have removed.</summary>
internal sealed class RestoredLayer(string tree, string layer, KeptFiles kept)
{
    private readonly HashSet<string> _done = [];

    /// <summary>None where nothing was restored.</summary>
    public IReadOnlyList<string> Layers => Directory.Exists(layer) ? [layer] : [];

    /// <param name="folder">Relative to the repository; nothing happens where the base state has no such folder.</param>
    /// <param name="hidden">Whether what is below it is surely gone.</param>
    /// <returns>What was gone.</returns>
    public IReadOnlyList<string> Below(string folder, bool hidden)
    {
        var source = Path.Combine(tree, folder);
        if (!Directory.Exists(source) || Ancestors(folder).Any(_done.Contains)) return [];
        _done.Add(folder);
        List<string> restored = [];
        foreach (var file in FilesBelow(new(source)))
        {
            var path = Path.GetRelativePath(tree, file.FullName);
            if (!kept.Contains(path)) continue;
            var target = Path.Combine(layer, "testbed", path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (file.LinkTarget is { } link) File.CreateSymbolicLink(target, link);
            else file.CopyTo(target);
            restored.Add(path);
        }

        return hidden ? restored : [];
    }

    /// <summary>Links among them, and nothing that they lead to.</summary>
    private static IEnumerable<FileInfo> FilesBelow(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } inner)
            {
                foreach (var file in FilesBelow(inner)) yield return file;
            }
            else
            {
                yield return new(entry.FullName);
            }
        }
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var one = path; !string.IsNullOrEmpty(one); one = Path.GetDirectoryName(one)) yield return one;
    }
}
