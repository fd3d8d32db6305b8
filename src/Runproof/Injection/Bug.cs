using System.Security.Cryptography;
using System.Text;
using Runproof.Tasks;

namespace Runproof.Injection;

/// <summary>A bug to judge: what it changes, in one place or in several that are apart from one another.</summary>
/// <param name="Sites">The first one names the bug in the ledger.</param>
/// <param name="Parts">Of a combination the kept tasks that it is made of, in the order of <paramref name="Sites"/>; otherwise none.</param>
internal sealed record Bug(IReadOnlyList<BugSite> Sites, IReadOnlyList<CodingTask> Parts)
{
    public static Bug At(params IReadOnlyList<BugSite> sites) => new(sites, []);

    public BugSite Main => Sites[0];

    public bool IsCombined => Parts.Count > 0;

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<string> Files => [.. Sites.Select(site => site.File).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Names the bug by what it changes.</summary>
    public string Id(string treeHash) => Sites.Count == 1
        ? Main.Id(treeHash)
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', Sites.Select(site => site.Id(treeHash)).Order(StringComparer.Ordinal)))))[..12];

    /// <summary>A file with the bug in it.</summary>
    /// <exception cref="InvalidDataException">A site does not lie within the file, or two of them overlap.</exception>
    public byte[] Apply(string file, byte[] original)
    {
        var changed = original;
        var end = original.Length;
        foreach (var site in Sites.Where(site => site.File == file).OrderByDescending(site => site.Start))
        {
            if (site.End > end) throw new InvalidDataException($"two changes of {file} overlap at line {site.FirstLine}");
            changed = site.Apply(changed);
            end = site.Start;
        }

        return changed;
    }
}
