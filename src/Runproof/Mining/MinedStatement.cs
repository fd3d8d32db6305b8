using System.Text;
using System.Text.RegularExpressions;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Repositories;
using Runproof.Statements;

namespace Runproof.Mining;

/// <param name="Text">Null where nothing can be told that says what is wanted and gives nothing away.</param>
/// <param name="Origin">Who wrote it.</param>
/// <param name="TellsAll">Of what fails, all that is expected is told.</param>
/// <param name="Brief">For a writer that words it better.</param>
/// <param name="Names">New names that the tests use.</param>
internal sealed record WrittenStatement(string? Text, string Origin, bool TellsAll, StatementBrief Brief, IReadOnlyList<string> Names, string Refused);

/// <summary>
/// The statement of a task from history: what its author wrote, with examples of what is seen; where that says nothing or gives the solution away, the template's. Names that the tests need and the code does not have
/// yet are told, since nobody could guess them.
/// </summary>
internal sealed partial class MinedStatement(EnvironmentContext context, int seed)
{
    private const int MostExamples = 2;

    /// <summary>New names above which tests and solution are bound too closely.</summary>
    public const int MostNames = 20;

    /// <param name="texts">What was written about the change, the best first.</param>
    /// <param name="before">The layer of the state without the solution.</param>
    public async Task<WrittenStatement> WriteAsync(ToldChange found, IReadOnlyList<HistoryText> texts, string before, CancellationToken cancel)
    {
        var language = LanguageProfiles.Of(context.Environment.Profiles, context.Environment.SourceAmong(found.Parts.Solution)).Name;
        var hidden = found.Tests.Where(context.Tree.Exists).ToList();
        var behaviour = await BehaviourStatement.WriteAsync(context, found.Change.Head, [found.Bug, found.Patches.Gold], found.Run, [before], found.FailToPass, [], hidden, seed, language, [], isRegression: false, cancel);
        var secrets = behaviour.Brief.Secrets with { Hashes = [.. found.Change.Commits.Select(commit => commit.Hash)] };
        var names = NewNames(found);
        var refused = "";
        foreach (var text in texts.Where(text => text.SaysSomething))
        {
            var (told, examples) = Told(text, behaviour.Brief.Examples, names, language);
            var leaks = LeakCheck.Find(told, secrets);
            if (leaks.Count > 0 && examples) (told, examples, leaks) = (Told(text, [], names, language).Text, false, LeakCheck.Find(Told(text, [], names, language).Text, secrets));
            if (leaks.Count == 0) return new(told, text.Source, examples && behaviour.TellsAll, behaviour.Brief, names, refused);
            refused = string.Join(", ", leaks.Select(leak => $"{leak.Rule}: {leak.Text}").Distinct().Take(3));
        }

        var template = behaviour.Text is null ? null : behaviour.Brief.Examples.Count == 0 && names.Count > 0 ? Missing(names) : behaviour.Text + NamesTold(names, behaviour.Text);
        if (template is null || LeakCheck.Find(template, secrets).Count > 0 || (behaviour.Brief.Examples.Count == 0 && names.Count == 0)) template = null;
        return new(template, StatementOrigin.Template, behaviour.TellsAll, behaviour.Brief, names, refused);
    }

    private static (string Text, bool WithExamples) Told(HistoryText text, IReadOnlyList<Behaviour> examples, IReadOnlyList<string> names, string language)
    {
        var told = new StringBuilder($"# {text.Title}\n");
        if (text.Body.Length > 0) told.Append('\n').Append(text.Body).Append('\n');
        var shown = examples.Take(MostExamples).ToList();
        if (shown.Count > 0) told.Append("\n## What happens today\n\n").AppendJoin('\n', shown.Select(one => StatementTemplate.Example(one, language)));
        return (told + NamesTold(names, told.ToString()), shown.Count > 0);
    }

    /// <summary>All that can be said where nothing but names is known.</summary>
    private string Missing(IReadOnlyList<string> names)
    {
        var list = string.Join(", ", names.Take(MostNames).Select(name => $"`{name}`"));
        return $"# {list} {(names.Count == 1 ? "is" : "are")} missing\n\n`{context.Environment.Name.Split('/')[^1]}` has no {list} yet. Please add {(names.Count == 1 ? "it" : "them")}, to do what the {(names.Count == 1 ? "name says" : "names say")}. What works today must go on working.\n";
    }

