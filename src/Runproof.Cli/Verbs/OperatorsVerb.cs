using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Sandboxes;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>operators list | test | stats</c>.</summary>
internal static class OperatorsVerb
{
    public static Command Create()
    {
        var language = new Option<string?>("--language") { Description = "Only those of one language", HelpName = "LANGUAGE" };
        language.CompletionSources.Add(_ => LanguageProfiles.All.Select(profile => new System.CommandLine.Completions.CompletionItem(profile.Name)));
        var list = new Verb("list", "Lists the bug operators.", "runproof operators list --language go") { language };
        list.SetAction(parsed =>
        {
            var call = CallOptions.Of(parsed);
            var operators = Profiles(parsed.GetValue(language)).SelectMany(profile => Operators.For(profile.Name)).ToList();
            Results.Write(
                call,
                new { operators = operators.Select(one => new { one.Id, one.Language, one.Family, one.Message, one.Imitates }) },
                console => console.Write(Results.Table(["operator", "family", "imitates"], operators.Select(one => new[] { one.Id, one.Family, one.Imitates }))));
            return CommandLine.Done;
        });

        var test = new Verb("test", "Runs the fixture of every operator.", "runproof operators test") { language };
        test.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            var folder = Directory.CreateTempSubdirectory("runproof-operators-");
            try
            {
                List<OperatorTestResult> results = [];
                foreach (var profile in Profiles(parsed.GetValue(language))) results.AddRange(await OperatorTests.RunAsync(profile, folder.FullName, cancel));
                var failed = results.Where(result => result.Problem is not null).ToList();
                Results.Write(call, new { operators = results.Count, failed }, console =>
                {
                    if (failed.Count > 0) console.Write(Results.Table(["operator", "problem"], failed.Select(result => new[] { result.Id, result.Problem! })));
                    console.MarkupLineInterpolated($"{results.Count - failed.Count} of {results.Count} fixtures hold");
                });
                return failed.Count == 0 ? CommandLine.Done : CommandLine.AnswerIsNo;
            }
            finally
            {
                WorkspaceFolders.Delete(folder.FullName);
            }
        });
        return new Verb("operators", "Bug operators.") { list, test, Stats(language) };
    }

    private static Verb Stats(Option<string?> language)
    {
        var stats = new Verb("stats", "How often each operator fired, compiled, was caught and kept, over all repositories of the workspace.", "runproof operators stats --language python") { language };
        stats.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Catalogue.Workspace.OpenToRead(call.Workspace, call.Sandbox);
            var operators = await OperatorStats.OfAsync(workspace, Profiles(parsed.GetValue(language)), cancel);
            var languages = OperatorStats.ByLanguage(operators);
            Results.Write(call, new { operators, languages }, console =>
            {
                var used = operators.Where(one => one.Sites + one.Judged > 0).ToList();
                if (used.Count > 0)
                {
                    console.Write(Results.Table(
                        ["operator", "repositories", "places", "judged", "compile", "caught", "kept"],
                        used.Select(one => new[] { one.Operator, $"{one.Repositories}", $"{one.Sites}", $"{one.Judged}", Percent(one.CompileRate), Percent(one.CaughtRate), Percent(one.KeptRate) }), 1, 2, 3, 4, 5, 6));
                }

                console.Write(Results.Table(
                    ["language", "operators", $"fired in {OperatorStats.ProvenRepositories} repositories", "judged", "compile", "caught", "kept"],
                    languages.Select(one => new[] { one.Language, $"{one.Operators}", $"{one.Proven}", $"{one.Judged}", Percent(one.CompileRate), Percent(one.CaughtRate), Percent(one.KeptRate) }), 1, 2, 3, 4, 5, 6));
            });
            return CommandLine.Done;
        });
        return stats;
    }

    private static string Percent(double? rate) => rate is null ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100 * rate:0} %");

    private static IReadOnlyList<LanguageProfile> Profiles(string? language) => language is null ? LanguageProfiles.All : [LanguageProfiles.Named(language)];
}
