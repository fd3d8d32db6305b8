using System.Text.RegularExpressions;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Environments;

/// <summary>Finds the file of a test where the report does not name it: in Go by the function's declaration in the folder of its package, elsewhere by class and method (<see cref="ClassFiles"/>).</summary>
internal sealed partial class TestFiles
{
    private readonly Dictionary<(string Folder, string Name), string> _declared = [];
    private readonly Suite _suite;
    private readonly string? _module;
    private readonly ClassFiles? _classes;

    public TestFiles(RepositoryTree tree, Suite suite)
    {
        (_suite, _module) = (suite, Module(tree, suite));
        if (suite.TestFramework.Selection == "ids") _classes = new(tree, suite);
        if (_module is null) return;
        foreach (var file in tree.Files.Where(suite.Profile.Files.TestModule.Match))
        {
            foreach (Match declaration in TestDeclaration().Matches(tree.ReadText(file))) _declared.TryAdd((Path.GetDirectoryName(file)!, declaration.Groups[1].Value), file);
        }
    }

    /// <summary>The import path of the Go module that a suite tests, or of the code where there are no modules.</summary>
    public static string? Module(RepositoryTree tree, Suite suite) =>
        suite.Variables.TryGetValue(GoPath.Variable, out var path) ? path : tree.Exists(suite.PathOf("go.mod")) && ModuleClause().Match(tree.ReadText(suite.PathOf("go.mod"))) is { Success: true } clause ? clause.Groups[1].Value : null;

    public string? Of(string testId)
    {
        if (_classes is not null) return _classes.Of(testId);
        if (_module is null || TestCommand.GoTest().Match(testId) is not { Success: true } match) return null;
        var package = match.Groups["package"].Value;
        var folder = package == _module ? _suite.Folder : package.StartsWith(_module + "/", StringComparison.Ordinal) ? _suite.PathOf(package[(_module.Length + 1)..]) : null;
        return folder is not null && _declared.TryGetValue((folder, match.Groups["test"].Value), out var file) ? file : null;
    }

    [GeneratedRegex(@"(?m)^module\s+""?([^\s""]+)")]
    private static partial Regex ModuleClause();

    [GeneratedRegex(@"(?m)^func ((?:Test|Example|Fuzz)\w*)\s*\(")]
    private static partial Regex TestDeclaration();
}
