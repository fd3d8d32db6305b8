using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Injection;

/// <summary>The files of a repository that may get a bug: product code, written by people.</summary>
/// <param name="exclude">The user's own exclusions.</param>
internal sealed class ProductFiles(RepositoryTree tree, IReadOnlyList<LanguageProfile> profiles, PathPatterns? exclude = null)
{
    private const int MarkerLines = 12;
    private readonly Dictionary<string, bool> _known = [];

    public bool Contains(string file)
    {
        if (_known.TryGetValue(file, out var known)) return known;
        return _known[file] = tree.Exists(file) && profiles.FirstOrDefault(profile => profile.Extensions.Contains(Path.GetExtension(file))) is { } own
            && profiles.All(profile => profile.Files.IsProduct(file)) && exclude?.Match(file) != true && !IsMarkedGenerated(file, own);
    }

    private bool IsMarkedGenerated(string file, LanguageProfile profile) =>
        profile.Files.GeneratedMarker is { } marker && File.ReadLines(tree.FullPath(file)).Take(MarkerLines).Any(line => marker.IsMatch(line));
}
