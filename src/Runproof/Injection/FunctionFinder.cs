using Runproof.Coverage;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Injection;

/// <summary>Finds the functions of the product code, which coverage and sampling count by.</summary>
internal static class FunctionFinder
{
    public static async Task<IReadOnlyList<FunctionSpan>> FindAsync(RepositoryTree tree, LanguageProfile profile, ReachMap reach, string scratch, CancellationToken cancel)
    {
        var kinds = string.Join(", ", profile.Functions.Select(kind => $"{{kind: {kind}}}"));
        var rule = $$"""
            id: function
            language: {{profile.AstGrep}}
            rule:
              any: [{{kinds}}]
              all:
                - has: {field: name, pattern: $NAME}
                - has: {field: body, pattern: $BODY}
            """;
        var product = new ProductFiles(tree, profile);
        return
        [
            .. (await AstGrep.ScanAsync(rule, Path.Combine(tree.Layer, "testbed"), scratch, cancel))
                .Where(match => product.Contains(match.File))
                .Select(match => new FunctionSpan(match.File, match.Captures["NAME"].Text, match.FirstLine, match.Captures["BODY"].Line, match.LastLine,
                    reach.IsReachedByTests(match.File, match.Captures["BODY"].Line, match.LastLine))),
        ];
    }
}
