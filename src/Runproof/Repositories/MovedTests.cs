using System.Text;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Repositories;

/// <summary>
/// Moves tests that stand inside product files into files of their own, where a language has that custom (<see cref="TestPartRule"/>): there they can be hidden from an agent, and put back whole when its answer is
/// judged. What was done is kept in the layer as a patch, for whoever starts from the commit itself.
/// </summary>
internal static class MovedTests
{
    /// <summary>Beside <c>testbed</c> in the layer: no sandbox sees it.</summary>
    private const string PatchFile = "moved-tests.patch";

    private const string ListFile = "moved-tests.txt";

    /// <summary>Moves them in a fresh checkout.</summary>
    public static async Task<RepositoryTree> MoveAsync(RepositoryTree tree, IReadOnlyList<LanguageProfile> profiles, string scratch, CancellationToken cancel)
    {
        var concerned = profiles.Where(profile => profile.TestParts is not null && tree.Files.Any(file => profile.Extensions.Contains(Path.GetExtension(file)))).ToDictionary(profile => profile.Name);
        if (concerned.Count == 0) return tree;
        await AstGrep.RequireAsync(cancel);
        var rules = concerned.Values.Select(profile => $"id: moved-{profile.Name}\nlanguage: {profile.Name}\nrule: {profile.TestParts!.Moved.ReplaceLineEndings(" ").Trim()}\n");
        var matches = await AstGrep.ScanAsync(string.Join("\n---\n", rules), concerned.Values, Path.Combine(tree.Layer, "testbed"), scratch, cancel);
        HashSet<string> taken = [.. tree.Files];
        List<string> added = [];
        var patch = new StringBuilder();
        foreach (var file in matches.Where(match => tree.Exists(match.File)).GroupBy(match => match.File))
        {
            var profile = concerned[file.First().RuleId["moved-".Length..]];
            if (!profile.Files.IsProduct(file.Key) || profile.TestParts!.NotFrom.Match(file.Key)) continue;
            var (before, mode) = (tree.ReadBytes(file.Key), tree.Mode(file.Key));
            var (after, moved) = Split(profile, file.Key, before, [.. file.OrderByDescending(match => match.Start)], taken);
            if (moved.Count == 0) continue;
            await File.WriteAllBytesAsync(tree.FullPath(file.Key), after, cancel);
            patch.Append(await Diffs.BetweenAsync(file.Key, before, after, mode, scratch, cancel));
            foreach (var (path, content) in moved)
            {
                var full = Path.Combine(tree.Layer, "testbed", path);
                await File.WriteAllBytesAsync(full, content, cancel);
                File.SetUnixFileMode(full, mode);
                patch.Append(await Diffs.BetweenAsync(path, null, content, mode, scratch, cancel));
                added.Add(path);
            }
        }

        if (added.Count == 0) return tree;
        await File.WriteAllTextAsync(Path.Combine(tree.Layer, PatchFile), patch.ToString(), cancel);
        await File.WriteAllTextAsync(Path.Combine(tree.Layer, ListFile), string.Join('\0', added), cancel);
        return new(tree.Layer, [.. tree.Files, .. added]);
    }

    /// <summary>The files that moving made.</summary>
    public static IReadOnlyList<string> FilesOf(string layer) => Read(layer, ListFile).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Commit → the tree as it lies here; empty where nothing was moved.</summary>
    public static string PatchOf(string layer) => Read(layer, PatchFile);

    private static string Read(string layer, string name) => File.Exists(Path.Combine(layer, name)) ? File.ReadAllText(Path.Combine(layer, name)) : "";

    /// <summary>A file without its tests, and the files that hold these.</summary>
    /// <param name="matches">From the last to the first, so that offsets stay true.</param>
    private static (byte[] Left, List<(string Path, byte[] Content)> Moved) Split(LanguageProfile profile, string file, byte[] source, IReadOnlyList<AstMatch> matches, HashSet<string> taken)
    {
        List<(string, byte[])> moved = [];
        var rule = profile.TestParts!;
        foreach (var match in matches)
        {
            var body = match.Captures["BODY"].Text;
            var target = rule.Files.Select(name => Path.Combine(Path.GetDirectoryName(file)!, Named(name, file, match))).FirstOrDefault(path => profile.Files.Test.Match(path) && !taken.Contains(path));
            if (target is null || rule.Stays.IsMatch(body)) continue;
            var start = match.End - Encoding.UTF8.GetByteCount(body);
            var head = rule.Head.Replace("{file}", Path.GetFileName(target), StringComparison.Ordinal);
            source = [.. source[..match.Start], .. Encoding.UTF8.GetBytes(head), .. source[match.Start..start].AsSpan().TrimEnd((byte)' '), .. Encoding.UTF8.GetBytes(rule.Tail), .. source[match.End..]];
            moved.Add((target, Encoding.UTF8.GetBytes(body[1..^1].TrimStart('\r', '\n', ' ') + "\n")));
            taken.Add(target);
        }

        return (source, moved);
    }

    private static string Named(string name, string file, AstMatch match) =>
        name.Replace("{stem}", Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal).Replace("{name}", match.Captures["NAME"].Text, StringComparison.Ordinal);
}
