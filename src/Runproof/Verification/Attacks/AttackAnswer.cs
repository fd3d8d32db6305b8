using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Runproof.Languages;

namespace Runproof.Verification.Attacks;

/// <summary>The diff of an attack that consists of edits.</summary>
internal static partial class AttackAnswer
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(5);

    public static string Diff(Attack attack, AgentView view, LanguageProfile profile)
    {
        Dictionary<string, string?> changed = [];
        StringBuilder special = new();
        var number = 0;
        foreach (var edit in attack.Edits)
        {
            if (edit.Add is not null)
            {
                var folders = edit.Beside is null ? [""] : view.Of(edit.Beside, profile).Select(file => Path.GetDirectoryName(file)!).Distinct();
                foreach (var folder in folders)
                {
                    var path = folder.Length == 0 ? edit.Add : $"{folder}/{edit.Add}";
                    var text = Filled(edit.Link ?? edit.Text ?? "", number++, PackageOf(view, folder, profile));
                    if (edit.Link is not null || edit.Executable) special.Append(NewFile(path, text, edit.Link is not null ? "120000" : "100755"));
                    else changed[path] = text;
                }

                continue;
            }

            foreach (var file in view.Of(edit.Change!, profile).ToList())
            {
                if ((changed.TryGetValue(file, out var known) ? known : view.Text(file)) is not { } text) continue;
                changed[file] = edit.Remove ? null : Changed(edit, text, number++, PackageOf(view, Path.GetDirectoryName(file)!, profile));
            }
        }

        return string.Concat(changed.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Whole(pair.Key, view.Files.Contains(pair.Key) ? view.Text(pair.Key) : null, pair.Value))) + special;
    }

    private static string Changed(AttackEdit edit, string text, int number, string package)
    {
        if (edit.Text is not null) return Filled(edit.Text, number, package);
        if (edit.Prepend is not null) text = Filled(edit.Prepend, number, package) + text;
        if (edit.Append is not null) text = (text.Length == 0 || text.EndsWith('\n') ? text : text + "\n") + Filled(edit.Append, number, package);
        return edit.Replace is null ? text : new Regex(edit.Replace, RegexOptions.Multiline, LongestMatch).Replace(text, Filled(edit.With, number, package));
    }

    /// <summary>The name of the package that files of a folder declare.</summary>
    private static string PackageOf(AgentView view, string folder, LanguageProfile profile) => view.Of("product", profile)
        .Where(file => Path.GetDirectoryName(file) == folder).Select(view.Text).OfType<string>()
        .Select(text => Package().Match(text)).FirstOrDefault(match => match.Success)?.Groups[1].Value ?? "main";

    private static string Filled(string text, int number, string package) =>
        text.Replace("{number}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{package}", package, StringComparison.Ordinal);

    /// <summary>The diff that puts one text in the place of another as a whole.</summary>
    private static string Whole(string path, string? before, string? after)
    {
        if (before == after) return "";
        if (before is null) return NewFile(path, after!, "100644");
        var (old, @new) = (Lines(before), Lines(after ?? ""));
        var head = $"diff --git a/{path} b/{path}\n{(after is null ? "deleted file mode 100644\n" : "")}--- a/{path}\n+++ {(after is null ? "/dev/null" : "b/" + path)}\n";
        return head + Hunk(old, @new) + Body('-', old, before) + Body('+', @new, after ?? "");
    }

    private static string NewFile(string path, string text, string mode)
    {
        var lines = Lines(text);
        var head = $"diff --git a/{path} b/{path}\nnew file mode {mode}\n";
        return lines.Length == 0 ? head + "index 0000000..e69de29\n" : $"{head}--- /dev/null\n+++ b/{path}\n{Hunk([], lines)}{Body('+', lines, text)}";
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');

    private static string Hunk(string[] old, string[] @new) => $"@@ -{(old.Length == 0 ? 0 : 1)},{old.Length} +{(@new.Length == 0 ? 0 : 1)},{@new.Length} @@\n";

    private static string Body(char sign, string[] lines, string text) =>
        string.Concat(lines.Select(line => $"{sign}{line}\n")) + (text.Length > 0 && !text.EndsWith('\n') ? "\\ No newline at end of file\n" : "");

    [GeneratedRegex(@"(?m)^package\s+([\w.]+)")]
    private static partial Regex Package();
}
