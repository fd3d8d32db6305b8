using System.CommandLine;
using Runproof.Cli.Terminal;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Sandboxes;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>operators list | test</c>.</summary>
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
        return new Verb("operators", "Bug operators.") { list, test };
    }

    private static IReadOnlyList<LanguageProfile> Profiles(string? language) => language is null ? LanguageProfiles.All : [LanguageProfiles.Named(language)];
}
