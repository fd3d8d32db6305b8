using System.Text;
using System.Text.RegularExpressions;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Verification;

/// <summary>
/// Macros of an answer that could give another meaning to the text of tests: of names that tests use, and that neither the solution nor the state before it declares. An answer that is right is so when it
/// calls them otherwise.
/// </summary>
internal sealed partial class TestMacros(EnvironmentContext context, KeptFiles kept)
{
    /// <summary>What is put behind such a name.</summary>
    public const string Suffix = "_of_answer";

    /// <summary>For one file of an answer, whose text may be made so that searching it takes long.</summary>
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(10);

    public IReadOnlyList<MacroRule> Rules => [.. context.Environment.Profiles.Select(profile => profile.Macros).OfType<MacroRule>()];

    /// <summary>Names that tests use and the product declares in neither state.</summary>
    /// <param name="before">The layer of the state without the solution.</param>
    public HashSet<string> Foreign(string before)
    {
        var names = context.Tree.Files.Where(IsTest).SelectMany(path => Word().Matches(context.Tree.ReadText(path))).Select(match => match.Value).ToHashSet();
        var product = context.Tree.Files.Where(path => !kept.Judges(path) && context.Environment.Profiles.Any(profile => IsCode(profile, path) && !profile.Files.Vendored.Match(path))).Select(context.Tree.ReadText).Concat(Texts(before).Values).ToList();
        names.RemoveWhere(name => Rules.Any(rule => new Regex(rule.Declared.Replace("{name}", name, StringComparison.Ordinal), RegexOptions.Multiline) is var declared
            && product.Exists(text => text.Contains(name, StringComparison.Ordinal) && declared.IsMatch(text))));
        return names;
    }

    /// <summary>Those of <see cref="Foreign"/> that no file defines which could be the answer's, vendored ones among them.</summary>
    public IEnumerable<string> ForeignEverywhere(string before) =>
        Foreign(before).Except(context.Tree.Files.Where(path => !kept.Contains(path)).Select(context.Tree.ReadText).SelectMany(text => Rules.SelectMany(rule => rule.Defined.Matches(text))).Select(match => match.Groups["name"].Value));

    /// <summary>Writes the answer's files with other names for such macros.</summary>
    /// <param name="answer">The answer's own layer.</param>
    /// <param name="before">The layer of the state without the solution.</param>
    /// <returns>The names; empty where nothing was written.</returns>
    /// <exception cref="RegexMatchTimeoutException">The answer's text cannot be searched in time.</exception>
    public IReadOnlyList<string> WriteRenamed(string answer, string before, string layer)
    {
        if (Rules.Count == 0) return [];
        var written = Texts(answer);
        var rules = Rules.Select(rule => new Regex(rule.Defined.ToString(), rule.Defined.Options, LongestSearch)).ToList();
        var names = rules.SelectMany(rule => written.Values.SelectMany(text => rule.Matches(text))).Select(match => match.Groups["name"].Value).ToHashSet();
        if (names.Count > 0) names.IntersectWith(Foreign(before));
        if (names.Count == 0) return [];
        var word = new Regex($@"\b(?:{string.Join('|', names)})\b");
        foreach (var (path, text) in written.Where(pair => word.IsMatch(pair.Value)))
        {
            var file = Path.Combine(layer, "testbed", path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, string.Join('\n', text.Split('\n').Select(line => Include().IsMatch(line) ? line : word.Replace(line, "$0" + Suffix))), Encoding.Latin1);
        }

        return [.. names.Order(StringComparer.Ordinal)];
    }

    private bool IsTest(string path) => kept.TestFiles.Contains(path) || context.Environment.Suites.Any(suite => IsCode(suite.Profile, path) && suite.Sees(kinds => kinds.Test, path));

    private static bool IsCode(LanguageProfile profile, string path) => profile.Extensions.Any(extension => path.EndsWith(extension, StringComparison.Ordinal));

    /// <summary>Path → text of what a layer writes, a character for each byte; lines that a backslash continues are one.</summary>
    private static Dictionary<string, string> Texts(string layer)
    {
        var folder = Path.Combine(layer, "testbed");
        return !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !Libc.IsWhiteout(file)).ToDictionary(file => Path.GetRelativePath(folder, file), file => Continued().Replace(File.ReadAllText(file, Encoding.Latin1), ""));
    }

    [GeneratedRegex(@"\b[A-Za-z_]\w*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\\[ \t]*\r?\n")]
    private static partial Regex Continued();

    [GeneratedRegex(@"^\s*(?:#|%:)\s*include")]
    private static partial Regex Include();
}
