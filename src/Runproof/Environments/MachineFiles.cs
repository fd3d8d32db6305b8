using System.Text;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>
/// The files of the machine that every sandbox shows: its programs and libraries. Among them may be another version of the very library that a repository holds, brought by a tool that uses it.
/// </summary>
internal static class MachineFiles
{
    /// <summary>Share of the lines of a file that another one has too, from which it is a version of that one.</summary>
    public const double Alike = 0.5;

    /// <summary>Share of the longer one's, at least: versions grow, and what holds a hundred times as much is something else.</summary>
    private const double AlikeOfLonger = 0.2;

    private const int FewestLines = 15;
    private const long Largest = 4L << 20;
    private static readonly string[] Comments = ["#", "//", "/*", "*", "--", ";", "\"\"\""];

    /// <summary>Absolute paths; what is installed while the process runs counts from the next on.</summary>
    public static IReadOnlyList<string> All => Listed.Value;

    private static readonly Lazy<IReadOnlyList<string>> Listed = new(() => [.. SystemFiles.RootFolders("/").Where(folder => !folder.IsLink).Select(folder => "/" + folder.Name).Prepend("/usr").SelectMany(Below)]);

    /// <summary>Files below a folder, links aside.</summary>
    public static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true });

    /// <summary>Those that are another version of one of these files: of the same name, and alike.</summary>
    /// <param name="files">Paths in the repository.</param>
    public static IReadOnlyList<string> VersionsOf(RepositoryTree tree, IEnumerable<string> files)
    {
        var own = files.ToLookup(Path.GetFileName, StringComparer.Ordinal);
        var read = new Dictionary<string, HashSet<string>>();
        return [.. All.Where(path => own.Contains(Path.GetFileName(path)) && IsVersion(path)).Order(StringComparer.Ordinal)];

        bool IsVersion(string path)
        {
            if (Lines(path) is not { } lines || CodeOf(lines) is not { Count: >= FewestLines } copy) return false;
            foreach (var file in own[Path.GetFileName(path)])
            {
                if (!read.TryGetValue(file, out var code)) read[file] = code = CodeOf(LinesOf(tree.ReadBytes(file)));
                if (code.Count >= FewestLines && code.Count(copy.Contains) is var shared && shared >= Math.Max(Alike * Math.Min(code.Count, copy.Count), AlikeOfLonger * Math.Max(code.Count, copy.Count))) return true;
            }

            return false;
        }
    }

    /// <summary>The lines of a file, without the space around them; null where it is no file that could be a version of a source.</summary>
    public static HashSet<string>? Lines(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, LinkTarget: null, Length: > 0 and <= Largest } ? LinesOf(File.ReadAllBytes(path)) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static HashSet<string> LinesOf(byte[] content) => [.. Encoding.UTF8.GetString(content).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    /// <summary>Without comments: two files with one licence are not alike by that.</summary>
    private static HashSet<string> CodeOf(HashSet<string> lines) => [.. lines.Where(line => !Comments.Any(start => line.StartsWith(start, StringComparison.Ordinal)))];
}
