using Runproof.Coverage;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Injection;

/// <summary>Finds the functions of the product code, which coverage and sampling count by.</summary>
internal static class FunctionFinder
{
    public static async Task<IReadOnlyList<FunctionSpan>> FindAsync(RepositoryTree tree, IReadOnlyList<Suite> suites, ReachMap reach, string scratch, CancellationToken cancel)
    {
        var product = new ProductFiles(tree, suites);
        var profiles = suites.Select(suite => suite.Profile).Distinct().ToList();
        var matches = await AstGrep.ScanAsync(string.Join("\n---\n", profiles.Select(Rule).Concat(TestParts.Rules(profiles))), profiles, Path.Combine(tree.Layer, "testbed"), scratch, cancel);
        var parts = new TestParts(matches);
        return
        [
            .. matches.Where(match => match.Captures.ContainsKey("NAME") && product.Contains(match.File) && !parts.Hold(match))
                .Select(match => new FunctionSpan(match.File, match.Captures["NAME"].Text, match.FirstLine, match.Captures["BODY"].Line, match.LastLine,
                    reach.IsReachedByTests(match.File, match.Captures["BODY"].Line, match.LastLine))),
        ];
    }

    private static string Rule(LanguageProfile profile)
    {
        var kinds = string.Join(", ", profile.Functions.Select(kind => $"{{kind: {kind}}}"));
        var usual = $"{{all: [{{any: [{kinds}]}}, {{has: {{field: name, pattern: $NAME}}}}, {{has: {{field: body, pattern: $BODY}}}}]}}";
        return $$"""
            id: function-{{profile.Name}}
            language: {{profile.Name}}
            rule:
              any: [{{string.Join(", ", new[] { kinds.Length > 0 ? usual : null, profile.FunctionRule }.OfType<string>())}}]
            """;
    }
}