    private static string NamesTold(IReadOnlyList<string> names, string text)
    {
        var untold = names.Where(name => !IsTold(name, text)).Take(MostNames).ToList();
        return untold.Count == 0 ? "" : $"\nNames that do not exist yet and are to be used: {string.Join(", ", untold.Select(name => $"`{name}`"))}.\n";
    }

    /// <summary>A word of the language among others does not tell that a function is called so.</summary>
    private static bool IsTold(string name, string text)
    {
        var escaped = Regex.Escape(name);
        return Regex.IsMatch(text, name.All(char.IsAsciiLetterLower) ? $@"[`.@]{escaped}\b|\b{escaped}\(" : $@"(?<![\w$]){escaped}(?![\w$])");
    }

    /// <summary>Names that the new tests use, that the solution brings, and that stand nowhere in the base.</summary>
    private List<string> NewNames(ToldChange found)
    {
        var names = Names(found.Patches.Gold, Defined());
        names.IntersectWith(Names(found.Patches.Test, Used()));
        if (names.Count == 0) return [];

        // What stands in the files of the base: the environment's, less what solution and tests add to them.
        var extensions = context.Environment.Profiles.SelectMany(profile => profile.Extensions).ToHashSet();
        var added = PatchText.Added(found.Patches.Applied).Where(line => line.Text.Length > 0).ToLookup(line => line.File, line => line.Line);
        foreach (var path in context.Tree.Files.Where(path => extensions.Contains(Path.GetExtension(path))))
        {
            if (names.Count == 0) break;
            var without = added[path].ToHashSet();
            var number = 0;
            foreach (var line in context.Tree.ReadText(path).Split('\n'))
            {
                if (without.Contains(++number)) continue;
                foreach (Match match in Identifier().Matches(line)) names.Remove(match.Value);
            }
        }

        foreach (var line in RemovedLines(found.Patches.Applied)) names.ExceptWith(Identifier().Matches(line).Select(match => match.Value));
        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>Names that the lines which a patch adds define, as far as their form tells.</summary>
    public static HashSet<string> DefinedBy(string patch) => Names(patch, Defined());

    private static HashSet<string> Names(string patch, Regex kind) => [.. PatchText.Added(patch).SelectMany(line => kind.Matches(Prose().Replace(line.Text, "\"\""))).Select(match => match.Groups["name"].Value)];

    private static IEnumerable<string> RemovedLines(string patch) => patch.Split('\n').Where(line => line.StartsWith('-') && !line.StartsWith("--- ", StringComparison.Ordinal));

    [GeneratedRegex(@"(?<![\w$])[\p{L}_$][\p{L}\p{N}_$]{2,}")]
    private static partial Regex Identifier();

    /// <summary>Texts in quotes, and comments.</summary>
    [GeneratedRegex(@"""(?:\\.|[^""\\])*""|'(?:\\.|[^'\\])*'|`[^`]*`|(?:^|\s)(?:#|//|--).*$")]
    private static partial Regex Prose();

    /// <summary>A name that is called, set, imported or reached into: not a word of a text.</summary>
    [GeneratedRegex(@"(?:\.|->|::|\bnew\s+)(?<name>[\p{L}_$][\p{L}\p{N}_$]{2,})|(?<![\w$])(?<name>[\p{L}_$][\p{L}\p{N}_$]{2,})(?=\s*(?:[(=<{!?]|::|:\s))|\bimport\b.*?(?<![\w$])(?<name>[\p{L}_$][\p{L}\p{N}_$]{2,})")]
    private static partial Regex Used();

    /// <summary>A name that is defined: behind a word of the language, as a method, a field, a parameter or a key.</summary>
    [GeneratedRegex(@"\b(?:def|defp|defmodule|class|func|function|fn|struct|enum|trait|interface|type|const|let|var|static|module|record|namespace)\s+(?:\([^)]*\)\s*)?(?:self\.)?(?<name>[\p{L}_$][\p{L}\p{N}_$]{2,})|^\s*(?:[\w<>\[\],?&*:()]+\s+)*(?<name>[\p{L}_$][\p{L}\p{N}_$]{2,})\s*(?:<[^>]*>)?\([^;]*$|(?:^|[\s,({])(?<name>[\p{L}_$][\p{L}\p{N}_$]{2,})\s*\??[:=](?!=)|^\s*(?<name>[\p{Lu}][\p{L}\p{N}_$]{2,})\s+[\w.*\[\]]+\s*$")]
    private static partial Regex Defined();
}
