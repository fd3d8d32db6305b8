using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Coverage;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Injection;

/// <param name="Eligible">Sites that tests reach, in the order of files and offsets.</param>
/// <param name="Found">All sites in product code, reached or not.</param>
internal sealed record FoundSites(IReadOnlyList<BugSite> Eligible, int Found);

/// <summary>Finds every site of every operator in one pass over the repository. What it found is kept beside the environment.</summary>
internal static class SiteFinder
{
    public static async Task<FoundSites> FindAsync(EnvironmentContext context, CancellationToken cancel)
    {
        var operators = context.Environment.Profiles.SelectMany(Operators.For).DistinctBy(one => one.Id).ToDictionary(one => one.Id);
        if (operators.Count == 0) throw new InputException($"there are no bug operators for {context.Environment.Profiles[0].Title}: add some under operators/{context.Environment.Profiles[0].Name}/");
        var rules = string.Join("\n---\n", operators.Values.Select(one => one.Rule).Concat(TestParts.Rules(context.Environment.Profiles)));
        var version = SHA256.HashData([.. typeof(SiteFinder).Module.ModuleVersionId.ToByteArray(), .. Encoding.UTF8.GetBytes(rules)]);
        var kept = Path.Combine(EnvironmentLayers.Folder(context.Workspace, context.Environment.Hash), $"sites-{Convert.ToHexStringLower(version)[..16]}.json");
        if (Read(kept) is { } known) return known;
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        try
        {
            var found = await ScanAsync(context, operators, rules, scratch, cancel);
            var written = Path.Combine(scratch, "sites.json");
            await File.WriteAllBytesAsync(written, JsonSerializer.SerializeToUtf8Bytes(found, Json.Compact), cancel);
            File.Move(written, kept, overwrite: true);
            return found;
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    private static async Task<FoundSites> ScanAsync(EnvironmentContext context, Dictionary<string, BugOperator> operators, string rules, string scratch, CancellationToken cancel)
    {
        var matches = await AstGrep.ScanAsync(rules, context.Environment.Profiles, Path.Combine(context.Layers.Tree, "testbed"), scratch, cancel);
        var options = ProjectOptions.Parse(context.Environment.OptionsText, ProjectOptions.FileName);
        var product = new ProductFiles(context.Tree, context.Environment.Suites, new PathPatterns(options.Exclude));
        var functions = context.Functions.ToLookup(function => function.File);
        var parts = new TestParts(matches);
        HashSet<(string, string)> seen = [];
        List<BugSite> sites = [];
        foreach (var match in matches.Where(match => match.Replacement is not null && operators.ContainsKey(match.RuleId) && product.Contains(match.File) && !parts.Hold(match)))
        {
            var function = functions[match.File].Where(one => one.FirstLine <= match.FirstLine && one.LastLine >= match.LastLine).MaxBy(one => one.FirstLine);
            var site = new BugSite(
                match.RuleId, operators[match.RuleId].Family, match.File, match.Start, match.End, match.Replacement!, match.FirstLine, match.LastLine,
                function?.Id ?? match.File, function?.FirstLine ?? 0);
            var original = context.Tree.ReadBytes(match.File);
            if (!TryApply(site, original, out var changed)) continue;

            // Two operators may make the same change; one that only moves white space changes nothing.
            if (Folded(changed) == Folded(original) || !seen.Add((site.File, Convert.ToHexString(SHA256.HashData(changed))))) continue;
            sites.Add(site);
        }

        return new([.. sites.Where(site => context.Reach.TestsFor(site.File, site.FirstLine, site.LastLine, site.FunctionLine) is null or { Count: > 0 })], sites.Count);
    }

    /// <summary>Null where there is nothing that can be read.</summary>
    private static FoundSites? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<FoundSites>(File.ReadAllBytes(file), Json.Compact) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryApply(BugSite site, byte[] original, out byte[] changed)
    {
        try
        {
            changed = site.Apply(original);
            return true;
        }
        catch (InvalidDataException)
        {
            changed = [];
            return false;
        }
    }

    /// <summary>Text without trailing and repeated white space; leading white space counts, as in Python.</summary>
    private static string Folded(byte[] source)
    {
        var text = new StringBuilder();
        foreach (var line in Encoding.UTF8.GetString(source).Split('\n'))
        {
            var indent = line.Length - line.TrimStart().Length;
            if (indent == line.Length) continue;
            text.Append(' ', indent).AppendJoin(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Append('\n');
        }

        return text.ToString();
    }
}
