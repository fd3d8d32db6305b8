namespace Runproof.Tasks;

/// <summary>How far apart two files of a repository lie, in steps through folders.</summary>
internal static class FolderDistance
{
    /// <summary>Steps up from one file's folder to what both share, and down to the other's; 0 for the same folder.</summary>
    public static int Between(string one, string other)
    {
        var (from, to) = (one.Split('/')[..^1], other.Split('/')[..^1]);
        var shared = from.Zip(to).TakeWhile(pair => pair.First == pair.Second).Count();
        return from.Length + to.Length - (2 * shared);
    }

    /// <summary>Null where there are no others.</summary>
    public static int? ToNearest(string file, IEnumerable<string> others) => others.Select(other => (int?)Between(file, other)).Min();
}
