using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Runproof.Environments;

namespace Runproof.Injection;

/// <summary>A place where an operator can put a bug. Offsets are bytes; lines are 1-based.</summary>
/// <param name="Function">Id of the enclosing function, or the file where there is none.</param>
/// <param name="FunctionLine">Its first line; 0 without one.</param>
public sealed record BugSite(
    string Operator, string Family, string File, int Start, int End, string Replacement, int FirstLine, int LastLine, string Function, int FunctionLine)
{
    /// <summary>Names the candidate by what it changes: equal changes have equal ids, whichever operator made them.</summary>
    public string Id(string treeHash)
    {
        var what = string.Join('\0', treeHash, File, Start.ToString(CultureInfo.InvariantCulture), End.ToString(CultureInfo.InvariantCulture), Replacement);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..12];
    }

    internal FileEdit Edit => new(File, Start, End, Replacement);

    /// <exception cref="InvalidDataException">The site does not lie within the file.</exception>
    public byte[] Apply(ReadOnlySpan<byte> original)
    {
        if (Start < 0 || End < Start || End > original.Length) throw new InvalidDataException($"the site {File}:{FirstLine} does not lie within the file");
        return [.. original[..Start], .. Encoding.UTF8.GetBytes(Replacement), .. original[End..]];
    }
}
