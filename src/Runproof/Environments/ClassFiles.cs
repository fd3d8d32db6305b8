using System.Text.RegularExpressions;
using Runproof.Repositories;

namespace Runproof.Environments;

/// <summary>
/// Finds the file of a test whose id is <c>namespace.class.method(arguments)</c>, where the report does not name it: by the declarations of class and method. Of a class in several files (partial) the one
/// with the method counts; an inherited test belongs to the file of the class that the id names.
/// </summary>
internal sealed partial class ClassFiles
{
    private readonly Dictionary<string, List<(string File, string Text)>> _classes = [];

    public ClassFiles(RepositoryTree tree, Suite suite)
    {
        foreach (var file in tree.Files.Where(file => suite.Holds(file) && suite.Profile.Extensions.Contains(Path.GetExtension(file)) && suite.Sees(kinds => kinds.TestModule, file)))
        {
            var text = tree.ReadText(file);
            foreach (var name in ClassDeclaration().Matches(text).Select(match => match.Groups[1].Value).Distinct())
            {
                if (!_classes.TryGetValue(name, out var files)) _classes.Add(name, files = []);
                files.Add((file, text));
            }
        }
    }

    public string? Of(string id)
    {
        if (TestId().Match(id) is not { Success: true } match) return null;
        var (type, method) = (match.Groups["class"].Value, match.Groups["method"].Value);
        var place = match.Groups["place"].Value;
        var files = _classes.GetValueOrDefault(type) ?? [];
        return files.OrderByDescending(one => IsIn(one.Text, place)).ThenByDescending(one => Regex.IsMatch(one.Text, $@"\b{Regex.Escape(method)}\s*(?:<[^<>()]*>)?\s*\(")).Select(one => one.File).FirstOrDefault();
    }

    private static bool IsIn(string text, string place) => Regex.IsMatch(text, $@"\b(?:namespace|package)\s+{Regex.Escape(place.Split('+', '$')[0].TrimEnd('.'))}\b");

    [GeneratedRegex(@"\b(?:class|record|struct)\s+(\w+)")]
    private static partial Regex ClassDeclaration();

    /// <summary>An outer class stands before a plus sign; a generic one has its arguments behind it.</summary>
    [GeneratedRegex(@"^(?<place>[^( ]*?)(?<class>\w+)(?:`\d+)?(?:<[^.]*>|\[[^.]*\]|\([^.]*\))?\.(?<method>\w+)(?:<[^(]*>)?(?: ?\(|\z| )")]
    private static partial Regex TestId();
}
