using Runproof.Environments;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Injection;

/// <summary>The files of a repository that may get a bug: product code, written by people.</summary>
/// <param name="exclude">The user's own exclusions.</param>
internal sealed class ProductFiles(RepositoryTree tree, IReadOnlyList<Suite> suites, PathPatterns? exclude = null)
{
    private const int MarkerLines = 12;
    private readonly Dictionary<string, bool> _known = [];

    public bool Contains(string file)
    {
        if (_known.TryGetValue(file, out var known)) return known;
        return _known[file] = tree.Exists(file) && exclude?.Match(file) != true && !suites.Any(suite => suite.Sees(kinds => kinds.Test, file)) && Own(file) is { } own
            && own.Profile.Files.IsProduct(file[own.PathOf("").Length..]) && !IsMarkedGenerated(file, own.Profile);
    }

    /// <summary>The suite of the file's language that runs nearest to it.</summary>
    private Suite? Own(string file) => suites.Where(suite => suite.Holds(file) && suite.Profile.IsLanguageOf(file, () => tree.FirstLine(file))).MaxBy(suite => suite.Folder.Length);

    private bool IsMarkedGenerated(string file, LanguageProfile profile) =>
        profile.Files.GeneratedMarker is { } marker && File.ReadLines(tree.FullPath(file)).Take(MarkerLines).Any(line => marker.IsMatch(line));
}
