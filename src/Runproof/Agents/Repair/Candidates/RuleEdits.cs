using System.Text;
using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Trials;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Agents.Repair.Candidates;

/// <summary>Edits by ast-grep rules over what was read: the bug operators of the language, many of which undo themselves or one another, and the repairs that undo the others.</summary>
internal static class RuleEdits
{
    private const double OfOperator = 1, OfRepair = 0.97;

    public static async Task<IReadOnlyList<Edit>> FindAsync(IReadOnlyList<Source> sources, Suspicion suspicion, LanguageProfile profile, string workspace, CancellationToken cancel)
    {
        var ingredients = Ingredients.Of(sources);
        List<(string Id, string Rule, double Weight)> rules =
        [
            .. Operators.For(profile).Select(one => (one.Id, one.Rule, OfOperator)),
            .. RepairRules.For(profile).SelectMany(one => one.WithIngredients(ingredients)).Select(one => (one.Id, one.Rule, OfRepair * one.Weight)),
        ];
        if (rules.Count == 0) return [];
        var weights = rules.GroupBy(rule => rule.Id).ToDictionary(group => group.Key, group => group.First().Weight);
        var scratch = WorkspaceFolders.CreateTemporary(workspace);
        try
        {
            var folder = await SourceFolder.WriteAsync(sources, scratch, cancel);
            var matches = await AstGrep.ScanAsync(string.Join("\n---\n", rules.Select(rule => rule.Rule)), [profile], folder, scratch, cancel);
            var byPath = sources.ToDictionary(source => source.Path);
            return [.. matches.Where(match => match.Replacement is not null && byPath.ContainsKey(match.File) && weights.ContainsKey(match.RuleId)).GroupBy(match => match.File).SelectMany(file => Of(byPath[file.Key], file, suspicion, weights))];
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    private static IEnumerable<Edit> Of(Source source, IEnumerable<AstMatch> matches, Suspicion suspicion, Dictionary<string, double> weights)
    {
        var bytes = Encoding.UTF8.GetBytes(source.Text);
        var lineOf = source.LineFinder();
        foreach (var match in matches)
        {
            var (first, last) = (lineOf(match.Start), lineOf(Math.Max(match.Start, match.End - 1)));
            var score = Enumerable.Range(first, last - first + 1).Max(line => suspicion.Of(source, line));
            if (score <= 0 || match.End > bytes.Length) continue;
            var (begin, end) = (match.Start, match.End);
            while (begin > 0 && bytes[begin - 1] != '\n') begin--;
            while (end < bytes.Length && bytes[end] != '\n') end++;
            var text = Encoding.UTF8.GetString(bytes.AsSpan(begin, match.Start - begin)) + match.Replacement + Encoding.UTF8.GetString(bytes.AsSpan(match.End, end - match.End));
            IReadOnlyList<string> lines = Source.IsBlank(text) ? [] : text.Split('\n');
            yield return Narrowed(new(source.Path, first, lineOf(Math.Max(begin, end - 1)), lines, score * weights[match.RuleId]), source);
        }
    }

    /// <summary>Without the lines at both ends that stay as they are.</summary>
    private static Edit Narrowed(Edit edit, Source source)
    {
        var old = source.Lines.Skip(edit.First - 1).Take(edit.Last - edit.First + 1).ToList();
        var head = old.Zip(edit.Lines).TakeWhile(pair => pair.First == pair.Second).Count();
        var most = Math.Min(old.Count, edit.Lines.Count) - head;
        var tail = old.AsEnumerable().Reverse().Zip(edit.Lines.Reverse()).Take(most).TakeWhile(pair => pair.First == pair.Second).Count();
        return edit with { First = edit.First + head, Last = edit.Last - tail, Lines = [.. edit.Lines.Skip(head).Take(edit.Lines.Count - head - tail)] };
    }
}
