using Runproof.Sandboxes;

namespace Runproof.Repositories;

/// <summary>Git diffs between contents.</summary>
internal static class Diffs
{
    /// <summary>The diff of one file, in the form that <c>git apply</c> reads; null stands for a file that does not exist.</summary>
    public static async Task<string> BetweenAsync(string path, byte[]? before, byte[]? after, UnixFileMode mode, string scratch, CancellationToken cancel)
    {
        var folder = Path.Combine(scratch, "diff");
        WorkspaceFolders.Delete(folder);
        try
        {
            var (old, @new) = (Write(folder, "a/" + path, before, mode), Write(folder, "b/" + path, after, mode));
            var result = await new Git(folder).TryAsync(["diff", "--no-index", "--no-color", "--no-ext-diff", "--no-textconv", "--no-prefix", "--binary", "--", old, @new], cancel);
            if (result.ExitCode > 1) throw new InvalidDataException($"git cannot compare two versions of '{path}': {result.LastErrorLine}");
            return result.Output;
        }
        finally
        {
            WorkspaceFolders.Delete(folder);
        }
    }

    private static string Write(string folder, string path, byte[]? content, UnixFileMode mode)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        if (content is null) return "/dev/null";
        File.WriteAllBytes(full, content);
        File.SetUnixFileMode(full, mode);
        return path;
    }
}
