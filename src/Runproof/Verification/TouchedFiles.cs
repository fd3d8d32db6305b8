using System.Globalization;
using Runproof.Sandboxes;

namespace Runproof.Verification;

/// <summary>
/// Finds what code under test wrote in the repository while it ran: it could rewrite a test file before the framework loads it, and put it back afterwards. The time of the last change
/// of a file's status is the kernel's own: no program sets it back.
/// </summary>
internal static class TouchedFiles
{
    /// <summary>The moment from which on writing counts, by the clock that the kernel marks files with.</summary>
    /// <param name="scratch">A folder of ours.</param>
    public static string Now(string scratch)
    {
        var marker = Path.Combine(scratch, "now");
        File.WriteAllBytes(marker, []);
        return "@" + ((File.GetLastWriteTimeUtc(marker) - DateTime.UnixEpoch).Ticks / 1e7m).ToString("0.0000000", CultureInfo.InvariantCulture);
    }

    /// <summary>The files that were written since then and that count.</summary>
    public static async Task<IReadOnlySet<string>> SinceAsync(ISandbox sandbox, string since, Func<string, bool> counts, CancellationToken cancel)
    {
        var found = await sandbox.ExecuteAsync(new(["find", ".", "-newerct", since, "-not", "-type", "d", "-printf", "%P\\0"], TimeSpan.FromMinutes(2)), cancel);
        var files = found.Output.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(counts).ToHashSet();

        // A folder that was locked may hide anything.
        if (!found.Succeeded) files.Add(found.Error.Text.Split('\n')[0]);
        return files;
    }
}
