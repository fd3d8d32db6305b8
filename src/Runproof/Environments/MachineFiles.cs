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
    private const double Alike = 0.5;

    /// <summary>Share of the longer one's, at least: versions grow, and what holds a hundred times as much is something else.</summary>
    private const double AlikeOfLonger = 0.2;

    private const int FewestLines = 15;

    /// <summary>Share from which a file of fewer lines is one too.</summary>
    private const double AlikeOfShort = 0.8;
    private const long Largest = 4L << 20;
    private static readonly string[] Comments = ["# ", "#!", "//", "/*", "* ", "*/", "-- ", "\"\"\""];

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
        return [.. All.Where(path => own.Contains(Path.GetFileName(path)) && IsVersion(path)).SelectMany(path => BytecodeOf(path).Prepend(path)).Order(StringComparer.Ordinal)];

        bool IsVersion(string path)
        {
            if (Lines(path) is not { Count: >= FewestLines } copy) return false;
            foreach (var file in own[Path.GetFileName(path)])
            {
                if (!read.TryGetValue(file, out var code)) read[file] = code = LinesOf(tree.ReadBytes(file));
                if (code.Count >= FewestLines && AreVersions(code, copy)) return true;
            }

            return false;
        }
    }

    /// <summary>What Python has compiled of a file: it holds as much.</summary>
    private static IEnumerable<string> BytecodeOf(string path)
    {
        var folder = Path.Combine(Path.GetDirectoryName(path)!, "__pycache__");
        return path.EndsWith(".py", StringComparison.Ordinal) && Directory.Exists(folder) ? Directory.EnumerateFiles(folder, Path.GetFileNameWithoutExtension(path) + ".*.pyc") : [];
    }

    /// <summary>Whether two files, by their lines, are versions of one.</summary>
    public static bool AreVersions(IReadOnlySet<string> one, IReadOnlySet<string> other)
    {
        var (shared, shorter, longer) = (one.Count(other.Contains), Math.Min(one.Count, other.Count), Math.Max(one.Count, other.Count));
        return shared > 0 && shared >= Math.Max(Alike * shorter, AlikeOfLonger * longer) && (shorter >= FewestLines || shared >= AlikeOfShort * longer);
    }

    /// <summary>The lines of a file, without the space around them, comments left out; null where it is no file that could be a version of a source.</summary>
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

    /// <summary>Two files with one licence are not alike by that: comments are left out.</summary>
    public static HashSet<string> LinesOf(byte[] content) =>
        [.. Encoding.UTF8.GetString(content).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !Comments.Any(start => line.StartsWith(start, StringComparison.Ordinal)))];
}
