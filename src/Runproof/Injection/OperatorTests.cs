using System.Text;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Injection;

/// <param name="Problem">Null when the fixture holds.</param>
public sealed record OperatorTestResult(string Id, string Family, string? Problem);

/// <summary>Runs the fixture of every operator: the rule parses, fires where it should, makes what it should, and stays silent where it should.</summary>
internal static class OperatorTests
{
    public static async Task<IReadOnlyList<OperatorTestResult>> RunAsync(LanguageProfile profile, string workspace, CancellationToken cancel)
    {
        List<OperatorTestResult> results = [];
        foreach (var one in Operators.For(profile.Name))
        {
            var scratch = WorkspaceFolders.CreateTemporary(workspace);
            try
            {
                results.Add(new(one.Id, one.Family, await ProblemAsync(one, profile, scratch, cancel)));
            }
            finally
            {
                WorkspaceFolders.Delete(scratch);
            }
        }

        return results;
    }

    internal static async Task<string?> ProblemAsync(BugOperator one, LanguageProfile profile, string scratch, CancellationToken cancel)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, "fixture")).FullName;
        var (before, silent) = ("before" + profile.Extensions[0], "silent" + profile.Extensions[0]);
        await File.WriteAllTextAsync(Path.Combine(folder, before), one.Before, cancel);
        if (one.Silent is not null) await File.WriteAllTextAsync(Path.Combine(folder, silent), one.Silent, cancel);
        IReadOnlyList<AstMatch> matches;
        try
        {
            matches = await AstGrep.ScanAsync(one.Rule, [profile], folder, scratch, cancel);
        }
        catch (InputException error)
        {
            return error.Message;
        }

        if (matches.FirstOrDefault(match => match.File == silent) is { } noise) return $"fires in 'silent' at line {noise.FirstLine}";
        if (matches.FirstOrDefault(match => match.File == before) is not { } first) return "does not fire in 'before'";
        if (first.Replacement is null) return "has no fix";
        var site = new BugSite(one.Id, one.Family, before, first.Start, first.End, first.Replacement, first.FirstLine, first.LastLine, before, 0);
        var made = Encoding.UTF8.GetString(site.Apply(Encoding.UTF8.GetBytes(one.Before)));
        return made == one.After ? null : $"makes {made.ReplaceLineEndings("⏎")} in place of {one.After.ReplaceLineEndings("⏎")}";
    }
}
