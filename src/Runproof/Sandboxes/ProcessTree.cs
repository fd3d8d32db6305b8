using System.Globalization;

namespace Runproof.Sandboxes;

/// <summary>Processes as <c>/proc</c> tells them.</summary>
internal static class ProcessTree
{
    /// <summary>Whether a process, by its number, still runs: one that was killed and that its parent has not asked after (a zombie) does not.</summary>
    public static bool IsAlive(string process) => int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Stat(number) is { } stat && stat[0] is not ("Z" or "X");

    /// <summary>The direct children of a process, read from <c>/proc</c>.</summary>
    public static List<int> ChildrenOf(int parent)
    {
        List<int> children = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var process)) continue;
            if (Stat(process) is { } stat && int.Parse(stat[1], CultureInfo.InvariantCulture) == parent) children.Add(process);
        }

        return children;
    }

    /// <summary>State, parent and so on; null if it ended meanwhile.</summary>
    private static string[]? Stat(int process)
    {
        try
        {
            // "pid (name) state ppid ...": the name may hold anything, so count from its last bracket.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
